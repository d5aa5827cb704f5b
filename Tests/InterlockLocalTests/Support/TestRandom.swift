/// Random numbers for property tests, the same in every run: SplitMix64, independent of the generator under test.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// A scalar of any length in UTF-8, each length equally likely.
    mutating func scalar() -> Unicode.Scalar {
        let ranges: [ClosedRange<UInt32>] = [0x20...0x7E, 0x80...0x7FF, 0x800...0xFFFC, 0x1_0000...0x10_FFFF]
        while true {
            if let scalar = Unicode.Scalar(UInt32.random(in: ranges[below(4)], using: &self)) { return scalar }
        }
    }

    /// Text of so many random scalars.
    mutating func text(_ count: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<count { text.append(scalar()) }
        return String(text)
    }

    /// Cuts elements into chunks of random lengths, empty ones among them.
    mutating func chunks<Element>(_ elements: [Element]) -> [[Element]] {
        var chunks: [[Element]] = []
        var rest = elements[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(below(5))
            chunks.append(Array(chunk))
            rest = rest.dropFirst(chunk.count)
        }
        return chunks
    }
}
