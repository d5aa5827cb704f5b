package import InterlockCore

extension HTTPClient {
    /// How a client behaves.
    package struct Configuration: Sendable {
        /// How many connections to one host may be open at once, while further requests wait; 0 for any number.
        package var maximumConnectionsPerHost = 0
        /// How many connections may be open at once, and are kept for later requests.
        package var maximumConnections = 4_096
        /// How many bytes of one streamed body wait for their reader at most; the sender is stalled beyond that.
        ///
        /// On an HTTP/2 connection that carries other streams as well, libcurl goes on reading for those, and keeps
        /// what the slow one's window still allows, 32 MB at most, in its own memory.
        package var bufferLimit = 256 << 10
        /// Which proxy requests go through.
        package var proxy = ProxySettings.none
        /// Whether the server's certificate is checked.
        package var verifiesTLS = true
        /// A PEM file with the authorities to trust instead of the system's.
        package var caFile: String?
        /// Whether HTTP/2 is used where the server offers it over TLS.
        package var http2 = true
        /// Whether HTTP/2 is spoken without asking and without TLS; for tests.
        package var http2PriorKnowledge = false
        /// The `User-Agent` of requests that do not set one.
        package var userAgent = "interlock"
        /// Is told what happens on the wire, on the loop's thread; it must not block.
        package var trace: (@Sendable (HTTPTraceEvent) -> Void)?
        /// Times the trace; the time limits are timers of the loop.
        package var clocks = Clocks.system

        /// Makes the usual configuration.
        package init() {}
    }
}
