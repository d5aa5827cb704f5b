// covers: G7
import Testing

@testable import InterlockLocal

@Suite("Stop sequences")
struct StopMatcherTests {
    /// What a matcher makes of chunks: what comes out, and which stop it found.
    private func run(_ stops: [String], _ chunks: [[UInt8]]) -> (text: String, match: String?) {
        var matcher = StopMatcher(stops)
        var bytes: [UInt8] = []
        for chunk in chunks where matcher.match == nil { bytes += matcher.append(chunk) }
        if matcher.match == nil { bytes += matcher.finish() }
        return (String(decoding: bytes, as: UTF8.self), matcher.match)
    }

    /// The stop that ends first, the longest of those that end there, found the slow way.
    private func reference(_ stops: [String], _ text: String) -> (text: String, match: String?) {
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            let head = String(decoding: bytes[...end], as: UTF8.self)
            let found = stops.filter { head.hasSuffix($0) }.max { $0.utf8.count < $1.utf8.count }
            if let found { return (String(head.dropLast(found.count)), found) }
        }
        return (text, nil)
    }

    private func word(_ random: inout TestRandom, _ length: Int) -> String {
        String((0..<length).map { _ in ["a", "b", "c"][random.below(3)] as Character })
    }

    @Test("any stops, any text, any chunks: what the slow search finds, and nothing of it leaks")
    func reference() {
        var random = TestRandom(3)
        for round in 0..<5000 {
            let stops = (0..<(1 + random.below(3))).map { _ in word(&random, 1 + random.below(4)) }
            let text = word(&random, random.below(25))
            let expected = reference(stops, text)
            let found = run(stops, random.chunks(Array(text.utf8)))
            #expect(found.text == expected.text, "round \(round): \(stops) in \(text)")
            #expect(found.match == expected.match, "round \(round): \(stops) in \(text)")
        }
    }

    @Test("no more is held back than may become a stop")
    func holdsLittle() {
        var random = TestRandom(4)
        for round in 0..<2000 {
            let stops = (0..<(1 + random.below(3))).map { _ in word(&random, 2 + random.below(4)) }
            var matcher = StopMatcher(stops)
            var (seen, sent) = ("", "")
            for chunk in random.chunks(Array(word(&random, 20).utf8)) {
                seen += String(decoding: chunk, as: UTF8.self)
                sent += String(decoding: matcher.append(chunk), as: UTF8.self)
                guard matcher.match == nil else { break }
                let held = String(seen.dropFirst(sent.count))
                let longest = (0...seen.count).last { length in
                    let end = seen.suffix(length)
                    return stops.contains { $0.count > length && $0.hasPrefix(end) }
                }
                #expect(held.count == longest, "round \(round): \(stops) after \(seen)")
            }
        }
    }

    @Test("cases to be read")
    func cases() {
        func bytes(_ chunks: String...) -> [[UInt8]] { chunks.map { Array($0.utf8) } }
        #expect(run([], bytes("ab", "c")) == ("abc", nil))
        #expect(run(["END"], bytes("one E", "N", "D two")) == ("one ", "END"))
        #expect(run(["END"], bytes("one E", "N")) == ("one EN", nil))
        #expect(run(["b", "ab"], bytes("xab")) == ("x", "ab"))
        #expect(run(["abcd", "bc"], bytes("abcd")) == ("a", "bc"))
        #expect(run(["aab"], bytes("aaab")) == ("a", "aab"))
        #expect(run(["\n\n"], bytes("a\n", "\n")) == ("a", "\n\n"))
        // Cut inside of a character: the bytes count.
        #expect(run(["é!"], [[0x61, 0xC3], [0xA9], [0x21]]) == ("a", "é!"))
        #expect(run(["é!"], [[0x61, 0xC3], [0xA9], [0x3F]]) == ("aé?", nil))
    }
}
