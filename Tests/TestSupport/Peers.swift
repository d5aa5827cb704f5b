#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Other people's clients and servers, as `scripts/setup-peers` installs them.
public enum Peers {
    /// Where a peer is installed, or nil after a word about how to get it.
    public static func folder(of peer: String) throws -> String? {
        let script = "\(Paths.packageRoot)/scripts/setup-peers"
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let found = try ProcessRun(path: script, ["path", peer], environment: ["PATH": path])
        let folder = found.output.split(separator: "\n").first.map(String.init) ?? ""
        if access("\(folder)/READY", R_OK) == 0 { return folder }
        print("skipped: \(peer) is not installed; run make peers PEERS=\(peer)")
        return nil
    }

    /// The Python of one of the environments, or nil after a word about how to get it.
    public static func python(_ environment: String) throws -> String? {
        try folder(of: environment).map { "\($0)/bin/python" }
    }

    /// OpenAI's published specification, where this project's reference data is; nil after a word about it elsewhere.
    public static var openAISpecification: String? {
        let path = "\(Paths.packageRoot)/../shared/reference/openai-openapi.yaml.gz"
        if access(path, R_OK) == 0 { return path }
        print("skipped: OpenAI's specification is not here")
        return nil
    }
}
