/// The figures in a provider's message about a prompt that is too long.
enum ContextFigures {
    /// The tokens asked for and the most that are taken, as in `prompt is too long: 208310 tokens > 200000 maximum` or
    /// `… exceed context limit: 199000 + 8000 > 200000`; nil if they are not there.
    static func parse(_ message: String) -> (asked: Int, limit: Int)? {
        guard let sign = message.firstIndex(of: ">") else { return nil }
        guard let limit = numbers(message[message.index(after: sign)...]).first else { return nil }
        let before = message[..<sign]
        let list = numbers(before[(before.lastIndex(of: ":") ?? before.startIndex)...])
        guard !list.isEmpty else { return nil }
        var sum = 0
        for number in list {
            let (next, overflow) = sum.addingReportingOverflow(number)
            if overflow { return nil }
            sum = next
        }
        return (sum, limit)
    }

    private static func numbers(_ text: Substring) -> [Int] {
        text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    }
}
