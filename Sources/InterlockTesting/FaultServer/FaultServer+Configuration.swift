public import InterlockCore

extension FaultServer {
    /// How a fault server is set up.
    public struct Configuration: Sendable {
        /// The key that every request must carry, in whichever header its dialect has for it; nil asks for none.
        public var requiredKey: Secret?
        /// The models it lists.
        public var models: [String]
        /// Whether it answers for models that it does not list too; otherwise they are "not found".
        public var servesAnyModel: Bool
        /// Whose habits it has where servers of the same dialect differ.
        public var flavour: Flavour
        /// The files of its model hub.
        public var files: [HubFile]
        /// How many numbers an embedding has where the request does not say.
        public var embeddingSize: Int
        /// The most bytes of a request's body; more is refused with status 413.
        public var maximumBody: Int

        /// A server for any model, without a key and without files.
        public init(
            requiredKey: Secret? = nil, models: [String] = ["demo-model"], servesAnyModel: Bool = true,
            flavour: Flavour = .openAI, files: [HubFile] = [], embeddingSize: Int = 8, maximumBody: Int = 256 << 20
        ) {
            self.requiredKey = requiredKey
            self.models = models
            self.servesAnyModel = servesAnyModel
            self.flavour = flavour
            self.files = files
            self.embeddingSize = embeddingSize
            self.maximumBody = maximumBody
        }
    }

    /// Whose habits the OpenAI dialect has: how thinking and errors are spelled and what a model's entry holds.
    public enum Flavour: Sendable, Hashable, CaseIterable {
        /// Thinking is counted and not shown.
        case openAI
        /// Model entries list providers with their prices.
        case huggingFace
        /// Thinking is `reasoning_content`.
        case lmStudio
        /// Thinking is `reasoning_content`, error codes are numbers, answers carry `timings`.
        case llamaServer
        /// Thinking is `reasoning`, error codes are numbers, model entries have `max_model_len`.
        case vLLM
        /// Thinking is `reasoning`, an error is a string, and a body without a length is refused.
        case mlx
    }

    /// A file of a repository on the model hub.
    public struct HubFile: Sendable {
        /// The repository, such as `org/name`.
        public var repository: String
        /// The file's path in it.
        public var path: String
        /// Its bytes.
        public var bytes: [UInt8]
        /// Whether it is stored as a large file: answered by a redirect, with its SHA-256 as its tag.
        public var isLarge: Bool
        /// Its SHA-256 in hexadecimal digits.
        public let digest: String

        /// Makes a file.
        public init(repository: String, path: String, bytes: [UInt8], isLarge: Bool = true) {
            self.repository = repository
            self.path = path
            self.bytes = bytes
            self.isLarge = isLarge
            digest = SHA256.hexadecimal(bytes)
        }
    }
}
