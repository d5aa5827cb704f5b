extension String {
    /// The text without what would steer a terminal: control characters but tab and line feed are shown as pictures.
    ///
    /// A model's answer or a file's name may hold escape sequences, by accident or not.
    var printable: String {
        guard utf8.contains(where: Self.steers) || unicodeScalars.contains(where: { (0x80...0x9F).contains($0.value) })
        else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A: text.unicodeScalars.append(scalar)
            case 0x00...0x1F: text.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
            case 0x7F: text.unicodeScalars.append("\u{2421}")
            case 0x80...0x9F: text.unicodeScalars.append("\u{FFFD}")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func steers(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 && byte != 0x0A || byte == 0x7F
    }
}
