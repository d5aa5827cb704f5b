// covers: G7
import Testing

@testable import InterlockLocal

@Suite("GGUF: models in several files")
struct GGUFSplitTests {
    static let again = "Download all parts of the model again, from one place and of one version."

    let folder: GGUFTestFolder

    init() throws {
        folder = try GGUFTestFolder()
    }

    /// A part as gguf-split writes it: all metadata in the first, `split.*` in each.
    private func part(_ number: Int, of count: Int, tensors: [String], total: Int32 = 4) -> GGUFWriter {
        var writer = number == 1 ? GGUFWriter.sample() : GGUFWriter()
        writer.add("split.no", uint16: UInt16(number - 1))
        writer.add("split.count", uint16: UInt16(count))
        writer.add("split.tensors.count", int32: total)
        writer.tensors = tensors.map { .init($0, [64, 2], type: 8) }
        return writer
    }

    private func name(_ number: Int, of count: Int = 3) -> String { "m-0000\(number)-of-0000\(count).gguf" }

    /// Writes three good parts, one of them changed or left out, and returns the path of one.
    private func write(
        path: Int = 1,
        without: Set<Int> = [],
        change: (Int, inout GGUFWriter) -> Void = { _, _ in }
    ) throws -> String {
        for (number, tensors) in [(1, ["a"]), (2, ["b", "c"]), (3, ["d"])] where !without.contains(number) {
            var writer = part(number, of: 3, tensors: tensors)
            change(number, &writer)
            _ = try folder.write(writer.bytes(), as: name(number))
        }
        return folder.file(name(path))
    }

    private func error(_ path: String, limits: GGUFLimits = GGUFLimits()) throws -> GGUFError {
        try #require(throws: GGUFError.self) { try GGUFModel.read(path: path, limits: limits) }
    }

    private func description(_ path: String) throws -> String {
        folder.neutral(try error(path).description)
    }

    @Test("names are taken apart and put together as llama.cpp does")
    func names() throws {
        let split = try #require(GGUFSplit(path: "dir/model-Q4_K-00002-of-00013.gguf"))
        #expect(split.prefix == "dir/model-Q4_K")
        #expect(split.number == 2)
        #expect(split.count == 13)
        #expect(split.path(ofPart: 1) == "dir/model-Q4_K-00001-of-00013.gguf")
        #expect(split.path(ofPart: 2) == "dir/model-Q4_K-00002-of-00013.gguf")
        #expect(split.paths.count == 13)
        #expect(split.paths.last == "dir/model-Q4_K-00013-of-00013.gguf")
        let others = [
            "model.gguf", "-00001-of-00002.gguf", "dir/-00001-of-00002.gguf", "m-0001-of-0002.gguf",
            "m-00000-of-00002.gguf", "m-00003-of-00002.gguf", "m-0000x-of-00002.gguf", "m-00001-of-00002.bin",
            "m-00001-of-00002.gguf.part", "m_00001-of-00002.gguf", "",
        ]
        for other in others { #expect(GGUFSplit(path: other) == nil, "\(other)") }
    }

    @Test("a whole split is one model")
    func whole() throws {
        let model = try GGUFModel.read(path: write())
        #expect(model.parts.map(\.splitNumber) == [0, 1, 2])
        #expect(model.header.name == "Sample")
        #expect(model.header.splitCount == 3)
        #expect(model.header.splitTensorsCount == 4)
        #expect(model.tensorCount == 4)
        #expect(model.parameterCount == 4 * 128)
        #expect(model.tensorBytes == 4 * 136)
        #expect(model.fileSize == model.parts.reduce(0) { $0 + $1.fileSize })
        #expect(model.tensorTypes.map(\.type.name) == ["q8_0"])
        #expect(model.tensorTypes.first?.tensors == 4)
        try model.requireLanguageModel()
    }

    @Test("a model in one file is a model, whatever its name")
    func single() throws {
        let path = try folder.write(GGUFWriter.sample().bytes(), as: name(2))
        let model = try GGUFModel.read(path: path)
        #expect(model.furtherParts.isEmpty)
        #expect(try GGUFSplit(header: model.header) == nil)
        var one = GGUFWriter.sample()
        one.add("split.count", uint16: 1)
        #expect(try GGUFModel.read(path: folder.write(one.bytes())).furtherParts.isEmpty)
    }

    @Test("missing parts are named, whichever part was asked for")
    func missing() throws {
        let expected =
            "FOLDER/m-00003-of-00003.gguf: 1 of 3 parts of this model is missing: 'm-00003-of-00003.gguf'. "
            + "Download the missing part into the same folder as the others."
        _ = try write(without: [3])
        for number in 1...3 { #expect(try description(folder.file(name(number))) == expected) }
        #expect(try error(folder.file(name(1))).code == .splitPartMissing)
    }

    @Test("several missing parts")
    func severalMissing() throws {
        #expect(
            try description(write(path: 3, without: [1, 2]))
                == "FOLDER/m-00001-of-00003.gguf: 2 of 3 parts of this model are missing: "
                + "'m-00001-of-00003.gguf', 'm-00002-of-00003.gguf'. "
                + "Download the missing parts into the same folder as the others."
        )
        let path = try folder.write(part(1, of: 9, tensors: ["a"]).bytes(), as: name(1, of: 9))
        #expect(
            try description(path)
                == "FOLDER/m-00002-of-00009.gguf: 8 of 9 parts of this model are missing: "
                + "'m-00002-of-00009.gguf', 'm-00003-of-00009.gguf', 'm-00004-of-00009.gguf', 'm-00005-of-00009.gguf' "
                + "and 4 more. Download the missing parts into the same folder as the others."
        )
        #expect(try error(folder.file("x-00001-of-00002.gguf")).code == .fileNotFound, "no part of it exists")
    }

    @Test("a later part points to the first")
    func notFirst() throws {
        let path = try write(path: 2)
        #expect(try error(path).code == .splitNotFirstPart)
        #expect(
            try description(path)
                == "FOLDER/m-00002-of-00003.gguf: this is part 2 of 3 of a model; it is loaded by its first part. "
                + "Give the path FOLDER/m-00001-of-00003.gguf."
        )
        let split = try #require(try GGUFSplit(header: GGUFHeader.read(path: path)))
        #expect(split.number == 2 && split.missingPaths().isEmpty)
    }

    @Test("a renamed part says how it must be named")
    func renamed() throws {
        let path = try folder.write(part(1, of: 3, tensors: ["a"]).bytes(), as: "renamed.gguf")
        #expect(
            try description(path)
                == "FOLDER/renamed.gguf: this is part 1 of 3 of a model, but its name does not end in "
                + "'-00001-of-00003.gguf'. Give the parts back the names they were published with, and load part 1."
        )
        let swapped = try write { number, writer in
            if number == 2 { writer.entries[0].payload = [2, 0] }
        }
        #expect(
            try description(swapped)
                == "FOLDER/m-00002-of-00003.gguf: this is part 3 of 3 of a model, but its name does not end in "
                + "'-00003-of-00003.gguf'. Give the parts back the names they were published with, and load part 1."
        )
    }

    @Test("split keys of the wrong kind, which abort llama.cpp")
    func keys() throws {
        var writer = GGUFWriter.sample()
        writer.add("split.count", uint32: 3)
        #expect(
            try description(folder.write(writer.bytes(), as: name(1)))
                == "FOLDER/m-00001-of-00003.gguf: split.count has the type u32 where u16 is required. \(Self.again)"
        )
        writer = GGUFWriter.sample()
        writer.add("split.count", uint16: 3)
        #expect(
            try description(folder.write(writer.bytes(), as: name(1)))
                == "FOLDER/m-00001-of-00003.gguf: it has split.count 3 but no split.no. \(Self.again)"
        )
        writer.add("split.no", uint16: 3)
        #expect(
            try description(folder.write(writer.bytes(), as: name(1)))
                == "FOLDER/m-00001-of-00003.gguf: it claims to be part 4 of 3. \(Self.again)"
        )
    }

    @Test("parts that do not belong together")
    func mismatches() throws {
        let whole = try write { number, writer in
            if number == 3 { writer.entries = [] }
        }
        #expect(
            try description(whole)
                == "FOLDER/m-00003-of-00003.gguf: it is named as part 3 of 3, but is a model by itself. \(Self.again)"
        )
        let other = try write { number, writer in
            if number == 2 { writer.add("general.architecture", "phi3") }
        }
        #expect(
            try description(other)
                == "FOLDER/m-00002-of-00003.gguf: its architecture is 'phi3', that of part 1 is 'llama'. \(Self.again)"
        )
        let twice = try write { number, writer in
            if number == 3 { writer.tensors[0].name = Array("b".utf8) }
        }
        #expect(
            try description(twice)
                == "FOLDER/m-00003-of-00003.gguf: tensor 'b' is in this part and in 'm-00002-of-00003.gguf'. \(Self.again)"
        )
        let fewer = try write { number, writer in
            if number == 3 { writer.tensors = [] }
        }
        #expect(
            try description(fewer)
                == "FOLDER/m-00001-of-00003.gguf: its 3 parts have 3 tensors, the first promises 4. \(Self.again)"
        )
        let silent = try write { number, writer in
            if number == 1 { writer.entries.removeLast() }
        }
        #expect(
            try description(silent)
                == "FOLDER/m-00001-of-00003.gguf: it has no split.tensors.count where an i32 is required. \(Self.again)"
        )
    }

    @Test("a fault in a later part names that part")
    func faultInPart() throws {
        let path = try write()
        let second = part(2, of: 3, tensors: ["b", "c"]).bytes()
        _ = try folder.write(Array(second.dropLast(10)), as: name(2))
        #expect(try error(path).code == .truncatedData)
        #expect(try error(path).path == folder.file(name(2)))
        _ = try folder.write([], as: name(2))
        #expect(
            try description(path)
                == "FOLDER/m-00002-of-00003.gguf: the file is empty. "
                + "The download did not start or was interrupted: download it again."
        )
    }

    @Test("all parts share the limits")
    func limits() throws {
        let path = try write()
        let first = try GGUFHeader.read(path: path).retainedBytes
        let error = try error(path, limits: GGUFLimits(retainedBytes: first + 100))
        #expect(error.code == .limitExceeded)
        #expect(error.path == folder.file(name(2)))
    }

    @Test("what is not a language model says what it is")
    func kinds() throws {
        func message(_ change: (inout GGUFWriter) -> Void) throws -> String {
            var writer = GGUFWriter.sample()
            change(&writer)
            let model = try GGUFModel.read(path: folder.write(writer.bytes()))
            let error = try #require(throws: GGUFError.self) { try model.requireLanguageModel() }
            #expect(error.code == .notALanguageModel)
            return folder.neutral(error.description)
        }
        #expect(
            try message { $0.add("general.type", "adapter") }
                == "FOLDER/model.gguf: this is a LoRA adapter, not a model. "
                + "Load the model it was made for, and the adapter on top."
        )
        #expect(
            try message { $0.add("general.type", "imatrix") }
                == "FOLDER/model.gguf: this is an importance matrix for quantising, not a model. "
                + "Give the path of the model itself."
        )
        let projector =
            "FOLDER/model.gguf: this is the image projector (mmproj) of a multimodal model. "
            + "Give the path of the language model that it belongs to."
        #expect(try message { $0.add("general.type", "mmproj") } == projector)
        #expect(try message { $0.entries[0].payload = GGUFWriter.string(Array("clip".utf8)) } == projector)
        #expect(
            try message { $0.entries.removeFirst() }
                == "FOLDER/model.gguf: it has no general.architecture, so nothing says what model it is. "
                + GGUFErrorTests.damaged
        )
        #expect(
            try message { $0.tensors = [] }
                == "FOLDER/model.gguf: it has a vocabulary but no weights. "
                + "Give the path of a file with the model's weights."
        )
    }
}
