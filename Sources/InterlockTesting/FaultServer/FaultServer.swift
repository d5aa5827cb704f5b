public import InterlockCore

/// A provider on the loopback interface that speaks every dialect Interlock knows, and misbehaves on command.
///
/// It answers like OpenAI, Azure, Anthropic, Ollama, LM Studio, the Hugging Face router and hub, and llama-server: which
/// one is decided by the path. What it says follows from the request alone (``Prompt``), so tests need no model. It
/// listens until the value is released.
///
/// ```swift
/// let server = try FaultServer()
/// server.inject(.storm(2, status: 429, retryAfter: "0.01"))
/// let client = SomeClient(baseURL: server.url + "/v1")
/// // … the third attempt succeeds
/// #expect(server.requests.count == 3)
/// ```
public final class FaultServer: Sendable {
    /// Makes an answer, or nil for what the well-behaved dialect says.
    public typealias Handler = @Sendable (Request) -> Response?

    private let core: ServerCore

    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// - Throws: ``InterlockError/Code/connectionFailed`` when the system gives no socket or thread.
    public init(_ configuration: Configuration = Configuration()) throws(InterlockError) {
        core = try ServerCore(configuration)
    }

    deinit {
        core.stop()
    }

    /// The base of its addresses, such as `http://127.0.0.1:40123`, without a slash at the end.
    public var url: String { "http://127.0.0.1:\(core.port)" }

    /// The port that it listens on.
    public var port: UInt16 { core.port }

    /// How it is set up; a change counts for the requests that come after it.
    public var configuration: Configuration {
        get { core.state.withLock { $0.configuration } }
        set { core.state.withLock { $0.configuration = newValue } }
    }

    /// Stops listening and breaks every connection.
    public func stop() {
        core.stop()
    }

    // MARK: - What it answers

    /// Lets a function answer; where it returns nil, the dialect does.
    ///
    /// It is called on a thread of the server, also on several at once, and may block.
    public func respond(_ handler: @escaping Handler) {
        core.state.withLock { $0.handler = handler }
    }

    /// Lets a function decide what the model says, in whatever dialect it is asked.
    public func script(_ script: @escaping @Sendable (Prompt) -> Saying) {
        core.state.withLock { $0.script = script }
    }

    /// Adds faults to what comes next, in the order in which they are to act.
    ///
    /// - Parameters:
    ///   - faults: The faults; all of them act on each of those answers.
    ///   - times: How many requests they act on; nil for all of them.
    ///   - path: Acts only on requests whose path ends so; nil for all of them.
    public func inject(_ faults: Fault..., times: Int? = nil, path: String? = nil) {
        core.state.withLock { state in
            var lasting: [Fault] = []
            for fault in faults {
                guard case .storm(let count, let status, let retryAfter) = fault else {
                    lasting.append(fault)
                    continue
                }
                let failure = Fault.status(status, retryAfter: retryAfter)
                state.injections.append(Injection(faults: [failure], remaining: count, path: path))
            }
            if !lasting.isEmpty {
                state.injections.append(Injection(faults: lasting, remaining: times, path: path))
            }
        }
    }

    /// Behaves well from now on.
    public func clearFaults() {
        core.state.withLock { $0.injections = [] }
    }

    /// Lets answers that wait at ``Step/pause(_:)`` of that name go on, now and later.
    public func release(_ name: String) {
        core.state.withLock { state in _ = state.released.insert(name) }
    }

    // MARK: - What it saw

    /// The requests so far, in the order in which they were complete.
    public var requests: [Request] { exchanges.map(\.request) }

    /// The requests so far, with what became of each.
    public var exchanges: [Exchange] { core.state.withLock { $0.exchanges } }

    /// How many connections were made so far.
    public var connectionCount: Int { core.state.withLock { $0.connectionCount } }

    /// Waits until the exchanges so far are as wanted, looking every two milliseconds.
    ///
    /// - Throws: ``InterlockError/Code/timeout`` when they are not after `patience`.
    public func wait(
        patience: Duration = .seconds(30), until condition: @Sendable ([Exchange]) -> Bool
    ) async throws {
        let clocks = Clocks.system
        let deadline = clocks.monotonic() + patience
        while !condition(exchanges) {
            guard clocks.monotonic() < deadline else {
                throw InterlockError(
                    .timeout, "what the test waits for did not reach the fault server within \(patience)",
                    hint: "Look at its exchanges: \(exchanges.count) so far.")
            }
            try await clocks.sleep(.milliseconds(2))
        }
    }
}

/// Faults for some of the requests to come.
struct Injection: Sendable {
    var faults: [FaultServer.Fault]
    var remaining: Int?
    var path: String?

    /// Whether it acts on a request for that path, which uses it up by one.
    mutating func take(for path: String) -> Bool {
        if let suffix = self.path, !path.hasSuffix(suffix) { return false }
        guard let remaining else { return true }
        guard remaining > 0 else { return false }
        self.remaining = remaining - 1
        return true
    }
}
