import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real server that speaks HTTP/2, with a certificate of its own; serves files of a temporary folder.
final class Nginx {
    /// The port for HTTP/2 without TLS.
    let plainPort: Int
    /// The port for TLS, with HTTP/1.1 and HTTP/2.
    let securePort: Int
    /// The certificate of the authority to trust.
    let certificate: String
    private let folder: TemporaryFolder
    private let child: Child

    /// Where nginx and openssl are, or nil if one is missing.
    static let programs: (nginx: String, openssl: String)? = {
        func find(_ name: String) -> String? {
            ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(name)" }
                .first { access($0, X_OK) == 0 }
        }
        guard let nginx = find("nginx"), let openssl = find("openssl") else { return nil }
        return (nginx, openssl)
    }()

    /// Starts it; with `files` by name and size, all zeros.
    init(files: [String: Int]) throws {
        guard let programs = Self.programs else { throw TestFailure("there is no nginx") }
        folder = try TemporaryFolder()
        // Two free ports; that another process takes one in between is unlikely enough.
        (plainPort, securePort) = (try RawServer.closedPort(), try RawServer.closedPort())
        certificate = folder.path("crt.pem")
        for (name, size) in files {
            try folder.write([], to: name)
            guard truncate(folder.path(name), off_t(size)) == 0 else { throw TestFailure("cannot make \(name)") }
        }
        try Self.makeCertificate(programs.openssl, folder)
        try folder.write(Array(Self.configuration(folder, plainPort, securePort).utf8), to: "nginx.conf")
        child = try Child(
            path: programs.nginx, ["-p", folder.path(""), "-c", "nginx.conf", "-e", "error.log"], environment: [:],
            descriptors: []
        )
        for port in [plainPort, securePort] {
            try Self.waitUntil { (try? RawServer.connect(to: port)).map { close($0) } != nil }
        }
    }

    private static func makeCertificate(_ openssl: String, _ folder: TemporaryFolder) throws {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let child = try Child(
            path: openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key.pem"), "-out",
                folder.path("crt.pem"),
            ], environment: [:], descriptors: [null, null, null])
        try waitUntil { child.exit() != nil }
        guard child.exit() == .code(0) else { throw TestFailure("openssl made no certificate") }
    }

    private static func waitUntil(_ condition: () -> Bool) throws {
        for _ in 0..<5_000 {
            if condition() { return }
            pauseBriefly()
        }
        throw TestFailure("waited too long")
    }

    private static func configuration(_ folder: TemporaryFolder, _ plain: Int, _ secure: Int) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path($0));"
        }
        // It starts as whoever runs the tests; as root it would take another user for its files.
        let user = geteuid() == 0 ? "user root;" : ""
        return """
            \(user) daemon off; master_process off; pid nginx.pid;
            events { worker_connections 64; }
            http {
                access_log off; \(temporary.joined(separator: " "))
                ssl_certificate crt.pem; ssl_certificate_key key.pem;
                server { listen 127.0.0.1:\(plain) http2; root \(folder.path("")); }
                server {
                    listen 127.0.0.1:\(secure) ssl http2; root \(folder.path(""));
                    add_header X-Connection $connection;
                }
            }
            """
    }
}
