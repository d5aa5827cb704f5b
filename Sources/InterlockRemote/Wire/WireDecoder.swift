package import InterlockCore

/// Turns a provider's answer into events: a pure state machine, fed with one decoded frame after the other.
package protocol WireDecoder: Sendable {
    /// How the stream is cut into frames.
    static var framing: WireFraming { get }

    /// Takes the next frame of a stream.
    ///
    /// Frames after the end of the answer are ignored; unknown ones, too.
    ///
    /// - Parameters:
    ///   - name: The frame's `event:` name, where the framing has one.
    ///   - data: The frame's content.
    ///   - events: What it means is appended here.
    /// - Throws: ``InterlockError`` if the frame is malformed or tells of a failure.
    mutating func decode(
        _ name: String?, _ data: [UInt8], into events: inout [GenerationEvent]
    ) throws(InterlockError)

    /// Takes a whole answer that did not come as a stream.
    ///
    /// - Throws: ``InterlockError`` if it is malformed or tells of a failure.
    mutating func decodeWhole(_ body: JSONValue, into events: inout [GenerationEvent]) throws(InterlockError)

    /// Takes the end of the stream.
    ///
    /// Appends ``GenerationEvent/finish(_:)`` where the dialect only knows the reason now.
    ///
    /// - Throws: ``InterlockError/Code/truncatedStream`` if the answer is not complete.
    mutating func end(into events: inout [GenerationEvent]) throws(InterlockError)
}

/// How a stream is cut into frames.
package enum WireFraming: Sendable {
    /// Server-sent events.
    case serverSentEvents
    /// One JSON text a line.
    case lines
}
