import CCurl
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A curl easy handle, used for one transfer after the other; belongs to the loop's thread.
final class EasyHandle {
    /// curl sends a body that is smaller than this together with the head, if it has it in memory of its own.
    private static let copiedBodySize = 65_536

    /// curl's handle.
    let handle: UnsafeMutableRawPointer
    /// The transfer it carries.
    var transfer: Transfer?
    /// The engine it belongs to, which outlives it.
    unowned let engine: CurlEngine
    private let reason: UnsafeMutablePointer<CChar>
    private var list: UnsafeMutablePointer<curl_slist>?
    private var listed: (headers: HTTPHeaders, hasBody: Bool)?
    private var url = ""
    private var proxy: String?
    private var hasBody = false
    private let knowsHTTP2: Bool
    private let needsFreshConnections: Bool

    /// Makes a handle with all that is the same for every transfer.
    init?(_ configuration: HTTPClient.Configuration, engine: CurlEngine) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.engine = engine
        knowsHTTP2 = configuration.http2PriorKnowledge
        needsFreshConnections = configuration.http2PriorKnowledge && !CurlLibrary.canReusePriorKnowledge
        reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setBasics(configuration)
        setTLS(configuration)
        setFunctions()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(list)
        reason.deallocate()
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = interlock_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String?) {
        _ = interlock_curl_set_text(handle, option, value)
    }

    private func setBasics(_ configuration: HTTPClient.Configuration) {
        // Signals are the application's; name resolution has threads of its own, which nobody waits for at the end.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_ACCEPT_ENCODING, CurlLibrary.encodings)
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        // The environment is read by us or not at all: an empty text keeps curl from reading it.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOPROXY, "")
        // Limits are timers of the loop; curl's own, five minutes for a connection, must not get in their way.
        set(CURLOPT_CONNECTTIMEOUT_MS, 86_400_000)
        // Bursts wait for the first connection to say whether it takes more than one request.
        set(CURLOPT_PIPEWAIT, 1)
        let version =
            !configuration.http2
            ? CURL_HTTP_VERSION_1_1
            : configuration.http2PriorKnowledge ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS
        set(CURLOPT_HTTP_VERSION, Int(version))
    }

    private func setTLS(_ configuration: HTTPClient.Configuration) {
        set(CURLOPT_SSL_VERIFYPEER, configuration.verifiesTLS ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, configuration.verifiesTLS ? 2 : 0)
        if let file = configuration.caFile { set(CURLOPT_CAINFO, file) }
        // With a folder as well as a file, curl reads all authorities anew for every connection: 20 ms on the loop.
        if configuration.caFile != nil || CurlLibrary.hasAuthorityFile { set(CURLOPT_CAPATH, nil) }
    }

    private func setFunctions() {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        for option in [
            CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA,
            CURLOPT_SOCKOPTDATA, CURLOPT_PREREQDATA, CURLOPT_RESOLVER_START_DATA,
        ] {
            _ = interlock_curl_set_pointer(handle, option, pointer)
        }
        _ = interlock_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, reason)
        CurlCallbacks.install(on: handle)
    }

    // MARK: One transfer

    /// Sets what is particular to a transfer.
    func prepare(_ transfer: Transfer) throws(InterlockError) {
        self.transfer = transfer
        reason[0] = 0
        if url != transfer.url.text {
            url = transfer.url.text
            set(CURLOPT_URL, url)
        }
        if proxy != transfer.proxy {
            proxy = transfer.proxy
            set(CURLOPT_PROXY, proxy ?? "")
        }
        // With less than a frame's 16 KiB, libcurl 7.88 never wakes a paused stream of HTTP/2 again.
        let mayBeHTTP2 = transfer.url.scheme == "https" || knowsHTTP2
        set(CURLOPT_BUFFERSIZE, max(transfer.request.receiveBufferSize, mayBeHTTP2 ? 16 << 10 : 1 << 10))
        set(CURLOPT_FRESH_CONNECT, transfer.isSecondTry || needsFreshConnections ? 1 : 0)
        setMethod(transfer.request)
        try setHeaders(transfer.request.headers)
    }

    private func setMethod(_ request: HTTPRequest) {
        let method = request.method
        hasBody = request.body != nil || ["POST", "PUT", "PATCH"].contains(method)
        if hasBody {
            set(CURLOPT_POST, 1)
            setBody(request.body ?? [])
        } else if method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else {
            // Undoes NOBODY and POST too.
            set(CURLOPT_HTTPGET, 1)
        }
        let isImplied = method == (hasBody ? "POST" : method == "HEAD" ? "HEAD" : "GET")
        set(CURLOPT_CUSTOMREQUEST, isImplied ? nil : method)
    }

    private func setBody(_ body: [UInt8]) {
        if body.count < Self.copiedBodySize {
            _ = body.withUnsafeBytes { bytes in
                withUnsafeBytes(of: UInt8(0)) { none in
                    (bytes.baseAddress ?? none.baseAddress).map {
                        interlock_curl_copy_body(handle, $0, curl_off_t(bytes.count))
                    }
                }
            }
        } else {
            _ = interlock_curl_set_pointer(handle, CURLOPT_POSTFIELDS, nil)
            _ = interlock_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        }
    }

    private func setHeaders(_ headers: HTTPHeaders) throws(InterlockError) {
        if let listed, listed.hasBody == hasBody, listed.headers == headers { return }
        var lines = ["Expect:"]
        var hasType = false
        for field in headers {
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding", "expect": continue
            case "content-type": hasType = true
            default: break
            }
            // curl takes "Name:" for "leave it out" and "Name;" for an empty value.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // curl calls every body a form unless told otherwise.
        if hasBody, !hasType { lines.append("Content-Type:") }
        var new: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(new, line) else {
                curl_slist_free_all(new)
                throw InterlockError(.internalInconsistency, "there is no memory for the request's header fields")
            }
            new = longer
        }
        _ = interlock_curl_set_pointer(handle, CURLOPT_HTTPHEADER, new)
        curl_slist_free_all(list)
        list = new
        listed = (headers, hasBody)
    }

    /// Forgets the transfer.
    func release() {
        transfer = nil
        // The copy of the body, which may be large.
        if hasBody { _ = interlock_curl_set_pointer(handle, CURLOPT_POSTFIELDS, nil) }
    }

    /// Whether the transfer failed because a connection kept from an earlier one was dead, before any answer.
    func lostKeptConnection(_ code: CURLcode) -> Bool {
        [CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING].contains(code)
            && interlock_curl_get_long(handle, CURLINFO_NUM_CONNECTS, 1) == 0
    }

    /// What curl knows about how the transfer failed.
    func report(_ code: CURLcode) -> HTTPFailure.Report {
        HTTPFailure.Report(
            code: code, reason: String(cString: reason),
            systemError: Int32(truncatingIfNeeded: interlock_curl_get_long(handle, CURLINFO_OS_ERRNO, 0)),
            proxyStatus: proxy == nil ? 0 : refusal(interlock_curl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, 0))
        )
    }

    private func refusal(_ status: Int) -> Int { status / 100 == 2 ? 0 : status }
}
