import InterlockCore
import InterlockRemote
import InterlockTesting
import TestSupport
import Testing

@Suite struct CredentialTests {
    @Test func placesTheKey() async throws {
        let bearer = Credential(.fixed(Secret("sk-1")), .bearer)
        #expect(try await bearer.header().map { "\($0.name): \($0.value)" } == "authorization: Bearer sk-1")
        let own = Credential(.fixed(Secret("sk-1")), .header("x-api-key"))
        #expect(try await own.header().map { "\($0.name): \($0.value)" } == "x-api-key: sk-1")
        #expect(try await Credential(.none, .bearer).header() == nil)
        #expect("\(String(describing: bearer.shown))" == "Optional(SET)")
    }

    // covers: A6
    @Test func aCommandHandsOutATokenThatIsKeptUntilItExpires() async throws {
        let folder = try TemporaryFolder()
        let counter = folder.path("count")
        let script = """
            n=$(cat \(counter) 2>/dev/null || echo 0); n=$((n + 1)); echo $n > \(counter)
            echo '{"accessToken": "token-'$n'", "expires_on": 1800000600}'
            """
        let manual = ManualClocks(start: WallTime(secondsSinceEpoch: 1_800_000_000))
        let credential = Credential(.command(["/bin/sh", "-c", script]), .bearer, clocks: manual.clocks)
        #expect(try await credential.header()?.value == "Bearer token-1")
        #expect(try await credential.header()?.value == "Bearer token-1")
        manual.advance(by: .seconds(541))
        #expect(try await credential.header()?.value == "Bearer token-2", "a minute before it expires")
        credential.invalidate()
        #expect(try await credential.header()?.value == "Bearer token-3")
        #expect(credential.isRefreshable)
    }

    @Test(arguments: [
        (["/bin/echo", "plain-token"], "Bearer plain-token"),
        (["/bin/echo", #"{"access_token":"t","token_type":"Bearer"}"#], "Bearer t"),
    ])
    func readsWhatTheUsualToolsPrint(words: [String], header: String) async throws {
        #expect(try await Credential(.command(words), .bearer).header()?.value == header)
    }

    @Test(arguments: [
        (
            ["/no/such/program"],
            "the command /no/such/program for the token could not be started: No such file or directory"
        ),
        (["/bin/false"], "the command /bin/false for the token ended with exit code 1"),
        (["/bin/true"], "the command /bin/true printed no token"),
        (["/bin/echo", "two words"], "what the command /bin/echo printed is no token"),
        (["/bin/echo", #"{"a":1}"#], "the JSON that the command /bin/echo printed has no accessToken"),
        (["/bin/sh", "-c", "kill -9 $$"], "the command /bin/sh for the token was ended by signal 9"),
        (
            ["/usr/bin/head", "-c", "100000", "/dev/zero"],
            "the command /usr/bin/head for the token printed more than a token"
        ),
    ])
    func saysWhatWentWrongWithACommand(words: [String], message: String) async throws {
        let error = await #expect(throws: InterlockError.self) {
            try await Credential(.command(words), .bearer).header()
        }
        #expect(error?.code == .missingCredential)
        #expect(error?.message == message)
    }
}
