// covers: G7
import Testing

@testable import InterlockLocal

@Suite("GGUF: reading headers")
struct GGUFHeaderTests {
    let folder: GGUFTestFolder

    init() throws {
        folder = try GGUFTestFolder()
    }

    @Test("all value types arrive with their values, in order")
    func values() throws {
        let header = try GGUFHeader.read(path: folder.write(GGUFWriter.sample().bytes()))
        #expect(header.metadata.count == 21)
        #expect(header.metadata.first?.key == "general.architecture")
        #expect(header.metadata.last?.key == "tokenizer.chat_template")
        let expected: [(String, GGUFValue)] = [
            ("v.u8", .uint8(200)), ("v.i8", .int8(-100)), ("v.u16", .uint16(60_000)), ("v.i16", .int16(-30_000)),
            ("v.i32", .int32(-2_000_000_000)), ("v.f32", .float32(1.5)), ("v.bool", .bool(true)),
            ("v.u64", .uint64(.max)), ("v.i64", .int64(.min)), ("v.f64", .float64(.pi)),
            ("general.file_type", .uint32(7)), ("general.name", .string("Sample")),
        ]
        for (key, value) in expected {
            #expect(header.metadata[key] == value, "\(key)")
            #expect(header.metadata[key]?.type == value.type, "\(key)")
        }
        #expect(header.metadata["no.such.key"] == nil)
    }

    @Test("typed accessors take their own types only")
    func accessors() throws {
        let metadata = try GGUFHeader.read(path: folder.write(GGUFWriter.sample().bytes())).metadata
        #expect(metadata.int("v.u8") == 200)
        #expect(metadata.int("v.i64") == .min)
        #expect(metadata.int("v.u64") == nil, "UInt64.max does not fit")
        #expect(metadata.int("v.f32") == nil)
        #expect(metadata.float("v.f32") == 1.5)
        #expect(metadata.float("v.f64") == .pi)
        #expect(metadata.float("v.u8") == nil)
        #expect(metadata.bool("v.bool") == true)
        #expect(metadata.bool("v.u8") == nil)
        #expect(metadata.string("general.name") == "Sample")
        #expect(metadata.string("v.u8") == nil)
        #expect(metadata.count("tokenizer.ggml.tokens") == 4)
        #expect(metadata.array("tokenizer.ggml.tokens")?.strings == ["<s>", "", "é", "long token"])
        #expect(metadata.array("tokenizer.ggml.tokens")?.integers == nil)
        #expect(metadata.array("tokenizer.ggml.token_type")?.integers == [3, 1, 1, 1])
        #expect(metadata.array("tokenizer.ggml.token_type")?.strings == nil)
        #expect(metadata.array("general.name") == nil)
    }

    @Test("the model's facts come from the keys of its architecture")
    func facts() throws {
        let header = try GGUFHeader.read(path: folder.write(GGUFWriter.sample().bytes()))
        #expect(header.version == 3)
        #expect(header.alignment == 32)
        #expect(header.architecture == "llama")
        #expect(header.name == "Sample")
        #expect(header.license == "mit")
        #expect(header.fileType?.description == "Q8_0")
        #expect(header.contextLength == 2048)
        #expect(header.blockCount == 2)
        #expect(header.embeddingLength == 64)
        #expect(header.tokenizerModel == "gpt2")
        #expect(header.vocabularySize == 4)
        #expect(header.chatTemplate == "{{ messages }}")
        #expect(header.splitNumber == nil)
        #expect(header.splitCount == nil)
        #expect(header.splitTensorsCount == nil)
    }

    @Test("tensors have their place, size and type")
    func tensors() throws {
        let writer = GGUFWriter.sample()
        let header = try GGUFHeader.read(path: folder.write(writer.bytes() + [9, 9, 9]))
        #expect(header.tensors.map(\.name) == ["token_embd.weight", "blk.0.attn_norm.weight", "output.weight"])
        #expect(header.tensors.map(\.dimensions) == [[64, 4], [5], [64, 4]])
        #expect(header.tensors.map(\.type.name) == ["q8_0", "f32", "f16"])
        #expect(header.tensors.map(\.byteCount) == [272, 20, 512])
        #expect(header.tensors.map(\.offset) == [0, 288, 320])
        #expect(header.dataOffset == (writer.header().count + 31) / 32 * 32)
        #expect(header.dataEnd == header.dataOffset + 832)
        #expect(header.fileSize == header.dataEnd + 3, "bytes behind the last tensor are allowed")
        #expect(header.parameterCount == 256 + 5 + 256)
        #expect(header.tensorBytes == 804)
        let usage = header.tensorTypes
        #expect(usage.map(\.type.name) == ["f16", "q8_0", "f32"])
        #expect(usage.map(\.tensors) == [1, 1, 1])
        #expect(usage.map(\.elements) == [256, 256, 5])
        #expect(usage.map(\.bytes) == [512, 272, 20])
    }

    @Test("version 2 and other alignments", arguments: [(UInt32(2), 32), (3, 1), (3, 8), (3, 64), (2, 4096)])
    func alignment(version: UInt32, alignment: Int) throws {
        var writer = GGUFWriter.sample()
        writer.version = version
        writer.alignment = alignment
        writer.add("general.alignment", uint32: UInt32(alignment))
        let header = try GGUFHeader.read(path: folder.write(writer.bytes()))
        #expect(header.version == Int(version))
        #expect(header.alignment == alignment)
        #expect(header.dataOffset % alignment == 0)
        #expect(header.dataEnd == header.fileSize)
    }

    @Test("a file without tensors needs no padding")
    func noTensors() throws {
        var writer = GGUFWriter.sample()
        writer.tensors = []
        let header = try GGUFHeader.read(path: folder.write(writer.bytes()))
        #expect(header.dataOffset == writer.header().count)
        #expect(header.dataEnd == header.fileSize)
        let bare = try GGUFHeader.read(path: folder.write(GGUFWriter().bytes(), as: "bare.gguf"))
        #expect(bare.metadata.isEmpty && bare.tensors.isEmpty && bare.fileSize == 24)
        #expect(bare.contextLength == nil)
    }

    @Test("tensors without dimensions and without elements, as ggml takes them")
    func oddShapes() throws {
        var writer = GGUFWriter()
        writer.tensors = [.init("scalar", []), .init("none", [0, 7]), .init("four", [2, 1, 3, 1])]
        let header = try GGUFHeader.read(path: folder.write(writer.bytes()))
        #expect(header.tensors.map(\.elementCount) == [1, 0, 6])
        #expect(header.tensors.map(\.byteCount) == [4, 0, 24])
        #expect(header.tensors.map(\.offset) == [0, 32, 32])
    }

    @Test("large arrays stay in the file until asked for")
    func largeArrays() throws {
        var writer = GGUFWriter()
        let tokens = (0..<20_000).map { "token \($0)" }
        writer.add("tokenizer.ggml.tokens", strings: tokens)
        writer.add(
            "scores", type: .float32, elements: tokens.indices.map { GGUFWriter.littleEndian(Float($0).bitPattern) })
        writer.add("after", "still read")
        let header = try GGUFHeader.read(path: folder.write(writer.bytes()))
        let array = try #require(header.metadata.array("tokenizer.ggml.tokens"))
        #expect(!array.isLoaded && array.elements == nil && array.strings == nil)
        #expect(array.count == 20_000)
        #expect(array.byteCount == tokens.reduce(0) { $0 + 8 + $1.utf8.count })
        #expect(header.metadata.string("after") == "still read")
        #expect(header.retainedBytes < 1_000, "nothing of the arrays is kept")
        #expect(try header.loadArray("tokenizer.ggml.tokens")?.strings == tokens)
        #expect(try header.loadArray("scores")?.elements?.last == .float32(19_999))
        #expect(try header.loadArray("after") == nil)
        #expect(try header.loadArray("no.such.key") == nil)
    }

    @Test("strings across and beyond the read window")
    func longStrings() throws {
        var writer = GGUFWriter()
        let lengths = [0, 1, 65_535, 65_536, 65_537, 200_000, 3]
        for length in lengths { writer.add("s\(length)", String(repeating: "x", count: length)) }
        writer.add("all", strings: lengths.map { String(repeating: "y", count: $0) })
        writer.add("end", uint32: 7)
        let header = try GGUFHeader.read(path: folder.write(writer.bytes()))
        for length in lengths {
            #expect(header.metadata.string("s\(length)")?.utf8.count == length)
        }
        #expect(try header.loadArray("all")?.strings?.map(\.utf8.count) == lengths)
        #expect(header.metadata.int("end") == 7)
    }

    @Test("string values that are not UTF-8 are repaired, as llama.cpp takes them; any byte but 0 is true")
    func lenient() throws {
        var writer = GGUFWriter()
        writer.add("name", type: .string, GGUFWriter.string([0x61, 0xff, 0x62]))
        writer.add("flag", type: .bool, [7])
        let metadata = try GGUFHeader.read(path: folder.write(writer.bytes())).metadata
        #expect(metadata.string("name") == "a\u{fffd}b")
        #expect(metadata.bool("flag") == true)
    }

    @Test("a value's description is one bounded line")
    func descriptions() throws {
        let metadata = try GGUFHeader.read(path: folder.write(GGUFWriter.sample().bytes())).metadata
        #expect(metadata["v.u64"]?.description == "18446744073709551615")
        #expect(metadata["v.bool"]?.description == "true")
        #expect(metadata["v.f32"]?.description == "1.5")
        #expect(metadata["general.name"]?.description == "'Sample'")
        #expect(metadata["tokenizer.ggml.tokens"]?.description == "[str; 4]")
        let long = GGUFValue.string("a\n\u{1b}[31m\u{202e}" + String(repeating: "z", count: 500))
        #expect(long.description == "'a\\n\\u{1b}[31m\\u{202e}" + String(repeating: "z", count: 56) + "…'")
    }

    @Test("a file that was replaced since is not mixed with the old header")
    func replaced() throws {
        var writer = GGUFWriter()
        writer.add("big", strings: (0..<20_000).map(String.init))
        let path = try folder.write(writer.bytes())
        let header = try GGUFHeader.read(path: path)
        writer.add("more", "x")
        _ = try folder.write(writer.bytes())
        let error = try #require(throws: GGUFError.self) { try header.loadArray("big") }
        #expect(error.code == .changedWhileReading)
        #expect(
            folder.neutral(error.description)
                == "FOLDER/model.gguf: the file was replaced or rewritten since its header was read. Read the header again."
        )
    }
}
