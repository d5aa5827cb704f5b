/// A prompt, divided into text that takes columns and colour sequences that do not.
struct Prompt {
    /// Stands before and after a colour sequence for libedit.
    static let mark: Unicode.Scalar = "\u{1}"

    private enum Piece: Equatable {
        case scalar(Unicode.Scalar)
        case color(String)
    }

    private var pieces: [Piece] = []

    /// Keeps colour sequences (`ESC [ digits ; : m`), takes out all other control characters.
    init(_ prompt: String) {
        let scalars = Array(prompt.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if let end = Self.endOfColor(in: scalars, at: index) {
                var color = String.UnicodeScalarView()
                color.append(contentsOf: scalars[index..<end])
                pieces.append(.color(String(color)))
                index = end
                continue
            }
            if scalars[index].properties.generalCategory != .control { pieces.append(.scalar(scalars[index])) }
            index += 1
        }
    }

    /// The prompt for a terminal that does its own editing.
    var text: String {
        pieces.reduce(into: "") { result, piece in
            switch piece {
            case .scalar(let scalar): result.unicodeScalars.append(scalar)
            case .color(let color): result += color
            }
        }
    }

    /// The prompt for libedit.
    ///
    /// It draws a marked sequence with the character after it, and loses one that nothing follows: a sequence at the
    /// end goes before the last character if that is a space, else a space is added. Two in a row become one.
    var marked: [Unicode.Scalar] {
        var pieces = pieces
        if case .color = pieces.last {
            let colors = pieces.reversed().prefix { if case .color = $0 { true } else { false } }.count
            let place = pieces.count - colors
            if place > 0, pieces[place - 1] == .scalar(" ") {
                pieces.remove(at: place - 1)
            }
            pieces.append(.scalar(" "))
        }
        var result: [Unicode.Scalar] = []
        var isInColor = false
        for piece in pieces {
            switch piece {
            case .scalar(let scalar):
                if isInColor { result.append(Self.mark) }
                isInColor = false
                result.append(scalar)
            case .color(let color):
                if !isInColor { result.append(Self.mark) }
                isInColor = true
                result.append(contentsOf: color.unicodeScalars)
            }
        }
        return result
    }

    private static func endOfColor(in scalars: [Unicode.Scalar], at start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start] == "\u{1B}", scalars[start + 1] == "[" else { return nil }
        for index in (start + 2)..<scalars.count {
            switch scalars[index] {
            case "0"..."9", ";", ":": continue
            case "m": return index + 1
            default: return nil
            }
        }
        return nil
    }
}
