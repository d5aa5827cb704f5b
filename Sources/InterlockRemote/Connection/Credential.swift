package import InterlockCore

/// What a provider knows its customer by, and where it comes from.
package final class Credential: Sendable, CustomReflectable {
    /// How it is put into a request.
    package enum Placement: Sendable, Hashable {
        /// `Authorization: Bearer …`
        case bearer
        /// A header of its own, such as `x-api-key`.
        case header(String)

        /// The name of the header.
        package var headerName: String {
            switch self {
            case .bearer: "authorization"
            case .header(let name): name
            }
        }
    }

    /// Where it comes from.
    package enum Source: Sendable {
        /// There is none, and none is needed.
        case none
        /// It was given.
        case fixed(Secret)
        /// A command prints it: the text itself, or the JSON of a cloud's tool with `accessToken` and its expiry.
        case command([String])
    }

    private struct Token {
        var secret: Secret
        var expiry: WallTime?
    }

    private let source: Source
    private let placement: Placement
    private let clocks: Clocks
    private let cached = Locked<Token?>(nil)
    /// The last tokens that were sent, so that they are known where somebody repeats them.
    private let sent = Locked<[String]>([])

    /// Makes a credential.
    package init(_ source: Source, _ placement: Placement, clocks: Clocks = .system) {
        self.source = source
        self.placement = placement
        self.clocks = clocks
    }

    /// The name of the header that carries it.
    package var headerName: String { placement.headerName }

    /// Whether another try after a refusal could bring another one.
    package var isRefreshable: Bool {
        if case .command = source { return true }
        return false
    }

    /// A mirror without children: the tokens that a command printed are texts.
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// For showing whether there is one; never asks a command.
    package var shown: Secret? {
        switch source {
        case .none: nil
        case .fixed(let secret): secret
        case .command: Secret("from a command")
        }
    }

    /// The text with a mark in the place of every key or token of this credential.
    ///
    /// No pattern tells what a key of an unknown provider looks like; what was sent is known. Shorter than eight
    /// letters, it is a placeholder such as `none`, and would tear ordinary words apart.
    package func hidden(in text: String) -> String {
        var secrets = sent.withLock { $0 }
        if case .fixed(let secret) = source { secrets.append(secret.reveal()) }
        return secrets.reduce(text) { KeyRedaction.replacing($1, in: $0) }
    }

    /// Forgets a token that was refused.
    package func invalidate() { cached.withLock { $0 = nil } }

    /// The header to send, or nil where none is needed.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` if the command fails or prints nothing.
    package func header() async throws -> (name: String, value: String)? {
        let secret: Secret
        switch source {
        case .none: return nil
        case .fixed(let fixed): secret = fixed
        case .command(let words): secret = try await token(from: words)
        }
        switch placement {
        case .bearer: return (headerName, "Bearer \(secret.reveal())")
        case .header: return (headerName, secret.reveal())
        }
    }

    private func token(from words: [String]) async throws -> Secret {
        let now = clocks.wall()
        // A minute early, so that it does not expire on its way.
        let soon = WallTime(secondsSinceEpoch: now.secondsSinceEpoch + 60, nanoseconds: now.nanoseconds)
        if let token = cached.withLock({ $0 }), token.expiry.map({ soon < $0 }) ?? true { return token.secret }
        let output = try await CommandOutput.of(words)
        let token = try Self.parse(output, words)
        cached.withLock { $0 = token }
        sent.withLock { sent in sent = sent.suffix(3) + [token.secret.reveal()] }
        return token.secret
    }

    /// Reads what a command printed.
    private static func parse(_ output: String, _ words: [String]) throws(InterlockError) -> Token {
        let plain = Secret(output)
        guard plain.isSet else {
            throw InterlockError(
                .missingCredential, "the command \(words.first ?? "") printed no token",
                hint: "Run it by hand and see what it says; you may have to log in first.")
        }
        guard let object = (try? JSONValue(parsing: plain.reveal()))?.objectValue else {
            guard !plain.reveal().utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else {
                throw InterlockError(
                    .missingCredential, "what the command \(words.first ?? "") printed is no token",
                    hint: "It has to print the token alone, or JSON with accessToken.")
            }
            return Token(secret: plain, expiry: nil)
        }
        guard let text = (object["accessToken"] ?? object["access_token"] ?? object["token"])?.stringValue else {
            throw InterlockError(
                .missingCredential, "the JSON that the command \(words.first ?? "") printed has no accessToken",
                hint: "It has to print the token alone, or JSON with accessToken.")
        }
        let seconds = (object["expires_on"] ?? object["expiresOn"]).flatMap { value in
            value.intValue ?? value.stringValue.flatMap(Int.init)
        }
        return Token(secret: Secret(text), expiry: seconds.map { WallTime(secondsSinceEpoch: Int64($0)) })
    }
}
