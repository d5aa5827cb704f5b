import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

/// Waits until something holds that happens by itself; fails the test when it does not.
func eventually(_ what: Comment, _ condition: () -> Bool) async throws {
    let clocks = Clocks.system
    let start = clocks.monotonic()
    while !condition() {
        guard clocks.monotonic() - start < patience else {
            Issue.record("waited in vain: \(what)")
            throw TestFailure("waited in vain")
        }
        try await EventLoop.shared.sleep(for: .milliseconds(2))
    }
}

/// A client of the test's own, shut down afterwards.
func withClient<R>(
    _ configure: (inout HTTPClient.Configuration) -> Void = { _ in }, _ body: (HTTPClient) async throws -> R
) async throws -> R {
    var configuration = HTTPClient.Configuration()
    configure(&configuration)
    let client = HTTPClient(configuration)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The error that `body` has to throw.
func interlockError(_ body: () async throws -> Void) async throws -> InterlockError {
    do {
        try await body()
    } catch let error as InterlockError {
        return error
    }
    throw TestFailure("no InterlockError was thrown")
}

extension HTTPClient {
    /// The whole body as text, read as a stream.
    func text(_ request: HTTPRequest) async throws -> String {
        try await withResponse(to: request) { _, body in
            var bytes: [UInt8] = []
            while let chunk = try await body.next() { bytes += chunk }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
