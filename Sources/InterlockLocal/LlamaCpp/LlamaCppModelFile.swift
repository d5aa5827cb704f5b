#if LlamaCpp
import InterlockCore

/// Says what is wrong with a model file before llama.cpp sees it, which would only say that it failed.
enum LlamaCppModelFile {
    /// Checks that a file, with all its parts, is a whole GGUF language model.
    ///
    /// - Throws: ``InterlockError`` with what is wrong, where, and what to do.
    static func check(_ path: String) throws(InterlockError) {
        do throws(GGUFError) {
            try GGUFModel.read(path: path).requireLanguageModel()
        } catch {
            throw InterlockError(code(for: error.code), "\(error.path): \(error.message)", hint: error.hint)
        }
    }

    private static func code(for code: GGUFError.Code) -> InterlockError.Code {
        switch code {
        case .fileNotFound, .notAFile, .notReadable: .modelNotFound
        case .truncatedHeader, .truncatedData: .modelFileTruncated
        case .splitPartMissing: .modelPartMissing
        case .bigEndian, .unsupportedVersion, .unsupportedTensorType, .notALanguageModel: .modelUnsupported
        default: .modelFileInvalid
        }
    }
}
#endif
