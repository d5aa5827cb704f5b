package import InterlockCore

/// How a gateway behaves.
package struct GatewayConfiguration: Sendable {
    /// Where it listens; decides whether it may do without a key.
    package var host: String
    /// The keys, any of which lets a client in.
    package var keys: [Secret]
    /// What to do about parameters that nobody can honour, unless a request says so itself.
    package var unsupported: GenerationRequest.UnsupportedPolicy
    /// After how long a silence a stream shows that it is alive.
    package var pingInterval: Duration
    /// How long a request may take; nil for as long as it takes.
    package var requestTimeout: Duration?
    /// How long a look at a backend's health may take.
    package var healthTimeout: Duration
    /// The clocks.
    package var clocks: Clocks
    /// Makes what tells answers and requests apart.
    package var newID: @Sendable () -> String

    /// Makes a configuration.
    package init(
        host: String = "127.0.0.1",
        keys: [Secret] = [],
        unsupported: GenerationRequest.UnsupportedPolicy = .error,
        pingInterval: Duration = .seconds(15),
        requestTimeout: Duration? = nil,
        healthTimeout: Duration = .seconds(2),
        clocks: Clocks = .system,
        newID: @escaping @Sendable () -> String = GatewayConfiguration.randomID
    ) {
        self.host = host
        self.keys = keys
        self.unsupported = unsupported
        self.pingInterval = pingInterval
        self.requestTimeout = requestTimeout
        self.healthTimeout = healthTimeout
        self.clocks = clocks
        self.newID = newID
    }

    /// 128 random bits in hexadecimal.
    package static let randomID: @Sendable () -> String = {
        [UInt64.random(in: 0...(.max)), UInt64.random(in: 0...(.max))].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
