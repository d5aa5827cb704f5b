/// The names of a struct's stored properties, read from the type's own metadata.
///
/// This file is the module's only one with unsafe pointers. `Mirror` knows the names as well, but makes a value and
/// looks up a type for each property: for a command of a dozen options that is most of the start-up. The layout is
/// part of Swift's stable ABI: https://github.com/swiftlang/swift/blob/main/docs/ABI/TypeMetadata.rst and
/// `include/swift/RemoteInspection/Records.h` there. `definitionProblems()` compares the result with `Mirror`'s.
enum FieldNames {
    /// The names in order of declaration, nil when the type isn't a struct or has no such metadata.
    static func of(_ type: Any.Type) -> [String]? {
        let metadata = unsafeBitCast(type, to: UnsafeRawPointer.self)
        // The first word of a struct's metadata is its kind, the second points to the context descriptor.
        guard metadata.load(as: UInt.self) == 0x200 else { return nil }
        let descriptor = metadata.load(fromByteOffset: MemoryLayout<UInt>.size, as: UnsafeRawPointer.self)
        // Of its 32-bit words: flags, parent, name, access function, then the fields, relative to that very word.
        guard let fields = target(at: descriptor + 16) else { return nil }
        // Type name, superclass (words), kind, size of a record (halves), number of records (word), records.
        let size = Int(fields.load(fromByteOffset: 10, as: UInt16.self))
        let count = Int(fields.load(fromByteOffset: 12, as: UInt32.self))
        // Of each record's words: flags, type, name.
        guard size >= 12 else { return nil }
        var names: [String] = []
        names.reserveCapacity(count)
        for index in 0..<count {
            guard let name = target(at: fields + 16 + index * size + 8) else { return nil }
            names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
        }
        return names
    }

    /// What a relative pointer points to.
    private static func target(at address: UnsafeRawPointer) -> UnsafeRawPointer? {
        let offset = Int(address.load(as: Int32.self))
        return offset == 0 ? nil : address + offset
    }
}
