/// What a server takes from its clients, and how long it waits for them.
package struct HTTPServerLimits: Sendable, Hashable {
    /// The most bytes of a request line with its header fields; more is answered with status 431.
    package var headerBytes: Int
    /// The most bytes of a request's body; more is answered with status 413.
    package var bodyBytes: Int
    /// The most connections at once; whoever comes then is answered with status 503.
    package var connections: Int
    /// The most connections at once from one address, or nil for no such limit.
    package var connectionsPerAddress: Int?
    /// How long a client may take for the request line and the header fields.
    package var headerTimeout: Duration
    /// How long a client may take for a body.
    package var bodyTimeout: Duration
    /// How long a connection may stay open between requests.
    package var idleTimeout: Duration
    /// How long a client may leave an answer unread.
    package var writeTimeout: Duration
    /// How many bytes of an answer may wait for the client before whoever writes them has to wait too.
    package var waitingBytes: Int

    /// Makes limits; the defaults suit a server of a few thousand clients.
    package init(
        headerBytes: Int = 16 << 10,
        bodyBytes: Int = 64 << 20,
        connections: Int = 4096,
        connectionsPerAddress: Int? = nil,
        headerTimeout: Duration = .seconds(10),
        bodyTimeout: Duration = .seconds(60),
        idleTimeout: Duration = .seconds(75),
        writeTimeout: Duration = .seconds(120),
        waitingBytes: Int = 64 << 10
    ) {
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.headerTimeout = headerTimeout
        self.bodyTimeout = bodyTimeout
        self.idleTimeout = idleTimeout
        self.writeTimeout = writeTimeout
        self.waitingBytes = waitingBytes
    }

    /// How many bytes beyond the limit are read and thrown away, so that the client gets to read the refusal: who answers
    /// and closes while bytes are still coming resets the connection, and the answer with it.
    static let drainedBytes = 4 << 20

    /// The memory that the HTTP library may take for a connection: the header fields, and as much again to read ahead.
    var connectionMemory: Int { max(headerBytes, 4 << 10) * 2 + (16 << 10) }

    /// How often the time limits are looked at.
    var sweepInterval: Duration {
        let shortest = [headerTimeout, bodyTimeout, idleTimeout, writeTimeout].min() ?? .seconds(1)
        return min(.seconds(1), max(.milliseconds(10), shortest / 4))
    }
}
