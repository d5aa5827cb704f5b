/// A string compared and hashed by its UTF-8 bytes.
///
/// Swift's own equality is Unicode canonical equivalence, under which two different JSON keys could be one.
struct ByteString: Hashable {
    let string: String

    init(_ string: String) {
        self.string = string
    }

    static func == (left: ByteString, right: ByteString) -> Bool {
        left.string.hasSameBytes(as: right.string)
    }

    func hash(into hasher: inout Hasher) {
        let hashed: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        if hashed == nil {
            for byte in string.utf8 { hasher.combine(byte) }
        }
        // Ends the string, so that ["ab", "c"] and ["a", "bc"] differ; no UTF-8 text holds this byte.
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Whether both strings are the same sequence of UTF-8 bytes.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let same: Bool?? = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (same ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether this string comes before the other by UTF-8 bytes, which is the order of code points.
    func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
