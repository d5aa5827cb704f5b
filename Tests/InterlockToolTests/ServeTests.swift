import InterlockCore
import TestSupport
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("serve")
struct ServeTests {
    /// The server as a process, with what it says on standard error.
    private final class Server {
        private(set) var said = ""
        private let child: Child
        private let errors: Int32

        init(_ arguments: String...) throws {
            let pipe = try makePipe()
            let silence = open("/dev/null", O_RDWR | O_CLOEXEC)
            defer { close(silence) }
            child = try Child(
                path: Child.path(of: "interlock"), ["serve", "--port", "0"] + arguments, environment: [:],
                descriptors: [silence, silence, pipe.write])
            close(pipe.write)
            errors = pipe.read
        }

        deinit { close(errors) }

        /// Reads until a text has come.
        func wait(for text: String) throws {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !said.contains(text) {
                let count = read(errors, &buffer, buffer.count)
                guard count > 0 else { throw TestFailure("it only said: \(said)") }
                said += String(decoding: buffer[..<count], as: UTF8.self)
            }
        }

        /// Its address.
        func address() throws -> String {
            try wait(for: "ends it)\n")
            return String(try #require(said.firstMatch(of: /http:\/\/\S+/)).output)
        }

        /// Asks it to end, and says how it did.
        func end() throws -> Exit {
            child.send(signal: SIGTERM)
            let deadline = Clocks.system.monotonic() + patience
            while Clocks.system.monotonic() < deadline {
                if let exit = child.exit() { return exit }
                pauseBriefly()
            }
            throw TestFailure("it did not end")
        }
    }

    @Test("other programs use a model through it, and it ends when it is asked to")
    func serves() throws {
        let server = try Server("--backend", "scripted", "--allow-scripted", "-p", "reply=Paris.", "--name", "capital")
        let address = try server.address()
        let list = try Tool.run("models", "list", "--backend", "openai_compatible", "--base-url", address)
        #expect(list.output == "capital\n")
        let answer = try Tool.run(
            "generate", "--backend", "openai_compatible", "--base-url", address, "--model", "capital", "Capital?")
        #expect(answer.output == "Paris.\n")
        #expect(answer.exit == .code(0))
        let other = try Tool.run(
            "generate", "--backend", "openai_compatible", "--base-url", address, "--model", "other", "Capital?")
        #expect(other.exit == .code(69))
        #expect(other.errors.contains("there is no model named other"))
        #expect(try server.end() == .code(0))
    }

    @Test("other machines need a key")
    func keys() throws {
        let run = try Tool.run("serve", "--host", "0.0.0.0", "--port", "0", "--backend", "scripted", "--allow-scripted")
        #expect(run.exit == .code(69))
        #expect(
            run.errors == """
                Error: the gateway would listen at 0.0.0.0 without a key, for every machine to use
                hint: Set a key in INTERLOCK_API_KEY, or listen at 127.0.0.1.

                """)
    }

    @Test("a port that is taken is an error that says so")
    func taken() throws {
        let server = try Server("--backend", "scripted", "--allow-scripted")
        let port = try #require(try server.address().firstMatch(of: /:(\d+)\//)).output.1
        let run = try Tool.run("serve", "--port", String(port), "--backend", "scripted", "--allow-scripted")
        #expect(run.exit == .code(64))
        #expect(run.errors.contains(port))
        #expect(try server.end() == .code(0))
    }
}
