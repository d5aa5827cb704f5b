/// A compiled file in ELF form (64 bits, little-endian): what it asks the linker for.
struct ObjectFile {
    /// A section with its name and where it lies.
    private struct Section {
        var name = ""
        var nameOffset: Int
        var kind: Int
        var range: Range<Int>
        var link: Int
    }

    private let bytes: [UInt8]
    private var sections: [Section] = []

    /// Reads a file; nil if it is no such file.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
        self.bytes = bytes
        let start = number(at: 40, width: 8)
        let size = number(at: 58, width: 2)
        let count = number(at: 60, width: 2)
        guard size == 64, start + count * size <= bytes.count else { return nil }
        for index in 0..<count {
            let header = start + index * size
            let offset = number(at: header + 24, width: 8)
            let kind = number(at: header + 4, width: 4)
            // A section without bits in the file (.bss) has a length all the same.
            let length = kind == 8 ? 0 : number(at: header + 32, width: 8)
            guard offset + length <= bytes.count else { return nil }
            sections.append(
                Section(
                    nameOffset: number(at: header, width: 4), kind: kind, range: offset..<offset + length,
                    link: number(at: header + 40, width: 4)))
        }
        let names = number(at: 62, width: 2)
        guard sections.indices.contains(names) else { return nil }
        for index in sections.indices { sections[index].name = text(in: names, at: sections[index].nameOffset) }
    }

    /// What the compiler asks the linker to add, such as `-lFoundation`.
    var linkerOptions: [String] {
        sections.filter { $0.name == ".swift1_autolink_entries" }.flatMap { section in
            bytes[section.range].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The names that are used here and defined elsewhere.
    var undefinedSymbols: [String] {
        // Kind 2 is a symbol table of entries of 24 bytes; section 0 means "not here".
        sections.filter { $0.kind == 2 }.flatMap { section in
            stride(from: section.range.lowerBound, to: section.range.upperBound, by: 24).compactMap { entry in
                guard number(at: entry + 6, width: 2) == 0 else { return nil }
                let name = text(in: section.link, at: number(at: entry, width: 4))
                return name.isEmpty ? nil : name
            }
        }
    }

    private func number(at offset: Int, width: Int) -> Int {
        (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }

    private func text(in section: Int, at offset: Int) -> String {
        let range = sections[section].range
        return String(decoding: bytes[(range.lowerBound + offset)..<range.upperBound].prefix { $0 != 0 }, as: UTF8.self)
    }
}
