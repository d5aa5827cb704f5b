package import InterlockCore
package import InterlockHTTP

/// The settings that all remote backends share, read from a backend's parameters and the environment.
package struct RemoteSettings: Sendable, CustomReflectable {
    /// Where the API begins.
    package var base: BaseAddress
    /// What the provider knows its customer by.
    package var credential: Credential
    /// Headers that every request carries.
    package var headers: [(name: String, value: String)]
    /// How long an exchange and its phases may take.
    package var limits: HTTPTimeLimits
    /// The context in tokens, where the user says it.
    package var contextLength: Int?

    /// A mirror without the values of the headers, any of which may be a key.
    package var customMirror: Mirror {
        Mirror(
            self, children: ["base": base.text, "credential": credential.shown as Any, "headers": headers.map(\.name)])
    }

    /// The text without the key, and without the values of headers that are named like one.
    package func hidden(in text: String) -> String {
        headers.reduce(credential.hidden(in: text)) { text, header in
            let name = header.name.lowercased()
            let isSecret = ["key", "token", "auth", "secret", "pass", "cookie"].contains { name.contains($0) }
            return isSecret ? KeyRedaction.replacing(header.value, in: text) : text
        }
    }

    /// What a provider expects of its settings.
    package struct Provider: Sendable {
        /// The backend's registered name.
        var name: String
        /// The parameters that may hold the address, the preferred one first.
        var baseKeys = ["base_url", "api_base"]
        /// The variables of the environment that may hold the address, the preferred one first.
        var baseVariables: [String] = []
        /// The address where nothing names another; nil if there must be one.
        var defaultBase: String?
        /// An address as an example of what is wanted.
        var baseExample = "http://localhost:8000/v1"
        /// The path where the address has none.
        var defaultPath = ""
        /// The variables of the environment that may hold the key, the preferred one first.
        var keyVariables: [String] = []
        /// How the key is put into a request.
        var placement = Credential.Placement.bearer
        /// Whether a key is needed.
        var needsKey = true
        /// What to do where a key is missing.
        var keyHint: String?
    }

    /// Reads the settings.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` or ``InterlockError/Code/missingCredential``.
    package init(
        _ reader: inout ParameterReader, _ configuration: BackendConfiguration, _ provider: Provider
    ) throws(InterlockError) {
        base = try Self.base(&reader, configuration.environment, provider)
        credential = try Self.credential(&reader, configuration, provider)
        headers = try reader.strings("headers") ?? []
        try Self.check(headers)
        contextLength = try reader.integer("context_window", in: 1...Int.max)
        limits = try Self.limits(&reader, configuration.environment)
    }

    private static func base(
        _ reader: inout ParameterReader, _ environment: [String: String], _ provider: Provider
    ) throws(InterlockError) -> BaseAddress {
        var given: (key: String, text: String)?
        for key in provider.baseKeys {
            guard let text = try reader.string(key), !text.isEmpty else { continue }
            if let given {
                throw InterlockError(
                    .invalidConfiguration, "the address is given twice: in \(given.key) and in \(key)",
                    hint: "Give it once.")
            }
            given = (key, text)
        }
        for variable in provider.baseVariables where given == nil {
            if let text = environment[variable], !text.isEmpty { given = (variable, text) }
        }
        if let given {
            return try BaseAddress(given.text, key: given.key, defaultPath: provider.defaultPath)
        }
        guard let address = provider.defaultBase else {
            throw InterlockError(
                .invalidConfiguration, "the address of the server is not given",
                hint: "Set \(provider.baseKeys.joined(separator: " or ")), such as \(provider.baseExample)"
                    + (provider.baseVariables.first.map { ", or the environment variable \($0)." } ?? "."))
        }
        return try BaseAddress(address, key: "the default", defaultPath: provider.defaultPath)
    }

    private static func credential(
        _ reader: inout ParameterReader, _ configuration: BackendConfiguration, _ provider: Provider
    ) throws(InterlockError) -> Credential {
        let given = try reader.secret("api_key")
        let command = reader.value("api_key_command")
        let clocks = configuration.clocks
        if let command {
            guard given == nil else {
                throw InterlockError(
                    .invalidConfiguration, "both api_key and api_key_command are given", hint: "Give one of them.")
            }
            return Credential(.command(try words(command)), provider.placement, clocks: clocks)
        }
        let found =
            given
            ?? provider.keyVariables.lazy.compactMap { configuration.environment[$0].map { Secret($0) } }
            .first { $0.isSet }
        guard let found else {
            guard !provider.needsKey else { throw missing(provider) }
            return Credential(.none, provider.placement, clocks: clocks)
        }
        // A header cannot hold it, and a message that shows why would show the key.
        guard found.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InterlockError(
                .invalidConfiguration, "the key holds white space or characters that no key has",
                hint: "Copy it again; quotes and line ends do not belong to it.")
        }
        return Credential(.fixed(found), provider.placement, clocks: clocks)
    }

    private static func missing(_ provider: Provider) -> InterlockError {
        let variable = provider.keyVariables.first ?? "api_key"
        return InterlockError(
            .missingCredential, "no API key is given",
            hint: provider.keyHint ?? "Set the environment variable \(variable), or the parameter api_key.")
    }

    private static func words(_ command: JSONValue) throws(InterlockError) -> [String] {
        let words: [String] =
            switch command {
            case .string(let text): text.split(whereSeparator: \.isWhitespace).map(String.init)
            case .array(let values): values.compactMap(\.stringValue)
            default: []
            }
        guard !words.isEmpty else {
            throw InterlockError(
                .invalidConfiguration, "api_key_command is a \(command.typeName); it must be a command",
                hint: "Write it as a text, or as an array of its words; no shell is involved.")
        }
        return words
    }

    private static func check(_ headers: [(name: String, value: String)]) throws(InterlockError) {
        for header in headers {
            let isName =
                !header.name.isEmpty
                && header.name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                    }
                }
            let isValue = header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            guard isName, isValue else {
                throw InterlockError(
                    .invalidConfiguration, "headers.\(header.name.debugDescription) is no valid HTTP header",
                    hint: "Names consist of letters, digits and hyphens; values have no line ends.")
            }
        }
    }

    private static func limits(
        _ reader: inout ParameterReader, _ environment: [String: String]
    ) throws(InterlockError) -> HTTPTimeLimits {
        var limits = HTTPTimeLimits()
        limits.total = try reader.seconds("timeout")
        if limits.total == nil, let text = environment["LLM_TIMEOUT_SECONDS"], !text.isEmpty {
            guard let seconds = Double(text), seconds > 0, seconds.isFinite else {
                throw InterlockError(
                    .invalidConfiguration, "LLM_TIMEOUT_SECONDS is \(text); it must be a number of seconds above 0")
            }
            limits.total = .seconds(seconds)
        }
        limits.connect = try reader.seconds("connect_timeout") ?? .seconds(10)
        // What a provider's own clients wait for an answer: 600 s with both of the large ones.
        limits.firstByte = try reader.seconds("first_byte_timeout") ?? .seconds(600)
        limits.idle = try reader.seconds("idle_timeout") ?? .seconds(300)
        return limits
    }
}
