/// An event of a `text/event-stream`.
package struct SSEEvent: Sendable, Hashable {
    /// The value of `event:`, nil where there was none or an empty one.
    package var event: String?
    /// The values of the `data:` lines, joined with line feeds.
    package var data: [UInt8]
    /// The value of this event's own `id:`.
    package var id: String?
    /// The value of `retry:`, where it is a number.
    package var retryMilliseconds: Int?

    /// Makes an event.
    package init(event: String? = nil, data: [UInt8], id: String? = nil, retryMilliseconds: Int? = nil) {
        self.event = event
        self.data = data
        self.id = id
        self.retryMilliseconds = retryMilliseconds
    }
}
