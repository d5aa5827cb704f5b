// covers: G7
import Testing

@testable import InterlockLocal

@Suite("UTF-8 assembler")
struct UTF8AssemblerTests {
    private func assemble(_ chunks: [[UInt8]]) -> [String] {
        var assembler = UTF8Assembler()
        var parts = chunks.map { assembler.append($0) }
        parts.append(assembler.finish())
        return parts
    }

    @Test("whatever the bytes and the cuts, the parts together are what all bytes at once decode to")
    func anyBytes() {
        var random = TestRandom(1)
        for round in 0..<4000 {
            let bytes = Self.bytes(&random)
            let parts = assemble(random.chunks(bytes))
            #expect(Array(parts.joined().utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8), "round \(round)")
        }
    }

    @Test("every sequence of two to four bytes from the borders of UTF-8's ranges, byte by byte")
    func borders() {
        let borders: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0,
            0xF1, 0xF4, 0xF5, 0xFF,
        ]
        var wrong = 0
        for first in borders where first >= 0x80 {
            for second in borders {
                for third in borders {
                    for fourth in [0x41, 0x80, 0xBF, 0xE2] as [UInt8] {
                        let bytes = [first, second, third, fourth]
                        let text = assemble(bytes.map { [$0] }).joined()
                        if text.unicodeScalars.elementsEqual(String(decoding: bytes, as: UTF8.self).unicodeScalars) {
                            continue
                        }
                        wrong += 1
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test("of valid text every part is valid, and comes as soon as its last byte")
    func validText() {
        var random = TestRandom(2)
        for _ in 0..<500 {
            let text = random.text(1 + random.below(20))
            var assembler = UTF8Assembler()
            var sent = ""
            for scalar in text.unicodeScalars {
                let bytes = Array(String(scalar).utf8)
                for byte in bytes.dropLast() { #expect(assembler.append([byte]) == "") }
                sent += assembler.append([bytes[bytes.count - 1]])
                #expect(sent.unicodeScalars.last == scalar)
            }
            #expect(Array(sent.utf8) == Array(text.utf8))
            #expect(!sent.unicodeScalars.contains("\u{FFFD}"))
            #expect(assembler.finish() == "")
        }
    }

    @Test("a character that never ends is one replacement character, and the assembler can be used again")
    func unfinished() {
        var assembler = UTF8Assembler()
        #expect(assembler.append([0x61, 0xF0, 0x9F, 0x98]) == "a")
        #expect(assembler.finish() == "\u{FFFD}")
        #expect(assembler.finish() == "")
        #expect(assembler.append(Array("é".utf8)) == "é")
    }

    /// Whole characters, pieces of characters and noise.
    private static func bytes(_ random: inout TestRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<random.below(12) {
            let character = Array(String(random.scalar()).utf8)
            switch random.below(4) {
            case 0: bytes += character.prefix(random.below(character.count + 1))
            case 1: bytes += character.suffix(random.below(character.count + 1))
            case 2: bytes.append(UInt8(random.below(256)))
            default: bytes += character
            }
        }
        return bytes
    }
}
