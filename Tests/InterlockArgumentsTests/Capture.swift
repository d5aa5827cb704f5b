import InterlockArguments
import Synchronization

/// An output that keeps what is printed.
final class Capture: Sendable {
    private let texts = Lines()
    private let errors = Lines()

    var out: String { texts.joined }
    var error: String { errors.joined }

    var output: CommandOutput {
        CommandOutput(out: { [texts] in texts.append($0) }, error: { [errors] in errors.append($0) })
    }
}

/// Text that grows from any thread, behind a spin lock: what is printed here is a few texts.
private final class Lines: @unchecked Sendable {
    private let busy = Atomic(false)
    private var text = ""

    func append(_ more: String) {
        locked { text += more }
    }

    var joined: String { locked { text } }

    private func locked<Result>(_ body: () -> Result) -> Result {
        while busy.exchange(true, ordering: .acquiring) {}
        defer { busy.store(false, ordering: .releasing) }
        return body()
    }
}

/// The whole text that a type's parsing complains with, "" when it doesn't.
func complaint(_ type: any ParsableArguments.Type, _ words: [String], columns: Int = 80) -> String {
    do {
        _ = try type.parse(words)
        return ""
    } catch {
        return type.fullMessage(for: error, columns: columns)
    }
}
