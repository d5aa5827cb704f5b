import InterlockCore

/// A request that the server answers by itself, closing the connection.
struct HTTPRefusal: Error {
    var status: Int
    var error: InterlockError

    init(_ status: Int, _ code: InterlockError.Code, _ message: String, hint: String? = nil) {
        self.status = status
        error = InterlockError(code, message, hint: hint)
    }

    static func malformed(_ message: String) -> HTTPRefusal {
        HTTPRefusal(400, .invalidRequest, message)
    }

    static func tooLarge(limit: Int) -> HTTPRefusal {
        HTTPRefusal(
            413, .requestTooLarge, "the request's body has more than \(limit) bytes",
            hint: "Send less, or raise the server's limit.")
    }
}
