import Interlock
import InterlockArguments
import InterlockTerminal

/// Shows the active backend.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the active backend: its model, device, memory and key.",
        discussion: "A key is shown as SET or NOT SET only. Nothing is loaded unless --load is given.")

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    @Flag(help: "Load the model first, to see where it runs and what it takes.")
    var load = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = ToolContext.current
        let model = try backend.make(context, logging)
        try await Running.withBackend(model, context) { model in
            if load { try await Running.load(model, context) }
            let status = await model.status()
            let rows = Self.rows(model, status)
            if json {
                var object: JSONObject = [:]
                for row in rows { object[row.key] = row.value }
                try context.output.write(JSONValue.object(object).jsonText(.pretty) + "\n")
            } else {
                for row in rows {
                    let key = row.key == "memory_bytes" ? "memory" : row.key
                    let name = key.split(separator: "_").joined(separator: " ")
                    let padding = String(repeating: " ", count: max(1, 18 - name.utf8.count))
                    try context.output.write("\(name)\(padding)\(row.shown.printable)\n")
                }
            }
        }
    }

    private struct Row {
        var key: String
        var value: JSONValue
        var shown: String
    }

    private static func rows(_ model: any Backend, _ status: BackendStatus) -> [Row] {
        var rows: [Row] = []
        func add(_ key: String, _ text: String?) {
            if let text { rows.append(Row(key: key, value: .string(text), shown: text)) }
        }
        func add(_ key: String, _ count: Int?) {
            if let count { rows.append(Row(key: key, value: .number(JSONNumber(count)), shown: "\(count)")) }
        }
        add("backend", model.identity.name)
        add("model", model.identity.model)
        rows.append(Row(key: "loaded", value: .bool(status.isLoaded), shown: status.isLoaded ? "yes" : "no"))
        add("description", status.modelDescription)
        add("device", status.device)
        if let bytes = status.memoryBytes {
            rows.append(Row(key: "memory_bytes", value: .number(JSONNumber(bytes)), shown: Figures.bytes(bytes)))
        }
        add("context_tokens", model.capabilities.contextLength)
        add("requests_running", status.runningRequests)
        add("requests_waiting", status.waitingRequests)
        add("key", status.credential?.description)
        return rows
    }
}
