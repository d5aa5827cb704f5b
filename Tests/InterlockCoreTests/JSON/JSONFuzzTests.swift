import InterlockCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Random and mutated documents.
///
/// `INTERLOCK_FUZZ_SEED` repeats a run, `INTERLOCK_FUZZ_ROUNDS` lengthens it.
@Suite struct JSONFuzzTests {
    private static func environment(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    private let seed = environment("INTERLOCK_FUZZ_SEED") ?? .random(in: 0...UInt64.max)
    private let rounds = Int(environment("INTERLOCK_FUZZ_ROUNDS") ?? 3_000)

    /// Whatever parses must be written and parsed to the same value and the same bytes, in every form.
    private func check(_ bytes: [UInt8], _ options: JSONValue.ParseOptions) {
        guard let value = try? JSONValue(parsing: bytes, options: options) else { return }
        let written = value.jsonBytes()
        let context: Comment = "seed \(seed), document \(bytes)"
        do {
            let again = try JSONValue(parsing: written)
            #expect(again == value, context)
            #expect(again.hashValue == value.hashValue, context)
            #expect(again.jsonBytes() == written, context)
            for form in [JSONValue.WriteOptions.pretty, .canonical, .init(escapesNonASCII: true)] {
                #expect(try JSONValue(parsing: value.jsonBytes(form)) == value, context)
            }
            #expect(
                try JSONValueDecoder().decode(JSONValue.self, from: JSONValueEncoder().encode(value)) == value, context)
        } catch {
            Issue.record("\(error), seed \(seed), document \(bytes)")
        }
    }

    private func value(_ random: inout JSONTestRandom, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2:
            return JSONValue(
                Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random))
        case 3: return (try? JSONValue(Double(bitPattern: random.next()))) ?? 0
        case 4: return .string(string(&random))
        case 5, 6:
            return .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(&random, depth: depth + 1) })
        default:
            let count = Int.random(in: 0..<22, using: &random)
            return .object(JSONObject((0..<count).map { _ in (string(&random), value(&random, depth: depth + 1)) }))
        }
    }

    private func string(_ random: inout JSONTestRandom) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "0", "\"", "\\", "/", "\n", "\0", "\u{1f}", " ", "é", "\u{301}", "€", "\u{2028}", "😀",
            "\u{10FFFF}",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
            scalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
        }
        return String(scalars)
    }

    @Test func mutatedDocuments() {
        print("JSON fuzz: INTERLOCK_FUZZ_SEED=\(seed), \(rounds) rounds")
        var random = JSONTestRandom(seed: seed)
        let spice =
            Array("{}[],:\"\\u0123456789dDabcef+-.eE truefalsn/\n\t".utf8) + [
                0, 0x1F, 0x7F, 0x80, 0xBF, 0xC3, 0xED, 0xF4, 0xFF,
            ]
        for _ in 0..<rounds {
            let original = value(&random, depth: 0)
            var bytes = original.jsonBytes(
                .init(isPretty: .random(using: &random), escapesNonASCII: .random(using: &random))
            )
            #expect((try? JSONValue(parsing: bytes)) == original, "seed \(seed)")
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let other = Int.random(in: place...min(bytes.count, place + 20), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: bytes[place] = spice[Int.random(in: 0..<spice.count, using: &random)]
                case 1: bytes.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
                case 2: bytes.removeSubrange(place..<other)
                case 3:
                    bytes.insert(contentsOf: bytes[place..<other], at: Int.random(in: 0...bytes.count, using: &random))
                case 4: bytes.removeLast(bytes.count - place)
                default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            check(bytes, .init())
            check(bytes, .init(maximumDepth: 3, duplicateKeys: .keepFirst, loneSurrogates: .replace))
            check(bytes, .init(duplicateKeys: .reject))
        }
    }

    @Test func randomBytes() {
        var random = JSONTestRandom(seed: seed &+ 1)
        let alphabet = Array("{}[],:\"\\u0d8-1.e tn".utf8)
        for round in 0..<rounds {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ -> UInt8 in
                round.isMultiple(of: 2)
                    ? UInt8(truncatingIfNeeded: random.next())
                    : alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            check(bytes, .init())
            check(bytes, .init(loneSurrogates: .replace))
        }
    }
}
