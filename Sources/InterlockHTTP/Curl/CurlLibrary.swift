import CCurl

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What there is to know about the libcurl at hand.
enum CurlLibrary {
    /// Whether it could be set up, which happens once and before anything else.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private static let features = curl_version_info(CURLVERSION_FIRST)?.pointee.features ?? 0
    private static let version = curl_version_info(CURLVERSION_FIRST)?.pointee.version_num ?? 0

    /// Whether a connection that speaks HTTP/2 without TLS can carry a second request; 7.88 greets the server again.
    static let canReusePriorKnowledge = version >= 0x08_00_00

    /// Whether the file with the system's authorities is there.
    static let hasAuthorityFile: Bool = {
        guard let file = curl_version_info(CURLversion(rawValue: CURLVERSION_LAST.rawValue - 1))?.pointee.cainfo else {
            return false
        }
        return access(file, R_OK) == 0
    }()

    /// The encodings that it can undo, of those that servers use.
    static let encodings: String = {
        var names: [String] = []
        if features & CURL_VERSION_LIBZ != 0 { names += ["gzip", "deflate"] }
        if features & CURL_VERSION_BROTLI != 0 { names.append("br") }
        return names.isEmpty ? "identity" : names.joined(separator: ", ")
    }()
}
