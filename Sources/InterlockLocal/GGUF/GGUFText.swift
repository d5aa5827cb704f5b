/// Text for error messages: bounded, and safe to print whatever a file or a caller put into it.
enum GGUFText {
    /// `1234567` as `1,234,567`, the same in every locale.
    static func grouped(_ value: some BinaryInteger) -> String {
        var digits = Array(String(value).utf8)
        let first = value < 0 ? 1 : 0
        var index = digits.count - 3
        while index > first {
            digits.insert(UInt8(ascii: ","), at: index)
            index -= 3
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `1 byte`, `2 bytes`, `1,234 bytes`.
    static func count(_ value: some BinaryInteger, _ unit: String) -> String {
        "\(grouped(value)) \(unit)\(value == 1 ? "" : "s")"
    }

    /// The text in single quotes, control characters escaped, cut after `limit` characters.
    static func quoted(_ text: String, limit: Int = 64) -> String {
        let start = cut(text, limit: limit)
        return "'\(escaped(start.text))\(start.isWhole ? "" : "…")'"
    }

    /// A path for the start of a line: the file name survives, the middle of a very long path does not.
    static func path(_ path: String) -> String {
        let limit = 200
        guard path.unicodeScalars.count > limit else { return path.isEmpty ? "''" : escaped(path) }
        let scalars = path.unicodeScalars
        let head = String(scalars.prefix(limit / 4))
        let tail = String(scalars.suffix(limit - limit / 4 - 1))
        return escaped(head) + "…" + escaped(tail)
    }

    /// Scalars, not characters: one character may hold any number of combining marks.
    private static func cut(_ text: String, limit: Int) -> (text: String, isWhole: Bool) {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return (text, true) }
        return (String(scalars[..<end]), false)
    }

    /// Control, format (bidirectional overrides among them) and line-breaking scalars as `\u{…}`.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                if scalar == "\n" {
                    result += "\\n"
                } else if scalar == "\t" {
                    result += "\\t"
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
