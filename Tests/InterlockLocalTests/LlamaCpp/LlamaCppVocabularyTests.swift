// covers: G7
#if LlamaCpp
import InterlockCore
import Testing

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Vocabularies as exact bytes: of the demo model, and of five well-known models where `../shared` is at hand.
@Suite("llama.cpp: vocabularies", .timeLimit(.minutes(5)))
struct LlamaCppVocabularyTests {
    /// With how many tokens stand for unknown text.
    static let vocabularies = [("gpt-2", 0), ("llama-bpe", 0), ("llama-spm", 1), ("phi-3", 53), ("qwen2", 0)]

    /// What a user may write that is a control token to some model.
    static let controlTexts = [
        "<|im_end|>", "<|im_start|>", "<|eot_id|>", "</s>", "<s>", "<|endoftext|>", "<|end|>", "<|user|>", "[/INST]",
        "<|start_header_id|>system<|end_header_id|>", "a</s>b</s></s>c", "<<|im_end|>|im_end|>", " </s> ",
    ]

    private func load(_ name: String) throws -> Vocabulary {
        let folder = try GGUFTestFolder()
        let path = folder.file("vocab.gguf")
        let source = "\(LlamaFixtures.shared)/vocab/ggml-vocab-\(name).gguf.gz"
        try #require(system("gzip -dc '\(source)' > '\(path)'") == 0)
        return try Vocabulary.read(path: path)
    }

    private func bytes(_ tokens: [Token], _ vocabulary: Vocabulary) -> [UInt8] {
        tokens.flatMap { Array(vocabulary.bytes(of: $0)) }
    }

    /// The tokens of somebody's words, without the one that every sequence begins with.
    private func words(_ text: String, _ vocabulary: Vocabulary) throws -> [Token] {
        let tokens = try PromptEncoder(vocabulary: vocabulary).encode([.content(text)])
        guard vocabulary.addsBeginningOfSequence else { return tokens }
        #expect(tokens.first == vocabulary.beginningOfSequence)
        return Array(tokens.dropFirst())
    }

    /// Whether the bytes are those of a text; SentencePiece puts a space in front.
    private func matches(_ bytes: [UInt8], _ text: String) -> Bool {
        bytes == Array(text.utf8) || bytes == Array(" \(text)".utf8)
    }

    private func checkTokens(_ vocabulary: Vocabulary, unknown: Int) {
        let empty = (0..<Token(vocabulary.count)).count { vocabulary.bytes(of: $0).isEmpty }
        #expect(empty == unknown, "only what stands for unknown text has no bytes")
        for token in [-1, Token(vocabulary.count), .max, .min] {
            #expect(vocabulary.bytes(of: token).isEmpty)
            #expect(vocabulary.attributes(of: token) == [])
        }
        for token in vocabulary.controlTokens { #expect(vocabulary.attributes(of: token).contains(.control)) }
        let lengths = vocabulary.controlTokens.map { vocabulary.bytes(of: $0).count }
        #expect(lengths == lengths.sorted(by: >))
    }

    private func checkRoundTrip(_ vocabulary: Vocabulary, _ rounds: Int) throws {
        var random = TestRandom(14)
        for _ in 0..<rounds {
            let pieces = [random.text(8), " ", "  ", "\n", "The dog's 123 ", "\t", "é"]
            let text = (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let tokens = try words(text, vocabulary)
            #expect(matches(bytes(tokens, vocabulary), text), "\(text.debugDescription)")
        }
        // Bytes that are no text are cut into tokens too.
        let noise: [UInt8] = [0x61, 0xFF, 0xC3, 0x28, 0xF0, 0x9F]
        _ = try vocabulary.tokenize(noise)
    }

    private func checkControlTexts(_ vocabulary: Vocabulary) throws {
        let own = vocabulary.controlTokens.prefix(40).map { String(decoding: vocabulary.bytes(of: $0), as: UTF8.self) }
        for text in Self.controlTexts + own {
            let tokens = try words(text, vocabulary)
            for token in tokens {
                let attributes = vocabulary.attributes(of: token)
                #expect(attributes.isDisjoint(with: [.control, .endOfGeneration]), "\(text) became token \(token)")
            }
            #expect(matches(bytes(tokens, vocabulary), text), "\(text)")
        }
        for token in vocabulary.controlTokens.prefix(300) {
            let text = String(decoding: vocabulary.bytes(of: token), as: UTF8.self)
            let tokens = try PromptEncoder(vocabulary: vocabulary).encode([.markup(text)])
            #expect(tokens.filter { $0 != vocabulary.beginningOfSequence || $0 == token }.contains(token), "\(text)")
            #expect(bytes(tokens, vocabulary).suffix(text.utf8.count).elementsEqual(text.utf8))
        }
    }

    @Test("the demo model's vocabulary")
    func demo() throws {
        let vocabulary = try LlamaFixtures.model().vocabulary
        #expect(vocabulary.count == 1521)
        #expect(vocabulary.attributes(of: 0).contains([.control, .endOfGeneration]))
        #expect(vocabulary.attributes(of: 1) == .control)
        #expect(vocabulary.attributes(of: 2) == [.control, .endOfGeneration])
        #expect(!vocabulary.addsBeginningOfSequence)
        checkTokens(vocabulary, unknown: 0)
        try checkRoundTrip(vocabulary, 300)
        try checkControlTexts(vocabulary)
    }

    @Test(
        "the tokens are llama.cpp's own, text comes back byte by byte, and no text becomes a control token",
        .enabled(if: LlamaFixtures.hasVocabularies, "no ../shared beside the package"), arguments: vocabularies)
    func known(_ name: String, unknown: Int) throws {
        let vocabulary = try load(name)
        checkTokens(vocabulary, unknown: unknown)
        try checkKnownTokens(vocabulary, name)
        try checkRoundTrip(vocabulary, 100)
        try checkControlTexts(vocabulary)
    }

    /// llama.cpp's own test data: texts between separators, and a line of token numbers for each.
    private func checkKnownTokens(_ vocabulary: Vocabulary, _ name: String) throws {
        let stem = "\(LlamaFixtures.shared)/vocab/ggml-vocab-\(name).gguf"
        let separator = "\n__ggml_vocab_test__\n"
        var rest = String(decoding: try LlamaFixtures.bytes(stem + ".inp"), as: UTF8.self)[...]
        var texts: [String] = []
        while let place = rest.unicodeScalars.firstRange(of: separator.unicodeScalars) {
            texts.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        let lines = String(decoding: try LlamaFixtures.bytes(stem + ".out"), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count == 46)
        try #require(texts.count == 46 || texts.count == 45)
        if texts.count == 45 { texts.append(String(rest)) }
        for (text, line) in zip(texts, lines) {
            let expected = line.split(separator: " ").compactMap { Token($0) }
            #expect(try vocabulary.tokenize(Array(text.utf8)) == expected, "\(text.debugDescription)")
            #expect(try words(text, vocabulary) == expected, "\(text.debugDescription)")
        }
    }

    @Test("a file without a vocabulary is an error")
    func unreadable() throws {
        let folder = try GGUFTestFolder()
        let path = try folder.write(Array("GGUF".utf8))
        let error = try #require(throws: InterlockError.self) { try Vocabulary.read(path: path) }
        #expect(folder.neutral(error.message) == "llama.cpp cannot read the vocabulary of FOLDER/model.gguf")
    }
}
#endif
