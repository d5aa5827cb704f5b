import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// What is wrong, and what to do about it.
@Suite("interlock doctor")
struct DoctorTests {
    private static let key = "Zq8wholly-ordinary-7f3k"

    @Test("a backend that can be used: what was found, and exit code 0")
    func ready() throws {  // covers: D12, S7
        let server = try FaultServer(FaultServer.Configuration(requiredKey: Secret(Self.key), models: ["gpt-4.1"]))
        let run = try Tool.run(
            "doctor", "--model", "openai/gpt-4.1", "--base-url", server.url, environment: ["OPENAI_API_KEY": Self.key])
        #expect(run.output.hasPrefix("ok    openai: ready in "))
        #expect(run.output.contains("\n      address: \(server.url)/v1\n      key: SET\n"))
        #expect(run.errors == "")
        #expect(run.exit == .code(0))
        #expect(!run.output.contains(Self.key))
    }

    @Test(
        "what is wrong is told apart, with exit code 69",
        arguments: [
            ("unauthorized", "the key is refused"), ("no_such_model", "no such model"), ("unreachable", "unreachable"),
            ("timed_out", "no answer in time"), ("failing", "answers with an error"),
        ])
    func wrong(_ state: String, _ words: String) throws {  // covers: D12, S7
        let server = try FaultServer(FaultServer.Configuration(requiredKey: Secret(Self.key), models: ["gpt-4.1"]))
        var key = Self.key
        switch state {
        case "unauthorized": key = "another-key-of-mine"
        case "no_such_model": server.configuration.models = ["gpt-4.1-mini"]
        case "unreachable": server.stop()
        case "timed_out": server.inject(.slowFirstByte(.seconds(600)))
        default: server.inject(.html502)
        }
        let environment = ["OPENAI_API_KEY": key]
        let arguments = ["doctor", "--timeout", "1", "--model", "openai/gpt-4.1", "--base-url", server.url]
        let text = try ProcessRun("interlock", arguments, environment: environment)
        #expect(text.output.hasPrefix("FAIL  openai: \(words) in "))
        #expect(text.exit == .code(69))
        let run = try ProcessRun("interlock", arguments + ["--json"], environment: environment)
        let check = try #require(try JSONValue(parsing: run.output)[0])
        #expect(check["backend"] == "openai")
        #expect(check["state"]?.stringValue == state)
        #expect(check["usable"] == false)
        #expect(check["configured"] == true)
        #expect(check["target"]?.stringValue == server.url + "/v1")
        #expect(check["problem"] != nil)
        #expect(check["hint"] != nil || state == "failing")
        #expect(run.exit == .code(69))
        #expect(!(text.output + run.output).contains(key))
    }

    @Test("a backend that is named and has no key")
    func missingKey() throws {  // covers: D12
        let run = try Tool.run("doctor", "--backend", "anthropic")
        #expect(
            run.output == """
                -     anthropic: not set up
                      no API key is given
                      Set the environment variable ANTHROPIC_API_KEY (keys are made at console.anthropic.com), or the \
                parameter api_key.

                """)
        #expect(run.exit == .code(69))
        let json = try Tool.run("doctor", "--json", "--backend", "anthropic")
        let check = try #require(try JSONValue(parsing: json.output)[0])
        #expect(check["state"] == "missing_credential")
        #expect(check["configured"] == false)
        #expect(check["code"] == "missing_credential")
    }

    @Test("without a name every backend is looked at, and none that nobody set up is a failure")
    func all() throws {  // covers: D12
        let server = try FaultServer(FaultServer.Configuration(requiredKey: Secret(Self.key), models: ["claude-x"]))
        let run = try Tool.run(
            "doctor", "--json", "--timeout", "2",
            environment: ["ANTHROPIC_API_KEY": Self.key, "ANTHROPIC_BASE_URL": server.url])
        let checks = try #require(try JSONValue(parsing: run.output).arrayValue)
        let states = Dictionary(
            uniqueKeysWithValues: checks.map { ($0["backend"]?.stringValue ?? "", $0["state"]?.stringValue ?? "") })
        #expect(states["anthropic"] == "ready")
        #expect(states["openai"] == "missing_credential")
        #expect(states["azure"] != nil)
        #expect(states["scripted"] == nil)
        #expect(run.exit == .code(0))
    }

    @Test("a wrong timeout is refused")
    func timeout() throws {
        let run = try Tool.run("doctor", "--timeout", "0")
        #expect(run.exit == .code(64))
        #expect(run.errors.contains("give a number of seconds above 0"))
    }
}
