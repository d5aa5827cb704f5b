package import InterlockCore

/// How one provider's API says what Interlock's requests and events say: pure functions, no input or output.
package protocol WireDialect: Sendable {
    associatedtype Decoder: WireDecoder

    /// Puts a request into the provider's form.
    ///
    /// The request has been admitted: what the backend's capabilities exclude is gone. What the named model excludes is
    /// refused or dropped here, as ``GenerationRequest/unsupported`` says.
    ///
    /// - Throws: ``InterlockError`` if the provider's form cannot say it.
    func encode(_ request: GenerationRequest, _ context: WireContext) throws(InterlockError) -> WireRequest

    /// Makes a decoder for the answer to a request.
    func makeDecoder(for request: GenerationRequest, _ context: WireContext) -> Decoder

    /// What a response with an error status means.
    func error(_ response: WireErrorResponse) -> InterlockError
}

/// What a dialect needs to know besides the request.
package struct WireContext: Sendable {
    /// The backend's registered name, for messages and for ``GenerationOptions/extras``.
    package var backend: String
    /// The model (or deployment) to ask.
    package var model: String
    /// Whether the answer is to come in pieces.
    package var streams: Bool

    /// Makes a context.
    package init(backend: String, model: String, streams: Bool = true) {
        self.backend = backend
        self.model = model
        self.streams = streams
    }
}

/// A request in a provider's form.
package struct WireRequest: Sendable {
    /// The path below the base address, such as `/chat/completions`.
    package var path: String
    /// The body.
    package var body: JSONObject
    /// Headers that only this request needs.
    package var headers: [(name: String, value: String)]
    /// What was asked for and is not said, because the model or the API has no place for it.
    package var drops: [Drop]
    /// The level at which the provider holds the request's constraint; nil without one.
    package var enforcement: EnforcementLevel?

    /// Makes a request.
    package init(
        path: String, body: JSONObject, headers: [(name: String, value: String)] = [], drops: [Drop] = [],
        enforcement: EnforcementLevel? = nil
    ) {
        self.path = path
        self.body = body
        self.headers = headers
        self.drops = drops
        self.enforcement = enforcement
    }
}

/// A response with an error status.
package struct WireErrorResponse: Sendable {
    /// The status code.
    package var status: Int
    /// Looks a header up; names are compared without regard to letter case.
    package var header: @Sendable (String) -> String?
    /// The body, which need not be what its content type says.
    package var body: [UInt8]
    /// The model (or deployment) that was asked.
    package var model: String?
    /// Now, for dates in headers.
    package var now: WallTime

    /// Makes a response.
    package init(
        status: Int, header: @escaping @Sendable (String) -> String?, body: [UInt8], model: String? = nil,
        now: WallTime
    ) {
        self.status = status
        self.header = header
        self.body = body
        self.model = model
        self.now = now
    }
}
