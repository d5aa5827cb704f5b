import Interlock
import InterlockArguments
import InterlockTerminal

/// Finds out which backends can be used, and what is wrong with the others.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check which backends can be used, and say what is wrong with the others.",
        discussion: """
            Without --backend every backend is checked that has a key or an address in the environment, or whose \
            server usually runs on this machine. Nothing is generated. The exit code is 69 if a backend that was \
            named cannot be used.
            """)

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    @Option(help: "Give a check up after this many seconds.")
    var timeout = 10.0

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard timeout > 0, timeout.isFinite else {
            throw ValidationError("'--timeout \(timeout)' is no time to wait; give a number of seconds above 0.")
        }
    }

    func run() async throws {
        let context = ToolContext.current
        let choice = backend.choice(context)
        let isNamed = backend.backend != nil || backend.model != nil || context.variable("LLM_BACKEND") != nil
        let names =
            isNamed ? [choice.backend] : backend.registry(context).entries.filter { !$0.isForTesting }.map(\.name)
        var checks: [Check] = []
        for name in names {
            guard let check = try await check(name, choice.model, isNamed: isNamed, context) else {
                throw Running.interruptedCode
            }
            checks.append(check)
            if !json { try context.output.write(check.text.printable) }
        }
        if json {
            let list = JSONValue.array(checks.map { .object($0.json) })
            try context.output.write(list.jsonText(.pretty) + "\n")
        }
        if isNamed, !checks.allSatisfy(\.isUsable) { throw ExitCode.unavailable }
    }

    /// Checks one backend.
    ///
    /// - Returns: Nil if a signal ended it.
    private func check(
        _ name: String, _ model: String?, isNamed: Bool, _ context: ToolContext
    ) async throws -> Check? {
        let backend: any Backend
        do {
            let configuration = try self.backend.configuration(context, logging, model: isNamed ? model : nil)
            backend = try self.backend.registry(context).make(name, configuration)
        } catch let error as InterlockError {
            // What nobody has set up is no fault, unless it was asked for.
            if isNamed, error.code != .missingCredential { throw error }
            return Check(name: name, report: HealthReport(error), isConfigured: false)
        }
        let timeout = Duration.seconds(timeout)
        let report = try await Running.interruptible { try await backend.checkHealth(timeout: timeout) }
        return report.map { Check(name: name, report: $0, isConfigured: true) }
    }
}

/// What was found out about one backend.
private struct Check {
    var name: String
    var report: HealthReport
    /// Whether there was enough to try with: a key, an address, a model.
    var isConfigured: Bool

    var isUsable: Bool { report.state == .ready || report.state == .notLoaded }

    var text: String {
        let mark = isUsable ? "ok  " : isConfigured ? "FAIL" : "-   "
        var text = "\(mark)  \(name)"
        if isConfigured || isUsable {
            text += ": \(Self.words(report.state))"
            if let latency = report.latency { text += " in \(Figures.text(latency))" }
        } else {
            text += ": not set up"
        }
        text += "\n"
        for detail in report.details { text += "      \(detail.name): \(detail.value)\n" }
        if let problem = report.problem {
            text += "      \(problem.message)\n"
            if let hint = problem.hint { text += "      \(hint)\n" }
        }
        return text
    }

    var json: JSONObject {
        var object: JSONObject = [
            "backend": .string(name), "state": .string(report.state.rawValue), "usable": .bool(isUsable),
            "configured": .bool(isConfigured),
        ]
        object.set("target", report.target)
        object.set("latency", report.latency)
        object.set("code", report.problem?.code.name)
        object.set("problem", report.problem?.message)
        object.set("hint", report.problem?.hint)
        var details: JSONObject = [:]
        for detail in report.details { details[detail.name] = .string(detail.value) }
        if !details.isEmpty { object["details"] = .object(details) }
        return object
    }

    private static func words(_ state: HealthReport.State) -> String {
        switch state {
        case .ready: "ready"
        case .notLoaded: "reachable, not loaded; the first request loads"
        case .missingCredential: "no key"
        case .unauthorized: "the key is refused"
        case .noSuchModel: "no such model"
        case .unreachable: "unreachable"
        case .timedOut: "no answer in time"
        case .failing: "answers with an error"
        }
    }
}
