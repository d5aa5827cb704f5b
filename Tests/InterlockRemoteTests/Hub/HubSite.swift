import InterlockCore
import InterlockRemote
import InterlockTesting
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A hub with files, and an empty cache.
final class HubSite: Sendable {
    static let token = "plain-token-of-nobody"
    static let commit = "0123456789abcdef0123456789abcdef01234567"
    static let model: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: 33 + $0 % 90) }
    static let modelHash = SHA256.hexadecimal(model)

    let server: FaultServer
    let folder: TemporaryFolder
    private let reports = Locked<[LoadProgress]>([])

    /// What was told of the downloads so far.
    var progress: [LoadProgress] { reports.withLock { $0 } }

    init(files: [FaultServer.HubFile]? = nil) throws {
        let usual = FaultServer.HubFile(repository: "org/name", path: "model.gguf", bytes: Self.model)
        server = try FaultServer(
            FaultServer.Configuration(requiredKey: Secret(Self.token), files: files ?? [usual]))
        folder = try TemporaryFolder()
    }

    /// Downloads, in an environment that knows this hub, this cache and the token.
    func pull(_ reference: String, _ environment: [String: String] = [:]) async throws -> String {
        var all = ["HF_ENDPOINT": server.url, "HF_HUB_CACHE": folder.path("hub"), "HF_TOKEN": Self.token]
        all.merge(environment) { $1 }
        var clocks = Clocks.system
        // The waits between tries are not what is tested.
        clocks.sleep = { _ in try await Clocks.system.sleep(.milliseconds(5)) }
        let hub = try HuggingFaceHub(BackendConfiguration(environment: all, clocks: clocks))
        return try await hub.pull(try HubReference(reference)) { [reports] report in
            reports.withLock { $0.append(report) }
        }
    }

    /// The bytes of a file.
    func content(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// The text of a file of the cache.
    func read(_ name: String) -> String? {
        content(folder.path("hub/\(name)")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a folder of the cache.
    func files(_ name: String) -> [String] {
        guard let directory = opendir(folder.path("hub/\(name)")) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
