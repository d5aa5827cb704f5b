import InterlockCore
import InterlockTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The cache, shared with the hub's own library, where that is installed (`make peers`).
@Suite("the Hugging Face hub: cache shared with huggingface_hub", .enabled(if: Python.isInstalled))
struct PythonCacheTests {
    @Test("what Interlock downloaded, huggingface_hub finds without a network")
    func read() async throws {  // covers: G11
        let site = try HubSite()
        let path = try await site.pull("hf:org/name")
        let run = try Python.run(
            "from huggingface_hub import hf_hub_download as d\n"
                + "print(d('org/name', 'model.gguf', local_files_only=True))\n"
                + "print(d('org/name', 'model.gguf', revision='\(HubSite.commit)', local_files_only=True))",
            environment: ["HF_HUB_CACHE": site.folder.path("hub"), "HF_HUB_OFFLINE": "1"])
        #expect(run.output == "\(path)\n\(path)\n", "\(run.errors)")
        #expect(run.exit == .code(0))
    }

    @Test("what huggingface_hub downloaded, Interlock does not download again")
    func written() async throws {
        let site = try HubSite()
        let run = try Python.run(
            "from huggingface_hub import hf_hub_download as d\nprint(d('org/name', 'model.gguf'))",
            environment: [
                "HF_ENDPOINT": site.server.url, "HF_HUB_CACHE": site.folder.path("hub"), "HF_TOKEN": HubSite.token,
                "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
            ])
        #expect(run.exit == .code(0), "\(run.errors)")
        let before = site.server.requests.count
        let path = try await site.pull("hf:org/name")
        #expect(run.output == "\(path)\n")
        #expect(site.server.requests.dropFirst(before).allSatisfy { !$0.path.hasPrefix("/cdn/") })
        #expect(try await site.pull("hf:org/name", ["HF_HUB_OFFLINE": "1"]) == path)
    }
}

/// The environment of the official clients.
private enum Python {
    private static let path: String? = {
        let setup = "\(Paths.packageRoot)/scripts/setup-peers"
        let run = try? ProcessRun(path: setup, ["path", "clients"], environment: ["PATH": variable("PATH")])
        let folder = run?.output.split(separator: "\n").last
        return folder.map { "\($0)/bin/python" }
    }()

    static var isInstalled: Bool { path.map { access($0, X_OK) == 0 } ?? false }

    static func run(_ program: String, environment: [String: String]) throws -> ProcessRun {
        let path = try #require(path)
        return try ProcessRun(path: path, ["-c", program], environment: environment)
    }

    private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}
