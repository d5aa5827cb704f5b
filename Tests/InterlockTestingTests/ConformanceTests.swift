import InterlockCore
import InterlockTesting
import TestSupport
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The fault server stands for real providers only as far as their own clients take it for one.
///
/// The clients are Python programs that `scripts/setup-peers` installs; without them nothing is tested here.
@Suite
struct ConformanceTests {
    private static let large = (0..<256_000).map { UInt8(truncatingIfNeeded: $0) }

    private static func makeServer(_ flavour: FaultServer.Flavour = .openAI) throws -> FaultServer {
        try FaultServer(
            FaultServer.Configuration(
                requiredKey: Secret("sk-conformance"), models: ["demo-model", "org/other:tag"], flavour: flavour,
                files: [
                    FaultServer.HubFile(
                        repository: "org/name", path: "config.json", bytes: Array("{}".utf8), isLarge: false),
                    FaultServer.HubFile(repository: "org/name", path: "weights/model.gguf", bytes: large),
                ]))
    }

    private static func run(_ script: String, _ python: String, _ server: FaultServer) throws {
        let folder = try TemporaryFolder()
        let run = try ProcessRun(
            path: python, ["\(Paths.packageRoot)/Tests/Conformance/\(script).py", server.url],
            environment: [
                "HOME": folder.path(""), "HF_HOME": folder.path("hub"), "HF_ENDPOINT": server.url,
                "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "PYTHONDONTWRITEBYTECODE": "1",
            ])
        #expect(run.output == "conforms\n")
        #expect(run.exit == .code(0), "\(run.errors)")
    }

    // covers: S8
    @Test(
        "OpenAI's and Azure's client finds nothing wrong",
        arguments: [FaultServer.Flavour.openAI, .huggingFace, .lmStudio])
    func openAI(flavour: FaultServer.Flavour) throws {
        guard let python = try Peers.python("clients") else { return }
        try Self.run("openai_client", python, try Self.makeServer(flavour))
    }

    @Test(
        "Anthropic's client finds nothing wrong, today's and that of 2023's headers",
        arguments: ["clients", "clients-2023"])
    func anthropic(environment: String) throws {
        guard let python = try Peers.python(environment) else { return }
        let server = try Self.makeServer()
        try Self.run("anthropic_client", python, server)
        let header = environment == "clients" ? "Authorization" : "X-Api-Key"
        #expect(server.requests.allSatisfy { $0.header(header) == "SET" })
    }

    @Test("Ollama's client finds nothing wrong")
    func ollama() throws {
        guard let python = try Peers.python("clients") else { return }
        try Self.run("ollama_client", python, try Self.makeServer())
    }

    @Test("the Hugging Face hub's client finds nothing wrong")
    func huggingFace() throws {
        guard let python = try Peers.python("clients") else { return }
        let server = try Self.makeServer(.huggingFace)
        try Self.run("huggingface_client", python, server)
        // The large file came from another origin, to which no key goes.
        let elsewhere = server.requests.filter { $0.path.hasPrefix("/cdn/") }
        #expect(!elsewhere.isEmpty)
        #expect(elsewhere.allSatisfy { $0.key == nil })
    }
}
