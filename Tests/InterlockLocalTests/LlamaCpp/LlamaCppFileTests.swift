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

/// Files that are no models, or not whole; and models in several files.
@Suite("llama.cpp: files", .timeLimit(.minutes(5)))
struct LlamaCppFileTests {
    let folder: GGUFTestFolder

    init() throws {
        folder = try GGUFTestFolder()
    }

    /// The code and the whole message of loading a file, which must fail.
    private func failure(_ path: String) async throws -> String {
        let backend = try LlamaFixtures.backend(path)
        let error = try #require(await #expect(throws: InterlockError.self) { try await backend.load() })
        let request = try #require(
            await #expect(throws: InterlockError.self) { try await LlamaFixtures.answer(backend, "x") })
        #expect(request.description == error.description)
        #expect(await backend.isLoaded == false)
        return "\(error.code): \(folder.neutral(error.description))"
    }

    @Test("there is no such file")
    func missing() async throws {
        #expect(
            try await failure(folder.file("none.gguf")) == """
                model_not_found: llama_cpp: FOLDER/none.gguf: no such file
                hint: Check the spelling of the path; a relative one starts at the current folder.
                """)
    }

    @Test("a folder")
    func directory() async throws {
        #expect(
            try await failure(folder.path) == """
                model_not_found: llama_cpp: FOLDER: this is a folder, not a file
                hint: Give the path of a .gguf file; this folder has none.
                """)
    }

    @Test("not a model at all")
    func garbage() async throws {
        let path = try folder.write(Array("This is a letter, not a model.".utf8))
        #expect(
            try await failure(path) == """
                model_file_invalid: llama_cpp: FOLDER/model.gguf: not a GGUF file: it is a text file that begins with \
                'This is a letter, not a model.'
                hint: The download probably saved a message in place of the model: open it to see why.
                """)
        #expect(
            try await failure(try folder.write([], as: "empty.gguf")) == """
                model_file_invalid: llama_cpp: FOLDER/empty.gguf: the file is empty
                hint: The download did not start or was interrupted: download it again.
                """)
    }

    @Test("a download that was cut off, in its header or in its weights")
    func truncated() async throws {
        let bytes = try LlamaFixtures.bytes(LlamaFixtures.demo)
        #expect(
            try await failure(try folder.write(Array(bytes.prefix(1000)), as: "header.gguf")) == """
                model_file_truncated: llama_cpp: FOLDER/header.gguf: the file ends after 1,000 bytes, inside its header \
                (in the value of key 'tokenizer.ggml.tokens')
                hint: The download is incomplete, or the file is damaged: download it again.
                """)
        #expect(
            try await failure(try folder.write(Array(bytes.dropLast(1000)), as: "data.gguf")) == """
                model_file_truncated: llama_cpp: FOLDER/data.gguf: the file has 2,975,576 bytes, its header promises \
                2,976,576: the download is incomplete
                hint: 1,000 bytes are missing: resume the download or download it again.
                """)
    }

    @Test("sound GGUF that llama.cpp cannot run, with llama.cpp's reason")
    func notRunnable() async throws {
        var unknown = GGUFWriter.sample()
        unknown.entries[0].payload = GGUFWriter.string(Array("marsian".utf8))
        let files = [
            (try folder.write(unknown.bytes(), as: "unknown.gguf"), "'marsian'"),
            (try folder.write(GGUFWriter.sample().bytes(), as: "sample.gguf"), "layer_norm_rms_epsilon"),
        ]
        for (path, reason) in files {
            let message = try await failure(path)
            let start = "model_load_failed: llama_cpp: llama.cpp cannot load \(folder.neutral(path)): "
            #expect(message.hasPrefix(start))
            #expect(message.contains(reason))
            let end = "hint: With --verbose the log tells more; a newer model may need a newer llama.cpp."
            #expect(message.hasSuffix("\n\(end)"))
        }
    }

    @Test("after a failure the file may be put right, and the same backend loads it")
    func repaired() async throws {
        let bytes = try LlamaFixtures.bytes(LlamaFixtures.demo)
        let path = try folder.write(Array(bytes.dropLast(1)))
        let backend = try LlamaFixtures.backend(path)
        await #expect(throws: InterlockError.self) { try await backend.load() }
        _ = try folder.write(bytes)
        #expect(try await LlamaFixtures.answer(backend, LlamaCppAnswerTests.question).contains("Paris"))
    }

    // MARK: Models in several files

    /// Writes the demo model as so many parts, as llama.cpp's `gguf-split` does, and returns the first one's path.
    private func split(_ count: Int) throws -> String {
        let header = try GGUFHeader.read(path: LlamaFixtures.demo)
        let bytes = try LlamaFixtures.bytes(LlamaFixtures.demo)
        for part in 0..<count {
            var writer = GGUFWriter()
            if part == 0 {
                for entry in header.metadata {
                    writer.add(entry.key, type: entry.value.type, entry.value.payload(bytes))
                }
            }
            writer.add("split.no", uint16: UInt16(part))
            writer.add("split.count", uint16: UInt16(count))
            writer.add("split.tensors.count", int32: Int32(header.tensors.count))
            let first = header.tensors.count * part / count
            let tensors = header.tensors[first..<(header.tensors.count * (part + 1) / count)]
            writer.tensors = tensors.map { .init($0.name, $0.dimensions.map(UInt64.init), type: $0.type.rawValue) }
            var file = writer.header()
            for tensor in tensors {
                file += [UInt8](repeating: 0, count: (32 - file.count % 32) % 32)
                file += bytes[(header.dataOffset + tensor.offset)...].prefix(tensor.byteCount)
            }
            _ = try folder.write(file, as: name(part, count))
        }
        return folder.file(name(0, count))
    }

    private func name(_ part: Int, _ count: Int) -> String { "demo-0000\(part + 1)-of-0000\(count).gguf" }

    @Test("a model in several files answers as the one in one file does", arguments: [2, 3])
    func splitModel(count: Int) async throws {
        let path = try split(count)
        let whole = try LlamaFixtures.backend()
        for usesMmap in [true, false] {
            let backend = try LlamaFixtures.backend(path, .init(usesMmap: usesMmap))
            for question in [LlamaCppAnswerTests.question, LlamaCppAnswerTests.longQuestion] {
                let expected = try await LlamaFixtures.answer(whole, question)
                #expect(try await LlamaFixtures.answer(backend, question) == expected)
            }
        }
    }

    @Test("a part that is missing, and a later part named instead of the first")
    func brokenSplit() async throws {
        let path = try split(2)
        #expect(
            try await failure(folder.file(name(1, 2))) == """
                model_file_invalid: llama_cpp: FOLDER/demo-00002-of-00002.gguf: this is part 2 of 2 of a model; it is \
                loaded by its first part
                hint: Give the path FOLDER/demo-00001-of-00002.gguf.
                """)
        _ = try folder.write(Array(try LlamaFixtures.bytes(folder.file(name(1, 2))).dropLast(50_000)), as: name(1, 2))
        #expect(
            try await failure(path) == """
                model_file_truncated: llama_cpp: FOLDER/demo-00002-of-00002.gguf: the file has 1,209,712 bytes, its \
                header promises 1,259,712: the download is incomplete
                hint: 50,000 bytes are missing: resume the download or download it again.
                """)
        try folder.remove(name(1, 2))
        #expect(
            try await failure(path) == """
                model_part_missing: llama_cpp: FOLDER/demo-00002-of-00002.gguf: 1 of 2 parts of this model is missing: \
                'demo-00002-of-00002.gguf'
                hint: Download the missing part into the same folder as the others.
                """)
    }
}

extension GGUFValue {
    /// The value as a file has it; arrays are copied from the file that they come from.
    fileprivate func payload(_ file: [UInt8]) -> [UInt8] {
        switch self {
        case .uint8(let value): GGUFWriter.littleEndian(value)
        case .int8(let value): GGUFWriter.littleEndian(value)
        case .uint16(let value): GGUFWriter.littleEndian(value)
        case .int16(let value): GGUFWriter.littleEndian(value)
        case .uint32(let value): GGUFWriter.littleEndian(value)
        case .int32(let value): GGUFWriter.littleEndian(value)
        case .uint64(let value): GGUFWriter.littleEndian(value)
        case .int64(let value): GGUFWriter.littleEndian(value)
        case .float32(let value): GGUFWriter.littleEndian(value.bitPattern)
        case .float64(let value): GGUFWriter.littleEndian(value.bitPattern)
        case .bool(let value): [value ? 1 : 0]
        case .string(let value): GGUFWriter.string(Array(value.utf8))
        case .array(let array):
            GGUFWriter.littleEndian(array.elementType.rawValue) + GGUFWriter.littleEndian(UInt64(array.count))
                + file[array.fileOffset..<(array.fileOffset + array.byteCount)]
        }
    }
}

extension GGUFTestFolder {
    /// Removes a file.
    fileprivate func remove(_ name: String) throws {
        let removed = unlink(file(name)) == 0
        try #require(removed)
    }
}
#endif
