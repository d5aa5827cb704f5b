/// The figures in a provider's message about a prompt that is too long.
enum ContextFigures {
    /// The tokens asked for and the most that are taken; nil if they are not there.
    ///
    /// Known forms: `prompt is too long: 208310 tokens > 200000 maximum`, `… exceed context limit: 199000 + 8000 >
    /// 200000`, `request (3012 tokens) exceeds the available context size (1024 tokens)`.
    static func parse(_ message: String) -> (asked: Int, limit: Int)? {
        guard let sign = message.firstRange(of: ">") ?? message.firstRange(of: "exceeds") else { return nil }
        guard let limit = numbers(message[sign.upperBound...]).first else { return nil }
        let before = message[..<sign.lowerBound]
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
