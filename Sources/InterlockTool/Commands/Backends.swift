import Interlock
import InterlockArguments
import InterlockTerminal

/// Lists the backends.
struct Backends: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the backends that can be asked for by name.")

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "List the backend that invents its answers, too.")
    var allowScripted = false

    func run() async throws {
        let context = ToolContext.current
        let entries = context.backends.entries.filter { !$0.isForTesting || allowScripted }
        if json {
            let list = JSONValue.array(entries.map(Self.json))
            try context.output.write(list.jsonText(.pretty) + "\n")
            return
        }
        let width = entries.map(\.name.utf8.count).max() ?? 0
        for entry in entries {
            let padding = String(repeating: " ", count: width - entry.name.utf8.count)
            try context.output.write("\(entry.name)\(padding)  \(entry.summary)\n")
            let indent = String(repeating: " ", count: width + 2)
            if !entry.aliases.isEmpty {
                try context.output.write("\(indent)also called \(entry.aliases.joined(separator: ", "))\n")
            }
            if let reason = entry.unavailable {
                try context.output.write("\(indent)not in this build. \(reason)\n")
            }
        }
    }

    private static func json(_ entry: BackendRegistry.Entry) -> JSONValue {
        var object: JSONObject = [
            "name": .string(entry.name),
            "aliases": .array(entry.aliases.map { .string($0) }),
            "summary": .string(entry.summary),
            "available": .bool(entry.unavailable == nil),
        ]
        object.set("unavailable", entry.unavailable)
        return .object(object)
    }
}
