/// What a backend is made from: which model, and the parameters that the backend documents.
public struct BackendConfiguration: Sendable {
    /// The model: a name or a path.
    public var model: String?
    /// The backend's own parameters, by their documented names (`n_ctx`, `api_base`, …).
    public var parameters: JSONObject
    /// The environment variables that the backend may look at.
    public var environment: [String: String]
    /// Where log messages go.
    public var logger: Logger
    /// The clocks.
    public var clocks: Clocks
    /// Told of every HTTP request and response, as text for people with all secrets taken out; nil tells nobody.
    public var httpTrace: (@Sendable (String) -> Void)?

    /// Makes a configuration.
    public init(
        model: String? = nil,
        parameters: JSONObject = [:],
        environment: [String: String] = [:],
        logger: Logger = .silent,
        clocks: Clocks = .system,
        httpTrace: (@Sendable (String) -> Void)? = nil
    ) {
        self.model = model
        self.parameters = parameters
        self.environment = environment
        self.logger = logger
        self.clocks = clocks
        self.httpTrace = httpTrace
    }

    /// The model.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if none was given.
    public func requiredModel(_ what: String) throws(InterlockError) -> String {
        guard let model, !model.isEmpty else {
            throw InterlockError(
                .invalidConfiguration, "no model was given", hint: "Name \(what), for instance with --model.")
        }
        return model
    }
}
