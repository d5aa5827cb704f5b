/// What text from elsewhere looks like on a terminal.
enum Text {
    /// The text on one line, with everything that could move the cursor, colour the screen or reorder text removed.
    ///
    /// Line breaks and tabs become one space. Removed are the control characters (Unicode general category Cc), line
    /// and paragraph separators, and the bidirectional embeddings, overrides and isolates of UAX #9.
    static func singleLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x2028, 0x2029:
                if result.last != " " { result.append(" ") }
            case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
                continue
            default:
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// How many columns a terminal gives the text, which must be free of control characters.
    ///
    /// Two for East Asian wide and full-width characters and emoji (Unicode Standard Annex #11), none for combining
    /// marks and format characters, else one. Counted by grapheme cluster, the first scalar decides.
    static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    /// The longest beginning of the text that fits in `limit` columns.
    static func prefix(_ text: String, columns limit: Int) -> String {
        var used = 0
        var result = ""
        for character in text {
            let width = columns(character)
            guard used + width <= limit else { break }
            used += width
            result.append(character)
        }
        return result
    }

    private static func columns(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return isWide(first.value) ? 2 : 1
        }
    }

    /// The blocks that UAX #11 marks W or F, in coarse ranges.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
