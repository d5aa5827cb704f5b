import InterlockCore
import InterlockRemote
import InterlockTesting
import TestSupport
import Testing

/// Downloads from the hub into the cache that its own libraries use.
@Suite("the Hugging Face hub")
struct HubTests {
    @Test("a model is downloaded once, with its key, and the store is not told the key")
    func download() async throws {  // covers: G11; wire: 22
        let site = try HubSite()
        let path = try await site.pull("hf:org/name")
        #expect(site.content(path) == HubSite.model)
        #expect(path == site.folder.path("hub/models--org--name/snapshots/\(HubSite.commit)/model.gguf"))
        #expect(site.read("models--org--name/refs/main") == HubSite.commit)
        #expect(site.read("models--org--name/blobs/\(HubSite.modelHash)").map { Array($0.utf8) } == HubSite.model)
        #expect(site.progress.last?.fraction == 1)
        #expect(site.progress.last?.label == "Downloading model.gguf")
        #expect(zip(site.progress, site.progress.dropFirst()).allSatisfy { $0.fraction <= $1.fraction })
        for request in site.server.requests {
            let isStore = request.path.hasPrefix("/cdn/")
            #expect(request.key?.reveal() == (isStore ? nil : HubSite.token), "\(request.path)")
        }
        #expect(site.server.requests.contains { $0.path.hasPrefix("/cdn/") })
    }

    @Test("what is in the cache is not downloaded again")
    func cacheHit() async throws {
        let site = try HubSite()
        let first = try await site.pull("hf:org/name")
        let before = site.server.requests.count
        #expect(try await site.pull("hf:org/name") == first)
        let later = site.server.requests.dropFirst(before)
        #expect(later.map(\.method) == ["GET", "HEAD"])
        #expect(later.allSatisfy { !$0.path.hasPrefix("/cdn/") })
    }

    @Test("a small file that comes without a redirect, in a folder of its own, by its name")
    func smallFile() async throws {
        let site = try HubSite(files: [
            FaultServer.HubFile(
                repository: "org/name", path: "sub/tiny.gguf", bytes: Array("tiny".utf8), isLarge: false),
            FaultServer.HubFile(repository: "org/name", path: "other.gguf", bytes: Array("other".utf8)),
        ])
        let path = try await site.pull("hf:org/name:sub/tiny.gguf")
        #expect(site.content(path) == Array("tiny".utf8))
        #expect(path.hasSuffix("/snapshots/\(HubSite.commit)/sub/tiny.gguf"))
    }

    @Test("an empty file is downloaded, too")
    func emptyFile() async throws {
        let site = try HubSite(files: [
            FaultServer.HubFile(repository: "org/name", path: "empty.gguf", bytes: [])
        ])
        #expect(site.content(try await site.pull("hf:org/name")) == [])
    }

    @Test("a download that breaks off goes on where it was")
    func resume() async throws {  // wire: 17
        let site = try HubSite()
        site.server.inject(.cut(after: 70_000), times: 1, path: HubSite.modelHash)
        #expect(site.content(try await site.pull("hf:org/name")) == HubSite.model)
        let fetches = site.server.requests.filter { $0.path.hasPrefix("/cdn/") }
        #expect(fetches.count == 2)
        #expect(fetches.first?.header("range") == nil)
        #expect(fetches.last?.header("range") == "bytes=70000-")
    }

    @Test("and one that was given up goes on in another process")
    func resumeLater() async throws {
        let site = try HubSite()
        // The first part comes; then the store is gone.
        site.server.inject(.reset(after: 70_000), times: 1, path: HubSite.modelHash)
        site.server.respond { request in
            guard request.path.hasPrefix("/cdn/"), request.header("range") != nil else { return nil }
            var response = FaultServer.Response(steps: [])
            response.before = [.reset]
            return response
        }
        let error = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") }
        #expect(error?.code == .connectionFailed)
        #expect(error?.backend == "huggingface")
        #expect(site.server.requests.filter { $0.path.hasPrefix("/cdn/") }.count == 6)
        site.server.respond { _ in nil }
        let before = site.server.requests.count
        #expect(site.content(try await site.pull("hf:org/name")) == HubSite.model)
        let fetch = site.server.requests.dropFirst(before).first { $0.path.hasPrefix("/cdn/") }
        #expect(fetch?.header("range")?.hasPrefix("bytes=") == true)
        #expect(fetch?.header("range") != "bytes=0-")
    }

    @Test("what is damaged is an error, and nothing of it stays")
    func damaged() async throws {
        let site = try HubSite()
        site.server.respond { request in
            guard request.path.hasPrefix("/cdn/") else { return nil }
            var bytes = HubSite.model
            bytes[5] ^= 1
            return FaultServer.Response(framing: .length, steps: [.bytes(bytes)])
        }
        var damaged = HubSite.model
        damaged[5] ^= 1
        let error = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") }
        #expect(
            error?.description == """
                huggingface: model.gguf was damaged on its way: its SHA-256 is \(SHA256.hexadecimal(damaged)), not \
                \(HubSite.modelHash)
                hint: Download it again; the damaged file was removed.
                """)
        #expect(site.files("models--org--name/blobs") == [])
        #expect(site.files("models--org--name/snapshots/\(HubSite.commit)") == [])
    }

    @Test("a file that is longer or shorter than the hub says is an error, and nothing of it stays")
    func wrongSize() async throws {
        for size in [100, 400_000] {
            let site = try HubSite()
            site.server.respond { request in
                guard request.path.hasPrefix("/cdn/") else { return nil }
                return FaultServer.Response(
                    framing: .length, steps: [.bytes([UInt8](repeating: 7, count: size))])
            }
            let error = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") }
            #expect(error?.code == .truncatedStream)
            #expect(error?.message == "model.gguf has \(size) bytes; the hub says \(HubSite.model.count)")
            #expect(site.files("models--org--name/blobs") == [])
        }
    }

    @Test("two at once download once")
    func concurrent() async throws {
        let site = try HubSite()
        site.server.inject(.slow(.milliseconds(20)), path: HubSite.modelHash)
        async let first = site.pull("hf:org/name")
        async let second = site.pull("hf:org/name")
        let paths = try await [first, second]
        #expect(paths[0] == paths[1])
        #expect(site.content(paths[0]) == HubSite.model)
        #expect(site.server.requests.filter { $0.path.hasPrefix("/cdn/") }.count == 1)
    }

    @Test("cancelling keeps what was downloaded")
    func cancelled() async throws {  // wire: 24
        let site = try HubSite()
        site.server.inject(.stallMidStream(after: 70_000), times: 1, path: HubSite.modelHash)
        let task = Task { try await site.pull("hf:org/name") }
        try await site.server.wait { exchanges in exchanges.contains { $0.sentBytes >= 70_000 } }
        try await Clocks.system.sleep(.milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(site.files("models--org--name/blobs") == ["\(HubSite.modelHash).incomplete"])
        #expect(site.content(try await site.pull("hf:org/name")) == HubSite.model)
    }

    @Test("a model in parts is downloaded whole, and the first part is it")
    func split() async throws {  // covers: G7
        let parts = (1...3).map { number in
            FaultServer.HubFile(
                repository: "org/name", path: "q4/big-0000\(number)-of-00003.gguf",
                bytes: Array("part \(number)".utf8))
        }
        let site = try HubSite(files: parts)
        let path = try await site.pull("hf:org/name")
        #expect(path.hasSuffix("/q4/big-00001-of-00003.gguf"))
        #expect(site.content(path) == Array("part 1".utf8))
        #expect(
            site.files("models--org--name/snapshots/\(HubSite.commit)/q4") == parts.map { String($0.path.dropFirst(3)) }
        )
        #expect(try await site.pull("hf:org/name:q4/big-00002-of-00003.gguf") == path)
        site.server.configuration.files.remove(at: 1)
        let error = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") }
        #expect(error?.code == .modelPartMissing)
        #expect(error?.message == "org/name has 2 of the 3 parts of q4/big-00001-of-00003.gguf")
    }

    @Test("where several models are, the usual one is taken, or the one that is named in short")
    func choosing() async throws {
        let names = ["m-Q8_0.gguf", "m-Q4_K_M.gguf", "mmproj-m.gguf", "README.md"]
        let site = try HubSite(
            files: names.map { FaultServer.HubFile(repository: "org/name", path: $0, bytes: Array($0.utf8)) })
        #expect(try await site.pull("hf:org/name").hasSuffix("/m-Q4_K_M.gguf"))
        #expect(try await site.pull("hf:org/name:q8_0").hasSuffix("/m-Q8_0.gguf"))
        #expect(try await site.pull("hf:org/name:README.md").hasSuffix("/README.md"))
        site.server.configuration.files.removeAll { $0.path == "m-Q4_K_M.gguf" }
        site.server.configuration.files.append(
            FaultServer.HubFile(repository: "org/name", path: "m-Q6_K.gguf", bytes: [1]))
        let error = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") }
        #expect(
            error?.description == """
                huggingface: org/name has 2 GGUF files, and none was named
                hint: Name one: hf:org/name:FILE. It has: m-Q8_0.gguf, m-Q6_K.gguf.
                """)
    }

    @Test("what the hub has not is an error that says what there is")
    func missing() async throws {
        let site = try HubSite()
        let file = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name:modell.gguf") }
        #expect(
            file?.description == """
                huggingface: org/name has no file modell.gguf
                hint: Did you mean model.gguf? It has: model.gguf.
                """)
        let repository = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/nothing") }
        #expect(repository?.code == .modelNotFound)
        #expect(repository?.provider?.code == "RepoNotFound")
        let none = try HubSite(files: [FaultServer.HubFile(repository: "org/name", path: "a.txt", bytes: [1])])
        let empty = await #expect(throws: InterlockError.self) { try await none.pull("hf:org/name") }
        #expect(
            empty?.description == """
                huggingface: org/name has no GGUF file
                hint: Look for a repository whose name ends in GGUF.
                """)
    }

    @Test("terms that nobody accepted, a key that is refused, a hub that asks to wait")
    func refusals() async throws {  // wire: 84
        let site = try HubSite()
        func failure(
            _ status: Int, _ headers: [(name: String, value: String)]
        ) async throws -> InterlockError {
            site.server.respond { _ in .json(["error": "No"], status: status, headers: headers) }
            return try #require(await #expect(throws: InterlockError.self) { try await site.pull("hf:org/name") })
        }
        let gated = try await failure(
            401,
            [("x-error-code", "GatedRepo"), ("x-error-message", "Access to org/name is restricted \(HubSite.token)")])
        #expect(
            gated.description == """
                huggingface: the hub does not give this model to everybody: Access to org/name is restricted [redacted]
                hint: Accept its terms on its page, and set HF_TOKEN to a token of yours.
                """)
        #expect(gated.code == .permissionDenied)
        #expect(try await failure(401, []).code == .unauthorized)
        let waiting = try await failure(429, [("retry-after", "9")])
        #expect(waiting.code == .rateLimited)
        #expect(waiting.retryAfter == .seconds(9))
        #expect(try await failure(500, []).code == .providerFailed)
    }

    // MARK: - Environment

    @Test("offline, the cache alone is asked: files in folders and parts, too")
    func offline() async throws {
        let files = ["sub/a.gguf", "sub/b-Q4_K_M.gguf"]
        let site = try HubSite(
            files: files.map { FaultServer.HubFile(repository: "org/name", path: $0, bytes: Array($0.utf8)) })
        let empty = await #expect(throws: InterlockError.self) {
            try await site.pull("hf:org/name", ["HF_HUB_OFFLINE": "1"])
        }
        #expect(
            empty?.description == """
                huggingface: org/name is not in the cache, and HF_HUB_OFFLINE forbids to ask the hub
                hint: Unset HF_HUB_OFFLINE, or put the model into \(site.folder.path("hub")).
                """)
        let first = try await site.pull("hf:org/name:sub/a.gguf")
        let second = try await site.pull("hf:org/name")
        let before = site.server.requests.count
        #expect(try await site.pull("hf:org/name:sub/a.gguf", ["HF_HUB_OFFLINE": "true"]) == first)
        // Without a network it is the same, as long as there is something.
        let nobody = ["HF_ENDPOINT": "http://127.0.0.1:1"]
        #expect(try await site.pull("hf:org/name:sub/a.gguf", nobody) == first)
        let unreachable = await #expect(throws: InterlockError.self) { try await site.pull("hf:org/other", nobody) }
        #expect(unreachable?.code == .connectionFailed)
        #expect(try await site.pull("hf:org/name@main", ["TRANSFORMERS_OFFLINE": "1"]) == second)
        #expect(
            try await site.pull("hf:org/name@\(HubSite.commit):sub/a.gguf", ["HF_HUB_OFFLINE": "1"]) == first)
        let missing = await #expect(throws: InterlockError.self) {
            try await site.pull("hf:org/name:sub/c.gguf", ["HF_HUB_OFFLINE": "1"])
        }
        #expect(missing?.code == .modelNotFound)
        #expect(missing?.hint?.contains("sub/a.gguf") == true)
        #expect(site.server.requests.count == before)
    }

    @Test("the cache is where the hub's own libraries look for it")
    func folders() async throws {  // covers: G11
        let site = try HubSite()
        let home = site.folder.path("home")
        let places: [([String: String], String)] = [
            (["HF_HOME": home + "/hf"], home + "/hf/hub"), (["HF_HUB_CACHE": home + "/c"], home + "/c"),
            (["XDG_CACHE_HOME": home + "/xdg"], home + "/xdg/huggingface/hub"),
            (["HOME": home], home + "/.cache/huggingface/hub"),
        ]
        for (variables, place) in places {
            let path = try await site.pull("hf:org/name", ["HF_HUB_CACHE": ""].merging(variables) { $1 })
            #expect(path.hasPrefix(place + "/models--org--name/snapshots/"))
            #expect(site.content(path) == HubSite.model)
        }
    }

    @Test("without HF_TOKEN the token that a log-in stored is sent; without any, none")
    func token() async throws {
        let site = try HubSite()
        site.server.configuration.requiredKey = nil
        try site.folder.write(Array("stored-token\n".utf8), to: "token")
        _ = try await site.pull("hf:org/name", ["HF_TOKEN": "", "HF_TOKEN_PATH": site.folder.path("token")])
        #expect(site.server.requests.first?.key?.reveal() == "stored-token")
        let other = try HubSite()
        other.server.configuration.requiredKey = nil
        _ = try await other.pull("hf:org/name", ["HF_TOKEN": ""])
        #expect(other.server.requests.allSatisfy { $0.key == nil })
    }
}
