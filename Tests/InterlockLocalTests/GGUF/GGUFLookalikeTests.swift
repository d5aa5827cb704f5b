// covers: A7
import Testing

@testable import InterlockLocal

@Suite("GGUF: files that are something else")
struct GGUFLookalikeTests {
    static let convert =
        "Use the Transformers backend for it, or convert it to GGUF with llama.cpp's convert_hf_to_gguf.py."
    static let old = "llama.cpp stopped reading this format in August 2023: download a GGUF file of this model."
    static let message = "The download probably saved a message in place of the model: open it to see why."
    static let page =
        "The download saved a web page, such as a login or an error, in place of the model: "
        + "open it in a browser to see why, and use the file's direct link."

    struct Case: Sendable, CustomTestStringConvertible {
        let look: String
        let hint: String
        let bytes: [UInt8]
        var testDescription: String { look }

        init(_ look: String, _ hint: String, _ bytes: [UInt8]) {
            self.look = look
            self.hint = hint
            self.bytes = bytes
        }

        init(_ look: String, _ hint: String, text: String) {
            self.init(look, hint, Array(text.utf8))
        }
    }

    static let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4920734272\n"
    static let zip = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26)

    static let cases = [
        Case(
            "it is a Git LFS pointer to a file of 4,920,734,272 bytes",
            "Run 'git lfs pull' in the repository to fetch the model itself.", text: pointer),
        Case("it is an HTML page", page, text: "<!DOCTYPE html><html>"),
        Case("it is an HTML page", page, text: "\u{feff}\n  <HTML lang=en>"),
        Case(
            "it is an XML document",
            "The download probably saved an error message in place of the model: open it to see why.",
            text: "<?xml version=\"1.0\"?><Error/>"),
        Case(
            "it is a JSON document",
            "If it is not a configuration file, the download saved an error message in place of the model: "
                + "open it to see why.", text: "{\"error\":\"Repository not found\"}"),
        Case("it is a text file that begins with 'Entry not found'", message, text: "Entry not found"),
        Case(
            "it is a text file that begins with 'Access to model x is restricted.'", message,
            text: "Access to model x is restricted.\r\nYou must be authenticated.\n"),
        Case(
            "it looks like a safetensors file", convert, [0x40, 1, 0, 0, 0, 0, 0, 0] + Array("{\"__metadata__\"".utf8)),
        Case("it looks like a PyTorch checkpoint (ZIP)", convert, zip + Array("archive/data.pkl".utf8)),
        Case(
            "it is a ZIP archive", "Unpack it and give the path of the .gguf file in it.",
            zip + Array("model.gguf".utf8)),
        Case("it looks like a PyTorch checkpoint (Python pickle)", convert, [0x80, 2, 0x8a, 0x0a, 0x6c]),
        Case("it is compressed with gzip", "Decompress it first (gzip -d).", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
        Case("it is compressed with Zstandard", "Decompress it first (zstd -d).", [0x28, 0xb5, 0x2f, 0xfd, 4]),
        Case("it is compressed with xz", "Decompress it first (xz -d).", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]),
        Case("it is compressed with bzip2", "Decompress it first (bzip2 -d).", Array("BZh91AY".utf8) + [0xff]),
        Case(
            "it is a 7z archive", "Unpack it and give the path of the .gguf file.",
            [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
        Case("it is an HDF5 file, as Keras writes them", convert, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
        Case("it is a NumPy array", convert, [0x93] + Array("NUMPY".utf8) + [1, 0]),
        Case(
            "it is a llamafile, a program with a model inside", "Unpack the .gguf file from it with unzip.",
            text: "MZqFpD='"),
        Case(
            "it is a tar archive", "Unpack it and give the path of the .gguf file in it.",
            Array("model.gguf".utf8) + [UInt8](repeating: 0, count: 247) + Array("ustar\0".utf8) + [0, 0]),
        Case("it is a GGML file (unversioned)", old, text: "lmgg\u{0}"),
        Case("it is a GGML file (ggmf)", old, text: "fmgg\u{1}"),
        Case("it is a GGML file (ggjt)", old, text: "tjgg\u{3}"),
        Case("it is a GGML LoRA adapter (ggla)", old, text: "algg\u{1}"),
        Case(
            "it begins with zeros",
            "A download that reserves space first was interrupted: resume it or download the file again.",
            [UInt8](repeating: 0, count: 4096)),
        Case(
            "it begins with the bytes de ad be ef 01 02 03 04",
            "Check that this is the file you meant; a GGUF file begins with the letters GGUF.",
            [0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4, 5] + [UInt8](repeating: 7, count: 100)),
        Case(
            "it begins with the bytes 47 47",
            "It has 2 bytes only: the download was interrupted. Download it again.", text: "GG"),
    ]

    @Test("each is recognised, with what to do", arguments: cases)
    func recognised(_ expected: Case) throws {
        let folder = try GGUFTestFolder()
        let error = try folder.headerError(folder.write(expected.bytes))
        #expect(error.code == .notGGUF)
        #expect(
            folder.neutral(error.description)
                == "FOLDER/model.gguf: not a GGUF file: \(expected.look). \(expected.hint)"
        )
    }
}
