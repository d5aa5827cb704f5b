/// How long each phase of an exchange may take, each counted on its own; nil for no limit.
package struct HTTPTimeLimits: Sendable, Hashable {
    /// Until the connection stands: name resolution, TCP, proxy, TLS.
    ///
    /// Waiting because ``HTTPClient/Configuration/maximumConnectionsPerHost`` is reached does not count.
    package var connect: Duration?
    /// From the connection to the end of the response's head, sending the request included.
    package var firstByte: Duration?
    /// Without a byte of the body; does not run while the reader lets bytes wait above the limit.
    package var idle: Duration?
    /// The whole exchange, redirects included.
    package var total: Duration?

    /// Makes limits.
    package init(
        connect: Duration? = .seconds(10), firstByte: Duration? = nil, idle: Duration? = nil, total: Duration? = nil
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }
}
