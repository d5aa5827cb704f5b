package import InterlockCore

/// Turns the events of an answer into the bytes of a stream.
package protocol AnswerStream {
    /// The bytes for an event; empty if it does not show.
    ///
    /// - Throws: ``InterlockError`` if what was sent already cannot be taken back.
    mutating func bytes(for event: GenerationEvent) throws(InterlockError) -> [UInt8]
}

/// What was sent so far, for when an answer begins anew.
struct SentSoFar {
    private var textBytes = 0
    private var hasOther = false

    mutating func text(_ text: String) { textBytes += text.utf8.count }
    mutating func other() { hasOther = true }

    /// Checks that nothing that the client has got is void.
    func restart(keeping bytes: Int) throws(InterlockError) {
        guard bytes == textBytes, !hasOther else {
            throw InterlockError(
                .truncatedStream, "the answer began anew after a part of it was sent",
                hint: "Send the request again, or ask for the answer as a whole.")
        }
    }
}

/// Server-sent events (WHATWG HTML §9.2) as OpenAI's interface uses them.
enum ServerSentEvent {
    /// An event with a JSON value.
    static func data(_ value: JSONValue) -> [UInt8] {
        var bytes = Array("data: ".utf8)
        value.write(into: &bytes)
        bytes.append(contentsOf: [0x0A, 0x0A])
        return bytes
    }

    /// The end of a stream.
    static let done = Array("data: [DONE]\n\n".utf8)
    /// A comment, which readers skip: it keeps the connection from looking dead.
    static let ping = Array(": ping\n\n".utf8)
}
