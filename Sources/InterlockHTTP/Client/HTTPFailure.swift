import CCurl
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The errors of exchanges.
enum HTTPFailure {
    /// What curl knows about a failure.
    struct Report {
        /// curl's code.
        var code: CURLcode
        /// curl's own words; they may be empty.
        var reason: String
        /// The system's error number, or 0.
        var systemError: Int32
        /// The proxy's answer to CONNECT, or 0.
        var proxyStatus: Int
    }

    private static let tls: [CURLcode] = [
        CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_SSL_CRL_BADFILE, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
        CURLE_SSL_ENGINE_INITFAILED,
    ]
    private static let malformed: [CURLcode] = [
        CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
    ]
    private static let unreachable: [CURLcode] = [
        CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY,
    ]

    /// The error for a transfer that curl gave up.
    static func error(_ report: Report, url: HTTPURL, proxy: String?, hasHead: Bool) -> InterlockError {
        let host = url.authority
        let reason = reason(report)
        if tls.contains(report.code) {
            return InterlockError(
                .tlsFailed, "no secure connection to \(host): \(reason)",
                hint: "Check the certificate and that the port speaks TLS; a private authority's certificate goes into "
                    + "the configuration's CA file."
            )
        }
        if unreachable.contains(report.code) || report.proxyStatus != 0 {
            return unreachable(report, host: host, reason: reason, proxy: proxy)
        }
        if malformed.contains(report.code) {
            return InterlockError(
                .malformedResponse, "\(host) did not answer in HTTP: \(reason)",
                hint: "Check that the address is that of an HTTP server and that the port is right."
            )
        }
        if hasHead {
            return InterlockError(
                .truncatedStream, "the answer of \(host) breaks off: \(reason)",
                hint: "The server or something in between closed the connection; try again."
            )
        }
        return InterlockError(
            .connectionFailed, "the connection to \(host) was lost before an answer: \(reason)",
            hint: "Is the server at \(host) still running?"
        )
    }

    private static func unreachable(
        _ report: Report, host: String, reason: String, proxy: String?
    ) -> InterlockError {
        if let proxy {
            let message =
                report.proxyStatus == 0
                ? "cannot reach \(host) through the proxy \(HTTPRedaction.url(proxy)): \(reason)"
                : "the proxy \(HTTPRedaction.url(proxy)) refused the way to \(host) with status \(report.proxyStatus)"
            return InterlockError(
                .connectionFailed, message,
                hint: "Check the proxy's address and credentials, or name the host in NO_PROXY."
            )
        }
        let isName = report.code == CURLE_COULDNT_RESOLVE_HOST
        return InterlockError(
            .connectionFailed,
            isName ? "cannot find the host of \(host)" : "cannot connect to \(host): \(reason)",
            hint: isName ? "Check the name and the network." : "Is the server at \(host) running?"
        )
    }

    /// The reason in words: the system's, where it has one, or curl's.
    private static func reason(_ report: Report) -> String {
        if report.code == CURLE_COULDNT_CONNECT, report.systemError != 0 {
            return lowercasingFirst(String(cString: strerror(report.systemError)))
        }
        let text = report.reason.isEmpty ? String(cString: curl_easy_strerror(report.code)) : report.reason
        return lowercasingFirst(text)
    }

    private static func lowercasingFirst(_ text: String) -> String {
        let second = text.dropFirst().first
        // "SSL certificate problem" and "HTTP/2 stream" stay as they are.
        guard let first = text.first, second?.isUppercase != true else { return text }
        return first.lowercased() + text.dropFirst()
    }

    /// A time limit ended.
    static func timeout(_ running: Deadlines.Running, url: HTTPURL) -> InterlockError {
        let (host, time) = (url.authority, text(running.limit))
        var error =
            switch running.phase {
            case .connect:
                InterlockError(
                    .timeout, "no connection to \(host) within \(time)",
                    hint: "Is the server at \(host) running, and does a firewall let it be reached?"
                )
            case .firstByte:
                InterlockError(
                    .timeout, "no answer from \(host) within \(time)",
                    hint: "A large model can take long to read a prompt: raise the first-byte limit."
                )
            case .idle:
                InterlockError(
                    .timeout, "\(host) sent nothing for \(time) in the middle of its answer",
                    hint: "Raise the idle limit if the server is merely slow."
                )
            case .total:
                InterlockError(
                    .timeout, "the exchange with \(host) was not over within \(time)",
                    hint: "Raise the total limit, or ask for less."
                )
            }
        error.timeoutPhase = running.phase
        return error
    }

    /// A body is larger than the caller takes.
    static func tooLarge(_ url: HTTPURL, limit: Int) -> InterlockError {
        InterlockError(
            .malformedResponse, "the answer of \(url.authority) is larger than \(limit) bytes",
            hint: "Read it as a stream, or raise the limit."
        )
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeNanoseconds / 1_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if milliseconds % 1_000 == 0 { return "\(milliseconds / 1_000) s" }
        return "\(Double(milliseconds) / 1_000) s"
    }
}
