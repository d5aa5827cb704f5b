import Testing

@testable import InterlockLocal

// covers: A7
#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

@Suite("GGUF: what is wrong with a header")
struct GGUFErrorTests {
    static let damaged = "The file is damaged: download it again and compare its checksum with the published one."
    static let incomplete = "The download is incomplete, or the file is damaged: download it again."

    /// A broken file and the whole of what must be said about it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let code: GGUFError.Code
        let message: String
        let hint: String
        let bytes: @Sendable () -> [UInt8]
        var testDescription: String { name }

        init(
            _ name: String,
            _ code: GGUFError.Code,
            _ message: String,
            hint: String = damaged,
            change: @escaping @Sendable (inout GGUFWriter) -> Void
        ) {
            self.init(name, code, message, hint: hint) {
                var writer = GGUFWriter()
                writer.add("general.architecture", "llama")
                change(&writer)
                return writer.bytes()
            }
        }

        init(
            _ name: String,
            _ message: String,
            hint: String = damaged,
            change: @escaping @Sendable (inout GGUFWriter) -> Void
        ) {
            self.init(name, .corrupt, message, hint: hint, change: change)
        }

        init(
            _ name: String, _ code: GGUFError.Code, _ message: String, hint: String,
            bytes: @escaping @Sendable () -> [UInt8]
        ) {
            self.name = name
            self.code = code
            self.message = message
            self.hint = hint
            self.bytes = bytes
        }
    }

    static let starts = [
        Case(
            "empty", .emptyFile, "the file is empty",
            hint: "The download did not start or was interrupted: download it again."
        ) {
            []
        },
        Case(
            "big-endian", .bigEndian, "this is a GGUF file for big-endian machines (version 3, bytes reversed)",
            hint: "Download the little-endian file, or convert it with gguf-py's gguf_convert_endian.py."
        ) { $0.version = UInt32(3).byteSwapped },
        Case(
            "version 1", .unsupportedVersion,
            "GGUF version 1 (of August 2023) is no longer supported; versions 2 and 3 are",
            hint: "Download a newer file of this model."
        ) { $0.version = 1 },
        Case(
            "version 4", .unsupportedVersion, "GGUF version 4 is unknown; versions 2 and 3 are supported",
            hint: "The file is newer than this version of Interlock: update it."
        ) { $0.version = 4 },
        Case("version 0", .unsupportedVersion, "GGUF version 0 is unknown; versions 2 and 3 are supported") {
            $0.version = 0
        },
        Case(
            "no counts", .truncatedHeader, "the file ends after 12 bytes, inside its header (in the tensor count)",
            hint: incomplete
        ) {
            Array(GGUFWriter().bytes().prefix(12))
        },
        Case("huge entry count", "its header claims 18,446,744,073,709,551,615 metadata entries in a file of 69 bytes")
        {
            $0.entryCount = .max
        },
        Case("huge tensor count", "its header claims 9,223,372,036,854,775,808 tensors in a file of 69 bytes") {
            $0.tensorCount = 1 << 63
        },
        Case(
            "more entries than there are", .truncatedHeader,
            "the file ends after 69 bytes, inside its header (in the key of metadata entry 2 of 1,000,000)",
            hint: incomplete
        ) { $0.entryCount = 1_000_000 },
        Case(
            "more tensors than there are", .truncatedHeader,
            "the file ends after 69 bytes, inside its header (in the name of tensor 1 of 5)", hint: incomplete
        ) { $0.tensorCount = 5 },
    ]

    static let metadata = [
        Case("empty key", "metadata entry 2 of 2 has an empty key (at byte 69)") { $0.add("", "x") },
        Case("duplicate key", "metadata key 'general.architecture' occurs twice (again at byte 69)") {
            $0.add("general.architecture", "phi3")
        },
        Case("key not UTF-8", "the key of metadata entry 2 of 2 is not valid UTF-8 (at byte 69)") {
            $0.entries.append(.init(key: [0x61, 0xff], type: 0, payload: [0]))
        },
        Case("zero byte in a key", "the key of metadata entry 2 of 2 contains a zero byte (at byte 69)") {
            $0.entries.append(.init(key: [0x61, 0], type: 0, payload: [0]))
        },
        Case("long key", "the key of metadata entry 2 of 2 has 70,000 bytes; at most 65,535 are allowed") {
            $0.add(String(repeating: "k", count: 70_000), "x")
        },
        Case("unknown value type", "metadata key 'x\\u{1b}[2J' has the unknown value type 13 (at byte 82)") {
            $0.entries.append(.init(key: Array("x\u{1b}[2J".utf8), type: 13, payload: [0]))
        },
        Case("unknown element type", "metadata key 'x' has the unknown value type 99 (at byte 82)") {
            $0.add("x", type: .array, GGUFWriter.littleEndian(UInt32(99)) + GGUFWriter.littleEndian(UInt64(1)) + [1])
        },
        Case(
            "array of arrays", "metadata key 'x' holds an array of arrays, which llama.cpp does not read",
            hint: "Convert the model again without that key."
        ) { $0.add("x", type: .array, elements: [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]) },
        Case("huge array", "metadata key 'x' claims an array of 18,446,744,073,709,551,615 elements") {
            $0.add("x", type: .float64, elements: [], count: .max)
        },
        Case("huge string", "the value of key 'x' claims a length of 1,152,921,504,606,846,976 bytes (at byte 82)") {
            $0.add("x", type: .string, GGUFWriter.littleEndian(UInt64(1) << 60))
        },
        Case(
            "huge string in an array",
            "the value of key 'x' claims a length of 18,446,744,073,709,551,615 bytes (at byte 94)"
        ) {
            $0.add("x", type: .string, elements: [GGUFWriter.littleEndian(UInt64.max)])
        },
        Case(
            "string longer than the file", .truncatedHeader,
            "the file ends after 90 bytes, inside its header (in the value of key 'x')", hint: incomplete
        ) { $0.add("x", type: .string, GGUFWriter.littleEndian(UInt64(1_000))) },
        Case(
            "array longer than the file", .truncatedHeader,
            "the file ends after 98 bytes, inside its header (in the value of key 'x')", hint: incomplete
        ) { $0.add("x", type: .uint32, elements: [[1, 0, 0, 0]], count: 1_000) },
        Case(
            "more strings than the file has", .truncatedHeader,
            "the file ends after 94 bytes, inside its header (in the value of key 'x')", hint: incomplete
        ) { $0.add("x", type: .string, elements: [], count: 1 << 30) },
        Case("alignment of another type", "general.alignment has the type u16 where u32 is required") {
            $0.add("general.alignment", uint16: 32)
        },
        Case("alignment 0", "general.alignment is 0, which is not a power of two") {
            $0.add("general.alignment", uint32: 0)
        },
        Case("alignment 48", "general.alignment is 48, which is not a power of two") {
            $0.add("general.alignment", uint32: 48)
        },
    ]

    static let tensors = [
        Case("duplicate tensor", "tensor 'a' occurs twice (again at byte 102)") {
            $0.tensors = [.init("a", [1]), .init("a", [1])]
        },
        Case("long tensor name", "the name of tensor 1 of 1 has 64 bytes; at most 63 are allowed") {
            $0.tensors = [.init(String(repeating: "n", count: 64), [1])]
        },
        Case("tensor name not UTF-8", "the name of tensor 1 of 1 is not valid UTF-8 (at byte 69)") {
            $0.tensors = [.init("a", [1])]
            $0.tensors[0].name = [0xc3]
        },
        Case("five dimensions", "tensor 'a' claims 5 dimensions; at most 4 are allowed") {
            $0.tensors = [.init("a", [1, 1, 1, 1, 1])]
        },
        Case("absurd dimension count", "tensor 'a' claims 4,294,967,295 dimensions; at most 4 are allowed") {
            $0.tensors = [.init("a", [1])]
            $0.tensors[0].dimensionCount = .max
        },
        Case("negative dimension", "dimension 2 of tensor 'a' is negative: -1") {
            $0.tensors = [.init("a", [1, .max])]
        },
        Case(
            "element overflow",
            "tensor 'a' claims more elements than can be counted: 4,294,967,296 × 4,294,967,296"
        ) { $0.tensors = [.init("a", [1 << 32, 1 << 32])] },
        Case(
            "byte overflow", "tensor 'a' claims a size that no file can have: 4,611,686,018,427,387,904 of f32"
        ) { $0.tensors = [.init("a", [1 << 62])] },
        Case("row not whole blocks", "tensor 'a' has rows of 33 elements, not a multiple of the 32 in a block of q8_0")
        {
            $0.tensors = [.init("a", [33, 32], type: 8)]
        },
        Case("no row at all", "tensor 'a' has rows of 1 element, not a multiple of the 256 in a block of q4_K") {
            $0.tensors = [.init("a", [], type: 12)]
        },
        Case(
            "misaligned",
            "tensor 'a' begins at byte 4 of the data, which is not a multiple of the alignment 32; the data begins at 0"
        ) {
            $0.tensors = [.init("a", [1], offset: 4)]
        },
        Case(
            "overlap",
            "tensor 'b' begins at byte 0 of the data and overlaps tensor 'a'; the one before it, 'a', ends at 64"
        ) { $0.tensors = [.init("a", [9]), .init("b", [1], offset: 0)] },
        Case(
            "gap",
            "tensor 'b' begins at byte 96 of the data and leaves a gap, which llama.cpp does not accept; "
                + "the one before it, 'a', ends at 64"
        ) { $0.tensors = [.init("a", [9]), .init("b", [1], offset: 96)] },
        Case("offset beyond any file", "tensor 'a' claims to begin at byte 18,446,744,073,709,551,584 of the data") {
            $0.tensors = [.init("a", [1], offset: .max - 31)]
        },
        Case("end beyond any file", "tensor 'b' ends beyond what any file can hold") {
            let large: UInt64 = 1 << 62
            $0.tensors = [.init("a", [large], type: 24), .init("b", [large], type: 24, offset: large)]
        },
        Case(
            "data that is not there", .truncatedData,
            "the file has 128 bytes, its header promises 4,000,000,128: the download is incomplete",
            hint: "4,000,000,000 bytes are missing: resume the download or download it again."
        ) { $0.tensors = [.init("a", [1_000_000_000])] },
        Case(
            "removed type", .unsupportedTensorType,
            "tensor 'a' has the type 31, which this llama.cpp does not support",
            hint: "llama.cpp dropped Q4_0_4_4, Q4_0_4_8 and Q4_0_8_8: download the Q4_0 file of this model."
        ) { $0.tensors = [.init("a", [32], type: 31)] },
        Case(
            "very old type", .unsupportedTensorType,
            "tensor 'a' has the type 4, which this llama.cpp does not support",
            hint: "llama.cpp dropped Q4_2 and Q4_3 in 2023: download a newer file of this model."
        ) { $0.tensors = [.init("a", [32], type: 4)] },
        Case(
            "removed IQ type", .unsupportedTensorType,
            "tensor 'a' has the type 38, which this llama.cpp does not support",
            hint: "llama.cpp dropped IQ4_NL_4_4, IQ4_NL_4_8 and IQ4_NL_8_8: download the IQ4_NL file of this model."
        ) { $0.tensors = [.init("a", [32], type: 38)] },
        Case(
            "unknown type", .unsupportedTensorType,
            "tensor 'a' has the type 43, which this llama.cpp does not support",
            hint: "The file is damaged, or was made for a newer llama.cpp: this one knows the types 0 to 42."
        ) { $0.tensors = [.init("a", [32], type: 43)] },
    ]

    @Test("every fault has its message", arguments: starts + metadata + tensors)
    func fault(_ expected: Case) throws {
        let folder = try GGUFTestFolder()
        let error = try folder.headerError(folder.write(expected.bytes()))
        #expect(error.code == expected.code)
        #expect(
            folder.neutral(error.description) == "FOLDER/model.gguf: \(expected.message). \(expected.hint)"
        )
    }

    @Test("codes are short names")
    func codes() {
        #expect(GGUFError.Code.truncatedData.description == "truncated_data")
        #expect(GGUFError.Code.notALanguageModel.description == "not_a_language_model")
        #expect(GGUFError.Code.corrupt != .emptyFile)
    }

    @Test("a path of any length and content makes one bounded line")
    func longPath() throws {
        let path = "/" + String(repeating: "long/", count: 10_000) + "\u{1b}[31mred\n.gguf"
        let error = try #require(throws: GGUFError.self) { try GGUFHeader.read(path: path) }
        #expect(error.path == path)
        #expect(error.code == .notReadable)
        let head = "/" + String(repeating: "long/", count: 9) + "long"
        #expect(error.description.hasPrefix(head + "…"))
        #expect(
            error.description.hasSuffix(
                "long/\\u{1b}[31mred\\n.gguf: the operating system could not read it: File name too long "
                    + "(error \(ENAMETOOLONG)). Check the disk or network share that holds the file."
            )
        )
        #expect(error.description.count < 400)
    }
}

@Suite("GGUF: paths that lead to no file")
struct GGUFPathTests {
    let folder: GGUFTestFolder

    init() throws {
        folder = try GGUFTestFolder()
    }

    private func description(_ path: String) throws -> String {
        folder.neutral(try folder.headerError(path).description)
    }

    @Test("missing files")
    func missing() throws {
        #expect(
            try description(folder.file("no.gguf"))
                == "FOLDER/no.gguf: no such file. "
                + "Check the spelling of the path; a relative one starts at the current folder."
        )
        #expect(
            try description(folder.file("sub/no.gguf"))
                == "FOLDER/sub/no.gguf: no such file: its folder 'FOLDER/sub' does not exist either. "
                + "Check the spelling of the path; a relative one starts at the current folder."
        )
        for name in ["d", "b", "a", "c"] { _ = try folder.write([1], as: "\(name).gguf") }
        _ = try folder.write([1], as: "notes.txt")
        #expect(
            try description(folder.file("no.gguf"))
                == "FOLDER/no.gguf: no such file. Its folder has 'a.gguf', 'b.gguf', 'c.gguf' and 1 more."
        )
        #expect(
            try description("~/no.gguf")
                == "~/no.gguf: no such file. '~' is expanded by the shell only: write the home folder out."
        )
        #expect(try description("") == "'': the path is empty. Give the path of a .gguf file.")
        #expect(
            try description("a\0b")
                == "a\\u{0}b: the path contains a zero byte, which no file name can. Give the path of a .gguf file."
        )
        #expect(try folder.headerError(folder.file("no.gguf")).code == .fileNotFound)
    }

    @Test("links to nowhere and in circles")
    func links() throws {
        try #require(symlink("blob", folder.file("broken.gguf")) == 0)
        #expect(
            try description(folder.file("broken.gguf"))
                == "FOLDER/broken.gguf: this is a symbolic link to a file that does not exist. "
                + "Download the model again; in a Hugging Face cache, the blob behind this link was deleted."
        )
        try #require(symlink("circle.gguf", folder.file("circle.gguf")) == 0)
        #expect(
            try description(folder.file("circle.gguf"))
                == "FOLDER/circle.gguf: its symbolic links go round in a circle. Give the path of the file itself."
        )
        let good = try folder.write(GGUFWriter.sample().bytes(), as: "good.gguf")
        try #require(symlink(good, folder.file("link.gguf")) == 0)
        #expect(try GGUFHeader.read(path: folder.file("link.gguf")).architecture == "llama")
    }

    @Test("folders")
    func folders() throws {
        #expect(try folder.headerError(folder.path).code == .notAFile)
        #expect(
            try description(folder.path)
                == "FOLDER: this is a folder, not a file. Give the path of a .gguf file; this folder has none."
        )
        _ = try folder.write([0x7b, 0x7d], as: "config.json")
        #expect(
            try description(folder.path)
                == "FOLDER: this is a folder, not a file. "
                + "It looks like a Hugging Face model folder: use the Transformers backend for it."
        )
        _ = try folder.write([1], as: "a.gguf")
        #expect(
            try description(folder.path)
                == "FOLDER: this is a folder, not a file. Give the path of one file in it: it has 'a.gguf'."
        )
    }

    @Test("pipes and devices do not block", .timeLimit(.minutes(1)))
    func devices() throws {
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(
            try description(folder.file("pipe"))
                == "FOLDER/pipe: this is a named pipe; a model must be a file that can be read at any place. "
                + "Give the path of a .gguf file."
        )
        #expect(
            try description("/dev/null")
                == "/dev/null: this is a device, not a file. Give the path of a .gguf file."
        )
    }

    @Test("files that may not be read", .enabled(if: geteuid() != 0, "root may read every file"))
    func permissions() throws {
        let path = try folder.write(GGUFWriter.sample().bytes())
        try #require(chmod(path, 0) == 0)
        #expect(
            try description(path)
                == "FOLDER/model.gguf: the file, or a folder on the way to it, may not be read by this user. "
                + "Change its permissions (chmod, chown) or run as a user who may read it."
        )
    }
}
