extension String {
    /// The text with the characters that roff reads as its own replaced.
    var mdocEscaped: String {
        reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            default: result.append(character)
            }
        }
    }

    /// The text as one line of running text.
    var mdocLine: String {
        let escaped = mdocEscaped
        // A dot or quote at a line's start would make it a request.
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// The text as one argument of a macro, kept from being read as a macro's name or as punctuation.
    var mdocArgument: String {
        guard contains(" ") || isEmpty else {
            // Macros are a capital and one or two letters; a word of punctuation alone would not be set as text.
            let isMacro = count <= 3 && first?.isUppercase == true
            let isPunctuation = allSatisfy { !$0.isLetter && !$0.isNumber }
            return isMacro || isPunctuation ? "\\&" + mdocEscaped : mdocEscaped
        }
        return split(separator: " ").map { String($0).mdocArgument }.joined(separator: " ")
    }

    /// The text as lines; an empty one begins a paragraph.
    var mdocParagraphs: [String] {
        var lines: [String] = []
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " }
            if text.isEmpty {
                if !lines.isEmpty, lines.last != ".Pp" { lines.append(".Pp") }
            } else {
                lines.append(String(text).mdocLine)
            }
        }
        if lines.last == ".Pp" { lines.removeLast() }
        return lines
    }
}

extension Name {
    /// The name as an mdoc flag.
    var mdocFlag: String {
        switch self {
        case .long(let text): "Fl Fl \(text.mdocArgument)"
        case .longWithSingleDash(let text): "Fl \(text.mdocArgument)"
        case .short(let character): "Fl \(String(character).mdocArgument)"
        }
    }
}

extension ArgumentDefinition {
    /// The argument as it stands in a synopsis.
    fileprivate var mdocWords: String {
        let value = "Ar \(valueName.mdocArgument)" + (isRepeating ? " ..." : "")
        guard let name = names.preferred else { return value }
        return takesValue ? "\(name.mdocFlag) \(value)" : name.mdocFlag
    }

    var mdocSynopsis: String { isOptional ? "Op \(mdocWords)" : mdocWords }
}
