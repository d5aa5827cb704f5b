/// Why a GGUF file cannot be read as a model, with what to do about it.
///
/// Nothing of an untrusted file reaches the text unescaped or unbounded: names are quoted with control characters
/// escaped and cut at 64 characters, and ``description`` shows at most 200 characters of the path.
public struct GGUFError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of a failure: a closed set of short names, fit to label a metric.
    ///
    /// New codes may be added; compare against the static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case fileNotFound = "file_not_found"
            case notAFile = "not_a_file"
            case notReadable = "not_readable"
            case emptyFile = "empty_file"
            case notGGUF = "not_gguf"
            case bigEndian = "big_endian"
            case unsupportedVersion = "unsupported_version"
            case truncatedHeader = "truncated_header"
            case truncatedData = "truncated_data"
            case corrupt = "corrupt"
            case unsupportedTensorType = "unsupported_tensor_type"
            case limitExceeded = "limit_exceeded"
            case changedWhileReading = "changed_while_reading"
            case splitPartMissing = "split_part_missing"
            case splitNotFirstPart = "split_not_first_part"
            case splitMismatch = "split_mismatch"
            case notALanguageModel = "not_a_language_model"
        }

        private let name: Name

        private init(_ name: Name) { self.name = name }

        /// The short name, such as `truncated_data`.
        public var description: String { name.rawValue }

        /// No file has this path.
        public static let fileNotFound = Code(.fileNotFound)
        /// The path leads to a folder, a pipe or a device.
        public static let notAFile = Code(.notAFile)
        /// The operating system refused to open or read the file.
        public static let notReadable = Code(.notReadable)
        /// The file has no bytes.
        public static let emptyFile = Code(.emptyFile)
        /// The file does not begin as a GGUF file does.
        public static let notGGUF = Code(.notGGUF)
        /// The file is GGUF for big-endian machines.
        public static let bigEndian = Code(.bigEndian)
        /// The file is GGUF of a version other than 2 and 3.
        public static let unsupportedVersion = Code(.unsupportedVersion)
        /// The file ends inside its header.
        public static let truncatedHeader = Code(.truncatedHeader)
        /// The file ends before the last tensor that its header describes.
        public static let truncatedData = Code(.truncatedData)
        /// The header contradicts itself or the format.
        public static let corrupt = Code(.corrupt)
        /// A tensor has a type that this llama.cpp does not know or no longer supports.
        public static let unsupportedTensorType = Code(.unsupportedTensorType)
        /// The header is larger than ``GGUFLimits`` allow.
        public static let limitExceeded = Code(.limitExceeded)
        /// The file was replaced, shortened or rewritten between two reads.
        public static let changedWhileReading = Code(.changedWhileReading)
        /// A model in several files lacks one or more of them.
        public static let splitPartMissing = Code(.splitPartMissing)
        /// The path names a later part of a model in several files.
        public static let splitNotFirstPart = Code(.splitNotFirstPart)
        /// The parts of a model in several files do not belong together, or are misnamed.
        public static let splitMismatch = Code(.splitMismatch)
        /// A well-formed GGUF file that holds something other than a language model.
        public static let notALanguageModel = Code(.notALanguageModel)
    }

    /// The kind of failure.
    public let code: Code
    /// The path as the caller gave it (of the part at fault, for a model in several files).
    public let path: String
    /// What is wrong and where, without the path and without a final full stop.
    public let message: String
    /// What to do next, in whole sentences.
    public let hint: String

    init(_ code: Code, path: String, _ message: String, hint: String) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// Path, message and hint on one line.
    public var description: String {
        "\(GGUFText.path(path)): \(message). \(hint)"
    }
}

extension GGUFError {
    /// The hint for a file whose bytes contradict each other.
    static let damagedHint = "The file is damaged: download it again and compare its checksum with the published one."

    static func corrupt(_ path: String, _ message: String, hint: String = damagedHint) -> GGUFError {
        GGUFError(.corrupt, path: path, message, hint: hint)
    }
}
