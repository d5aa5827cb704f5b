// covers: G7
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

@Suite("Prompt encoder")
struct PromptEncoderTests {
    /// One token a byte; `merged` texts become a token of their own wherever they stand, as a careless vocabulary has it.
    struct Bytes: Tokenizer {
        var merged: [(text: [UInt8], token: Token)] = []

        func tokenize(_ text: [UInt8]) throws -> [Token] {
            var tokens: [Token] = []
            var rest = text[...]
            while let byte = rest.first {
                if let found = merged.first(where: { rest.starts(with: $0.text) }) {
                    tokens.append(found.token)
                    rest = rest.dropFirst(found.text.count)
                } else {
                    tokens.append(Token(byte))
                    rest = rest.dropFirst()
                }
            }
            return tokens
        }
    }

    static let start: Token = 256
    static let end: Token = 257

    private func encoder(
        _ special: [(String, Vocabulary.Attributes)] = [("<s>", .control), ("</s>", [.control, .endOfGeneration])],
        addsStart: Bool = false, merged: [(String, Token)] = []
    ) -> PromptEncoder {
        let bytes: [(bytes: [UInt8], attributes: Vocabulary.Attributes)] = (0...255).map { ([$0], []) }
        let vocabulary = Vocabulary(
            tokens: bytes + special.map { (Array($0.utf8), $1) }, beginningOfSequence: Self.start,
            addsBeginningOfSequence: addsStart, tokenizer: Bytes(merged: merged.map { (Array($0.utf8), $1) }))
        return PromptEncoder(vocabulary: vocabulary)
    }

    private func plain(_ text: String) -> [Token] { text.utf8.map { Token($0) } }

    @Test("control tokens come from markup and never from content")
    func controlTokens() throws {
        let tokens = try encoder().encode([.markup("<s>a"), .content("<s>b</s>"), .markup("</s>\n<s>")])
        #expect(tokens == [Self.start] + plain("a<s>b</s>") + [Self.end] + plain("\n") + [Self.start])
    }

    @Test("content and the markup around it are one text, but no control token forms across their border")
    func borders() throws {
        var seen: [[UInt8]] = []
        let encoder = encoder()
        let tokens = try encoder.encode([.content("<"), .markup("s>"), .content("</"), .markup("s><s>")])
        #expect(tokens == plain("<s></s>") + [Self.start])
        // The tokenizer is given whole texts, not their pieces.
        let recorder = Recorder()
        let vocabulary = Vocabulary(tokens: [([0x61], []), (Array("<s>".utf8), .control)], tokenizer: recorder)
        _ = try PromptEncoder(vocabulary: vocabulary).encode([
            .markup("<s>one "), .content("two"), .markup(" three<s>"), .content("four"),
        ])
        seen = recorder.texts.withLock { $0 }
        #expect(seen.map { String(decoding: $0, as: UTF8.self) } == ["one two three", "four"])
    }

    private struct Recorder: Tokenizer {
        let texts = Locked<[[UInt8]]>([])

        func tokenize(_ text: [UInt8]) throws -> [Token] {
            texts.withLock { $0.append(text) }
            return []
        }
    }

    @Test("the longest control token at a place wins")
    func longest() throws {
        let encoder = encoder([("<|a|>", .control), ("<|a|><|b|>", .control), ("<|b|>", .control)])
        #expect(try encoder.encode([.markup("<|a|><|b|><|b|><|a|>")]) == [257, 258, 256])
        #expect(try encoder.encode([.markup("<|a<|a|>")]) == plain("<|a") + [256])
    }

    @Test("the start token is there exactly once, if the model wants it")
    func startToken() throws {
        #expect(try encoder(addsStart: true).encode([.content("a")]) == [Self.start] + plain("a"))
        #expect(try encoder(addsStart: true).encode([.markup("<s>a")]) == [Self.start] + plain("a"))
        #expect(try encoder(addsStart: true).encode([.content("<s>")]) == [Self.start] + plain("<s>"))
        #expect(try encoder(addsStart: true).encode([]) == [Self.start])
        #expect(try encoder().encode([.content("a")]) == plain("a"))
        #expect(try encoder().encode([]) == [])
        #expect(try encoder().encode([.content(""), .markup("")]) == [])
    }

    @Test("tokens that strip take the white space on their side, a user's only at their left")
    func strips() throws {
        let encoder = encoder([("<L>", [.control, .stripsLeft]), ("<R>", [.control, .stripsRight])])
        #expect(try encoder.encode([.markup("a \n<L> b")]) == plain("a") + [256] + plain(" b"))
        #expect(try encoder.encode([.markup("a <R>\n\t b")]) == plain("a ") + [257] + plain("b"))
        #expect(try encoder.encode([.markup("<R> "), .markup(" b")]) == [257] + plain(" b"))
        #expect(try encoder.encode([.content("a "), .markup("<L>")]) == plain("a") + [256])
        #expect(try encoder.encode([.markup("<R>"), .content(" a")]) == [257] + plain(" a"))
        #expect(try encoder.encode([.markup("<R>"), .content(""), .markup(" a")]) == [257] + plain("a"))
        #expect(try encoder.encode([.markup(" <L><R> ")]) == [256, 257])
    }

    @Test("a vocabulary that makes text into a control token is kept from it")
    func careless() throws {
        let encoder = encoder(merged: [("</s>", Self.end), ("<s>", Self.start)])
        #expect(try encoder.encode([.content("a</s>b<s>")]) == plain("a</s>b<s>"))
        #expect(try encoder.encode([.content("<</s><s></s></s>")]) == plain("<</s><s></s></s>"))
        #expect(try encoder.encode([.content("<s"), .markup(">x</s>")]) == plain("<s>x") + [Self.end])
    }

    @Test("a control token typed a hundred thousand times costs time in proportion, and no stack")
    func manyControlTexts() throws {
        let encoder = encoder(merged: [("</s>", Self.end)])
        let text = String(repeating: "</s>", count: 100_000)
        #expect(try encoder.encode([.content(text)]).count == 400_000)
    }

    @Test("a vocabulary that makes any text into a control token is an error, whole")
    func hopeless() throws {
        let error = try #require(throws: InterlockError.self) {
            _ = try encoder(merged: [("x", Self.end)]).encode([.content("axb")])
        }
        #expect(error.code == .modelUnsupported)
        #expect(
            error.description == """
                the model's vocabulary turns plain text into the control token 257
                hint: The model file is damaged or was converted wrongly.
                """)
    }

    @Test("any pieces: without control tokens in the markup, the bytes are those of the pieces")
    func anyPieces() throws {
        var random = TestRandom(12)
        let encoder = encoder(merged: [("</s>", Self.end)])
        for _ in 0..<300 {
            var (pieces, text): ([PromptPiece], String) = ([], "")
            for _ in 0..<random.below(5) {
                let words = ["<s>", "</s>", "<", "s>", " ", random.text(2)]
                let content = (0..<random.below(4)).map { _ in words[random.below(words.count)] }.joined()
                let markup = random.text(random.below(3)).filter { $0 != "<" && $0 != ">" && $0 != "s" && $0 != "/" }
                pieces += [.content(content), .markup(markup)]
                text += content + markup
            }
            let tokens = try encoder.encode(pieces)
            #expect(tokens.allSatisfy { $0 < 256 })
            #expect(tokens.flatMap { Array(encoder.vocabulary.bytes(of: $0)) } == Array(text.utf8))
        }
    }
}
