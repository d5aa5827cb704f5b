#if Server
import CMicroHTTPD
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// The library's callbacks, which capture nothing, and what it is told.
extension ServerEngine {
    private static func engine(_ context: UnsafeMutableRawPointer?) -> ServerEngine? {
        context.map { Unmanaged<ServerEngine>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The connection of a handle.
    static func connection(_ handle: OpaquePointer?) -> ServerConnection? {
        handle.flatMap { interlock_mhd_context($0) }
            .map { Unmanaged<ServerConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    /// A connection begins or ends.
    static func connectionCallback(
        _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
        _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ notification: MHD_ConnectionNotificationCode
    ) {
        guard let engine = engine(context), let handle, let place else { return }
        if interlock_mhd_is_start(notification) != 0 {
            place.pointee = Unmanaged.passUnretained(engine.opened(handle)).toOpaque()
        } else if let connection = connection(handle) {
            place.pointee = nil
            engine.closed(connection)
        }
    }

    /// A request line has come in; the library forgets how it was written.
    static func targetCallback(
        _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
    ) -> UnsafeMutableRawPointer? {
        guard let engine = engine(context), let connection = connection(handle), let target else { return nil }
        connection.target = String(cString: target)
        connection.allow(engine.limits.headerTimeout)
        return nil
    }

    /// The head of a request has come in, or a piece of its body, or its end; or the handler has said something.
    static func requestCallback(
        _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ method: UnsafePointer<CChar>?,
        _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?
    ) -> MHD_Result {
        guard let connection = connection(handle), let method, let version, let size else {
            return interlock_mhd_result(0)
        }
        guard let exchange = connection.exchange else {
            let exchange = Exchange(connection, method: String(cString: method), version: String(cString: version))
            connection.exchange = exchange
            return interlock_mhd_result(exchange.begin(at: method) ? 1 : 0)
        }
        guard size.pointee > 0 else { return interlock_mhd_result(exchange.proceed() ? 1 : 0) }
        let goesOn = exchange.take(UnsafeRawBufferPointer(start: data, count: size.pointee))
        size.pointee = 0
        return interlock_mhd_result(goesOn ? 1 : 0)
    }

    /// The library asks for bytes of a body.
    static func read(_ context: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let context, let buffer else { return Int(interlock_mhd_end_with_error()) }
        return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: count))
    }

    /// The header fields of a request.
    ///
    /// - Parameter start: Where the request line begins.
    /// - Throws: Where the library read something else than stands there.
    func headers(of handle: OpaquePointer, at start: UnsafePointer<CChar>) throws(HTTPRefusal) -> HTTPHeaders {
        var fields = FieldReader()
        withUnsafeMutablePointer(to: &fields) { pointer in
            interlock_mhd_each_field(
                handle,
                { context, _, name, value in
                    context?.assumingMemoryBound(to: FieldReader.self).pointee.add(name, value)
                    return interlock_mhd_result(1)
                }, pointer)
        }
        guard fields.isSound(upTo: start + interlock_mhd_header_size(handle)) else {
            throw .malformed("a header field is folded, or has a NUL in it")
        }
        return fields.headers
    }

    /// A response of known length.
    func response(_ body: [UInt8]) -> OpaquePointer? {
        body.withUnsafeBytes { interlock_mhd_whole($0.count, $0.baseAddress) }
    }

    /// Hands a response to the library; whether it took it.
    func queue(_ handle: OpaquePointer, _ status: Int, _ headers: HTTPHeaders, _ response: OpaquePointer?) -> Bool {
        guard let response else { return false }
        defer { MHD_destroy_response(response) }
        for field in headers where !Self.ownFields.contains(field.name.lowercased()) {
            // A value with a line break is refused by the library, and left out.
            _ = MHD_add_response_header(response, field.name, field.value)
        }
        if isStopping, headers.first("connection") == nil {
            _ = MHD_add_response_header(response, "connection", "close")
        }
        return MHD_queue_response(handle, UInt32(clamping: status), response) == interlock_mhd_result(1)
    }

    /// The fields that the library writes by itself.
    private static let ownFields: Set<String> = ["content-length", "transfer-encoding", "date"]
}

/// Collects header fields, and notices those that the library understands in another way than others would.
///
/// The library ends strings at the first NUL, and (0.9.75) hangs a folded line on the *name* of its field, so that a folded
/// `Transfer-Encoding` is not seen at all. What it hands out points into the bytes that came in: names, values and the
/// ends of lines have to follow one another without a gap.
private struct FieldReader {
    var headers = HTTPHeaders()
    private var isSound = true
    private var end: UnsafePointer<CChar>?

    /// Whether nothing was left out.
    ///
    /// - Parameter headEnd: Where the body begins, behind the end of the last field's line and an empty line.
    func isSound(upTo headEnd: UnsafePointer<CChar>) -> Bool {
        isSound && (end.map { (2...4).contains(headEnd - $0) } ?? true)
    }

    mutating func add(_ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?) {
        guard let name, let value else {
            isSound = false
            return
        }
        // Between two fields stand the two bytes of a line's end, or the one of a careless client.
        if let end, name != end + 2, name != end + 1 { isSound = false }
        let nameEnd = name + strlen(name)
        // Between name and value stand the colon and white space.
        var place = nameEnd + 1
        while place < value, place.pointee == 0x20 || place.pointee == 0x09 { place += 1 }
        if place != value { isSound = false }
        end = value + strlen(value)
        headers.append(String(cString: name), String(cString: value))
    }
}
#endif
