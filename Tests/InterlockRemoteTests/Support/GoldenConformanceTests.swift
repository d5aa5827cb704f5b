import TestSupport
import Testing

/// Our request bodies before judges that know nothing of Interlock: the types of the official clients, and OpenAI's
/// published specification where it is at hand.
@Suite struct GoldenConformanceTests {
    // covers: G1, G3, G4, S2, S4
    @Test(arguments: ["openai_requests", "anthropic_ollama_requests"])
    func theOfficialClientsWouldSendThis(script: String) throws {
        guard let folder = try PeerServer.folder(of: "clients") else { return }
        var arguments = ["\(Paths.packageRoot)/Tests/Conformance/\(script).py"]
        let specification = "\(Paths.packageRoot)/../shared/reference/openai-openapi.yaml.gz"
        if script == "openai_requests" {
            let isThere = try ProcessRun(path: "/usr/bin/env", ["test", "-r", specification]).exit == .code(0)
            if isThere { arguments.append(specification) } else { print("skipped: OpenAI's specification is not here") }
        }
        let run = try ProcessRun(
            path: "\(folder)/bin/python", arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        #expect(run.exit == .code(0), "\(run.output)\(run.errors)")
        #expect(run.output.contains("checked, 0 "), "\(run.output)")
    }
}
