import Testing

@testable import InterlockLocal

// covers: G7
#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Files that other programs wrote.
///
/// Expected numbers come from the Python package `gguf` 0.19.0, with which every key,
/// every array element and every tensor of these files was compared when this was written.
@Suite("GGUF: real files")
struct GGUFRealFileTests {
    static let package = String(#filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 })
    static let shared = package + "/../shared"
    static var hasShared: Comment { "no ../shared beside the package" }

    @Test("the demo model of this repository")
    func demo() throws {
        let model = try GGUFModel.read(path: Self.package + "/Models/demo/demo-q8_0.gguf")
        try model.requireLanguageModel()
        let header = model.header
        #expect(header.version == 3)
        #expect(header.dataEnd == header.fileSize)
        #expect(header.architecture == "llama")
        #expect((header.contextLength ?? 0) >= 512)
        #expect((header.blockCount ?? 0) >= 1)
        #expect(header.chatTemplate?.isEmpty == false)
        #expect(header.tensorTypes.first?.type.name == "q8_0")
        #expect(header.fileType?.description == "Q8_0")
        let tokens = try #require(try header.loadArray("tokenizer.ggml.tokens")?.strings)
        #expect(tokens.count == header.vocabularySize)
        let embedding = try #require(header.tensors.first { $0.name == "token_embd.weight" })
        #expect(embedding.dimensions == [header.embeddingLength ?? 0, tokens.count])
    }

    struct Model: Sendable, CustomTestStringConvertible {
        let file: String
        let keys: Int
        let tensors: Int
        let dataOffset: Int
        let parameters: Int
        let tensorBytes: Int
        let type: String
        var testDescription: String { file }
    }

    static let models = [
        Model(
            file: "models/stories260K.gguf", keys: 25, tensors: 48, dataOffset: 14_560, parameters: 292_800,
            tensorBytes: 1_171_200, type: "f32"),
        Model(
            file: "models/trial-demo/tiny-f16.gguf", keys: 26, tensors: 38, dataOffset: 46_880, parameters: 2_750_976,
            tensorBytes: 5_506_560, type: "f16"),
        Model(
            file: "models/trial-demo/tiny-q8_0.gguf", keys: 26, tensors: 38, dataOffset: 46_880, parameters: 2_750_976,
            tensorBytes: 2_929_680, type: "q8_0"),
    ]

    @Test("models", .enabled(if: GGUFSource.exists(shared), hasShared), arguments: models)
    func model(_ expected: Model) throws {
        let header = try GGUFHeader.read(path: "\(Self.shared)/\(expected.file)")
        #expect(header.metadata.count == expected.keys)
        #expect(header.tensors.count == expected.tensors)
        #expect(header.dataOffset == expected.dataOffset)
        #expect(header.parameterCount == expected.parameters)
        #expect(header.tensorBytes == expected.tensorBytes)
        #expect(header.tensorTypes.first?.type.name == expected.type)
        #expect(header.dataEnd == header.fileSize)
    }

    struct Vocabulary: Sendable, CustomTestStringConvertible {
        let name: String
        let keys: Int
        let size: Int
        let tokens: Int
        let merges: Int?
        /// FNV-1a over all tokens, each with a line feed behind it.
        let hash: UInt64
        let context: Int
        var testDescription: String { name }
    }

    static let vocabularies = [
        Vocabulary(
            name: "gpt-2", keys: 16, size: 1_766_807, tokens: 50_257, merges: 50_000, hash: 13_575_522_990_239_804_227,
            context: 1_024),
        Vocabulary(
            name: "llama-bpe", keys: 20, size: 7_818_140, tokens: 128_256, merges: 280_147,
            hash: 4_170_939_587_094_224_799, context: 8_192),
        Vocabulary(
            name: "llama-spm", keys: 22, size: 723_869, tokens: 32_000, merges: nil, hash: 4_746_660_665_334_073_324,
            context: 4_096),
        Vocabulary(
            name: "phi-3", keys: 26, size: 726_019, tokens: 32_064, merges: nil, hash: 13_026_456_899_180_981_971,
            context: 4_096),
        Vocabulary(
            name: "qwen2", keys: 20, size: 5_928_681, tokens: 151_936, merges: 151_387,
            hash: 10_915_297_863_566_921_019, context: 32_768),
    ]

    @Test("vocabularies", .enabled(if: GGUFSource.exists(shared), hasShared), arguments: vocabularies)
    func vocabulary(_ expected: Vocabulary) throws {
        let folder = try GGUFTestFolder()
        let path = folder.file("vocab.gguf")
        let source = "\(Self.shared)/vocab/ggml-vocab-\(expected.name).gguf.gz"
        try #require(system("gzip -dc '\(source)' > '\(path)'") == 0)
        let model = try GGUFModel.read(path: path)
        let header = model.header
        #expect(header.fileSize == expected.size)
        #expect(header.dataOffset == expected.size)
        #expect(header.metadata.count == expected.keys)
        #expect(header.vocabularySize == expected.tokens)
        #expect(header.metadata.count("tokenizer.ggml.merges") == expected.merges)
        #expect(header.contextLength == expected.context)
        let tokens = try #require(try header.loadArray("tokenizer.ggml.tokens")?.strings)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for token in tokens {
            for byte in token.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 10) &* 0x100_0000_01b3
        }
        #expect(hash == expected.hash)
        let error = try #require(throws: GGUFError.self) { try model.requireLanguageModel() }
        #expect(error.message == "it has a vocabulary but no weights")
    }
}
