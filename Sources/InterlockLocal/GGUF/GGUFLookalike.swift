/// What a file that is no GGUF file seems to be, from its first bytes.
struct GGUFLookalike {
    /// What it looks like, as the end of a sentence.
    let description: String
    /// What to do about it.
    let hint: String

    init(prefix: [UInt8], fileSize: Int) {
        self =
            Self.pointerOrPage(prefix) ?? Self.binary(prefix) ?? Self.text(prefix)
            ?? GGUFLookalike(
                "it begins with the bytes \(Self.hexadecimal(prefix.prefix(8)))",
                fileSize < 24
                    ? "It has \(GGUFText.count(fileSize, "byte")) only: the download was interrupted. Download it again."
                    : "Check that this is the file you meant; a GGUF file begins with the letters GGUF."
            )
    }

    private init(_ description: String, _ hint: String) {
        self.description = description
        self.hint = hint
    }

    private static let convertHint =
        "Use the Transformers backend for it, or convert it to GGUF with llama.cpp's convert_hf_to_gguf.py."
    private static let oldHint =
        "llama.cpp stopped reading this format in August 2023: download a GGUF file of this model."

    /// What a download saves in place of the model.
    private static func pointerOrPage(_ prefix: [UInt8]) -> GGUFLookalike? {
        if prefix.starts(with: Array("version https://git-lfs".utf8)) {
            let size = lfsSize(prefix).map { " to a file of \(GGUFText.count($0, "byte"))" } ?? ""
            return GGUFLookalike(
                "it is a Git LFS pointer\(size)",
                "Run 'git lfs pull' in the repository to fetch the model itself."
            )
        }
        var start = prefix[...]
        if start.starts(with: [0xef, 0xbb, 0xbf]) { start = start.dropFirst(3) }
        start = start.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
        let lower = start.prefix(16).map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
        let begins = { (text: String) in lower.starts(with: Array(text.utf8)) }
        if begins("<!doctype html") || begins("<html") {
            return GGUFLookalike(
                "it is an HTML page",
                "The download saved a web page, such as a login or an error, in place of the model: "
                    + "open it in a browser to see why, and use the file's direct link."
            )
        }
        if begins("<?xml") {
            return GGUFLookalike(
                "it is an XML document",
                "The download probably saved an error message in place of the model: open it to see why."
            )
        }
        if begins("{") || begins("[{") {
            return GGUFLookalike(
                "it is a JSON document",
                "If it is not a configuration file, the download saved an error message in place of the model: "
                    + "open it to see why."
            )
        }
        return nil
    }

    private static func binary(_ prefix: [UInt8]) -> GGUFLookalike? {
        if isSafetensors(prefix) { return GGUFLookalike("it looks like a safetensors file", convertHint) }
        for (magic, name, hint) in magics where prefix.starts(with: magic) {
            return GGUFLookalike(name, hint)
        }
        if prefix.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            // torch.save writes a ZIP archive whose first member is `<name>/data.pkl`.
            return contains(prefix, Array("/data.pkl".utf8))
                ? GGUFLookalike("it looks like a PyTorch checkpoint (ZIP)", convertHint)
                : GGUFLookalike("it is a ZIP archive", "Unpack it and give the path of the .gguf file in it.")
        }
        if prefix.count > 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
            return GGUFLookalike("it looks like a PyTorch checkpoint (Python pickle)", convertHint)
        }
        if prefix.count >= 262, prefix[257..<262].elementsEqual(Array("ustar".utf8)) {
            return GGUFLookalike("it is a tar archive", "Unpack it and give the path of the .gguf file in it.")
        }
        if prefix.count >= 64, prefix.allSatisfy({ $0 == 0 }) {
            return GGUFLookalike(
                "it begins with zeros",
                "A download that reserves space first was interrupted: resume it or download the file again."
            )
        }
        return nil
    }

    /// Magic numbers; those of the formats before GGUF are `LLAMA_FILE_MAGIC_*` of llama.cpp before August 2023.
    private static let magics: [(magic: [UInt8], name: String, hint: String)] = {
        let decompress = { (tool: String) in "Decompress it first (\(tool) -d)." }
        return [
            (Array("lmgg".utf8), "it is a GGML file (unversioned)", oldHint),
            (Array("fmgg".utf8), "it is a GGML file (ggmf)", oldHint),
            (Array("tjgg".utf8), "it is a GGML file (ggjt)", oldHint),
            (Array("algg".utf8), "it is a GGML LoRA adapter (ggla)", oldHint),
            ([0x1f, 0x8b], "it is compressed with gzip", decompress("gzip")),
            ([0x28, 0xb5, 0x2f, 0xfd], "it is compressed with Zstandard", decompress("zstd")),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "it is compressed with xz", decompress("xz")),
            (Array("BZh".utf8), "it is compressed with bzip2", decompress("bzip2")),
            (
                [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "it is a 7z archive",
                "Unpack it and give the path of the .gguf file."
            ),
            ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a], "it is an HDF5 file, as Keras writes them", convertHint),
            ([0x93] + Array("NUMPY".utf8), "it is a NumPy array", convertHint),
            (
                Array("MZqFpD".utf8), "it is a llamafile, a program with a model inside",
                "Unpack the .gguf file from it with unzip."
            ),
        ]
    }()

    /// An error message in plain text, which some servers send in place of a file.
    private static func text(_ prefix: [UInt8]) -> GGUFLookalike? {
        let line = prefix.prefix { $0 != 0x0a && $0 != 0x0d }
        guard prefix.count >= 8, prefix.allSatisfy({ $0 >= 0x20 && $0 < 0x7f || (0x09...0x0d).contains($0) }) else {
            return nil
        }
        return GGUFLookalike(
            "it is a text file that begins with \(GGUFText.quoted(String(decoding: line, as: UTF8.self)))",
            "The download probably saved a message in place of the model: open it to see why."
        )
    }

    /// A 64-bit length (of the JSON header, at most 100 MB by its reference implementation), then `{`.
    private static func isSafetensors(_ prefix: [UInt8]) -> Bool {
        var decoder = GGUFDecoder(prefix)
        guard let length = decoder.integer(UInt64.self), prefix.count > 8 else { return false }
        return (2...100_000_000).contains(length) && prefix[8] == UInt8(ascii: "{")
    }

    private static func lfsSize(_ prefix: [UInt8]) -> Int? {
        for line in prefix.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("size ".utf8)) {
            return Int(String(decoding: line.dropFirst(5), as: UTF8.self))
        }
        return nil
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: part) }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
