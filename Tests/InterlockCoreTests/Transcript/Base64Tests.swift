import InterlockCore
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    private static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func vectorsOfTheStandard(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func theLastLettersOfTheAlphabet() {
        #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
        #expect(Base64.decode("++//") == [0xFB, 0xEF, 0xFF])
        // Those of the alphabet for addresses are others.
        #expect(Base64.decode("--__") == nil)
    }

    @Test(
        "anything but the one text that the encoder writes is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9vY", "=", "==", "===", "====", "Z===", "=Zg=", "Z=g=", "Zg=v",
            "Zg==Zg==",
            "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v====", "Zm9*", "Zé==", "Zg=\u{301}=", "\0\0\0\0", "Zm9v=", "AA=A", "A=AA",
        ])
    func wrongTexts(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "bits that the padding leaves over have to be zero",
        arguments: ["Zh==", "Zi==", "Z/==", "Zm9=", "Zm+=", "Zm//Zm9="])
    func leftOverBits(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func everyTextOfFourLettersIsWhatItsBytesEncodeTo() {
        // Strictness as a law: whatever decodes, encodes to the same text.
        let letters = Array("Aa+/=Zz09 ")
        for a in letters {
            for b in letters {
                for c in letters {
                    for d in letters {
                        let text = String([a, b, c, d])
                        if let bytes = Base64.decode(text) { #expect(Base64.encode(bytes) == text) }
                    }
                }
            }
        }
    }

    /// A second, slow implementation over a string of bits.
    private func slowly(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        while bits.count % 6 != 0 { bits.append(0) }
        var text = ""
        for start in stride(from: 0, to: bits.count, by: 6) {
            text.append(alphabet[bits[start..<start + 6].reduce(0) { $0 * 2 + Int($1) }])
        }
        while text.count % 4 != 0 { text.append("=") }
        return text
    }

    /// Random enough for bytes, and the same in every run (Lehmer 1951).
    private struct Multiplicative: RandomNumberGenerator {
        var state: UInt128

        mutating func next() -> UInt64 {
            state &*= 0xDA94_2042_E4DD_58B5
            return UInt64(truncatingIfNeeded: state >> 64)
        }
    }

    @Test func randomBytesGoThereAndBack() {
        var generator = Multiplicative(state: 20_240_501)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Base64.encode(bytes)
            #expect(text == slowly(bytes))
            #expect(Base64.decode(text) == bytes)
        }
    }
}
