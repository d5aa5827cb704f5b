import Interlock
import InterlockCore
import InterlockTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The work of ``SoakTests``.
struct Soak {
    private static let concurrency = 64
    private static let requestsOfRound = 500
    /// What more may be taken after thousands of requests than after the first five hundred, in bytes.
    private static let memoryAllowance = 48 << 20
    /// No request may take longer, on a machine that is busy with other things: its own limits are far below a second.
    private static let longest = Duration.seconds(60)

    private let total = getenv("INTERLOCK_SOAK").flatMap { Int(String(cString: $0)) } ?? 2_000
    private let seed = getenv("INTERLOCK_SOAK_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64(getpid())

    private static let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in
        dlsym(nil, name) != nil
    }

    func run() async throws {
        var random = Random(seed: seed)
        var tally = Tally()
        let atStart = try await Held.settled { _ in true }
        // The first round makes what is made once: threads, caches, pools.
        try await round(&random, &tally, traces: false)
        let before = try await Held.settled { _ in true }
        while tally.finished < total { try await round(&random, &tally, traces: false) }
        // The pool of connections keeps at most as many as were used at once.
        let after = try await Held.settled { $0.descriptors <= before.descriptors + Self.concurrency }
        #expect(after.descriptors <= before.descriptors + Self.concurrency, "seed \(seed)")
        #expect(after.descriptors <= atStart.descriptors + 3 * Self.concurrency, "seed \(seed)")
        // Sanitizers keep memory that was given back.
        let isSmall = after.memory <= before.memory + Self.memoryAllowance
        #expect(isSmall || Self.isSanitized, "seed \(seed): \(before) → \(after)")
        // A client of its own, which goes with its backend, leaves no descriptor at all.
        try await round(&random, &tally, traces: true)
        let last = try await Held.settled { $0.descriptors <= after.descriptors }
        #expect(last.descriptors <= after.descriptors, "seed \(seed)")

        #expect(tally.started == tally.finished)
        #expect(tally.finished == tally.answers + tally.errors.values.reduce(0, +) + tally.cancellations)
        // All of them happened, or nothing was tried.
        #expect(tally.answers > tally.finished / 10, "\(tally)")
        #expect(tally.cancellations > 0)
        #expect(tally.errors.count > 3)
        print("soak: seed \(seed), \(tally)\nsoak: \(before) → \(after)")
    }

    // MARK: - One round

    private func round(_ random: inout Random, _ tally: inout Tally, traces: Bool) async throws {
        let server = try FaultServer(FaultServer.Configuration(requiredKey: Peer.key))
        // A third of the answers is as it should be.
        let faults = (0..<300).map { _ in random.below(3) == 0 ? .slowFirstByte(.zero) : Self.fault(&random) }
        server.inject(.oneOf(faults, seed: seed))
        let peers = try Peer.eachSpeech.map { peer in try (peer, makeBackend(peer, server, traces: traces)) }
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var isFull = 0
            for _ in 0..<Self.requestsOfRound {
                let (peer, backend) = peers[random.below(peers.count)]
                let work = Work(
                    kind: random.below(10), cancelsAfter: random.below(6) == 0 ? random.below(20_000) : nil,
                    embeds: peer.speaks != .messages)
                tally.started += 1
                group.addTask { await work.outcome(backend) }
                isFull += 1
                guard isFull >= Self.concurrency else { continue }
                if let outcome = try await group.next() { tally.note(outcome, longest: Self.longest) }
                isFull -= 1
            }
            for try await outcome in group { tally.note(outcome, longest: Self.longest) }
        }
        server.stop()
    }

    private func makeBackend(_ peer: Peer, _ server: FaultServer, traces: Bool) throws -> any Backend {
        var configuration = peer.configuration(
            server,
            ["max_retries": 1, "timeout": 2, "first_byte_timeout": 0.4, "idle_timeout": 0.3, "connect_timeout": 5])
        if traces { configuration.httpTrace = { _ in } }
        configuration.clocks.sleep = { _ in try await Clocks.system.sleep(.milliseconds(1)) }
        return try BackendRegistry.builtIn.make(peer.backend, configuration)
    }

    private static func fault(_ random: inout Random) -> FaultServer.Fault {
        let place = random.below(3000)
        let faults: [FaultServer.Fault] = [
            .reset(after: place), .resetBeforeHead, .cut(after: place), .stallMidStream(after: place), .garbage,
            .status(429, retryAfter: "0.01"), .status(500), .status(400), .status(401), .quotaExhausted,
            .hugeBody(200_000), .oneByteAtATime, .gzip, .invalidUTF8(after: place), .missingTerminator,
            .errorMidStream(after: random.below(8)), .html502, .emptyBody(status: 503), .closeIdleConnections,
            .slow(.milliseconds(1)), .slowFirstByte(.milliseconds(random.below(600))), .closeDelimited,
            .redirect(307, to: "/nowhere"), .informational(103), .wrongContentType("text/html"),
        ]
        return faults[random.below(faults.count)]
    }
}

/// One request and what becomes of it.
private struct Work: Sendable {
    var kind: Int
    /// In microseconds.
    var cancelsAfter: Int?
    var embeds: Bool

    func outcome(_ backend: any Backend) async -> Outcome {
        let start = ContinuousClock.now
        let task = Task { try await perform(backend) }
        if let cancelsAfter {
            try? await Clocks.system.sleep(.microseconds(cancelsAfter))
            task.cancel()
        }
        let ending: Outcome.Ending
        do {
            try await task.value
            ending = .answer
        } catch let error as InterlockError {
            ending = .failed(error.code)
        } catch is CancellationError {
            ending = cancelsAfter == nil ? .strange("cancelled by nobody") : .cancelled
        } catch {
            ending = .strange("\(error)")
        }
        return Outcome(ending: ending, duration: ContinuousClock.now - start)
    }

    private func perform(_ backend: any Backend) async throws {
        switch kind {
        case 0: _ = try await backend.models()
        case 1 where embeds: _ = try await backend.embed(EmbeddingRequest(["one", "two"]))
        case 2:
            // Whoever has read enough leaves.
            for try await snapshot in backend.stream(GenerationRequest([.user("Hello there")]))
            where !snapshot.delta.isEmpty {
                return
            }
        case 3:
            for try await _ in backend.stream(GenerationRequest([.user("Hello there")])) {}
        default:
            let reply = try await backend.generate("Hello there")
            guard reply.content.hasPrefix("You said: Hello there") || reply.content.utf8.count == 200_000 else {
                throw InterlockError(.internalInconsistency, "the answer is another: \(reply.content.prefix(100))")
            }
        }
    }
}

private struct Outcome: Sendable {
    enum Ending: Sendable {
        case answer, cancelled, failed(InterlockError.Code), strange(String)
    }

    var ending: Ending
    var duration: Duration
}

/// How the requests ended.
private struct Tally: CustomStringConvertible {
    var started = 0
    var finished = 0
    var answers = 0
    var cancellations = 0
    var errors: [String: Int] = [:]

    mutating func note(_ outcome: Outcome, longest: Duration) {
        finished += 1
        #expect(outcome.duration < longest)
        switch outcome.ending {
        case .answer: answers += 1
        case .cancelled: cancellations += 1
        case .failed(let code):
            errors[code.name, default: 0] += 1
            #expect(code != .internalInconsistency)
        case .strange(let text): Issue.record("a request ended in what is no typed error: \(text)")
        }
    }

    var description: String {
        let parts = errors.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(finished) requests, \(answers) answers, \(cancellations) cancelled, \(parts.joined(separator: ", "))"
    }
}

/// What this process holds.
private struct Held: CustomStringConvertible {
    var descriptors: Int
    /// In bytes; 0 where the system does not tell.
    var memory: Int

    static var now: Held {
        var held = Held(descriptors: 0, memory: 0)
        if let directory = opendir("/dev/fd") {
            while readdir(directory) != nil { held.descriptors += 1 }
            closedir(directory)
        }
        #if os(Linux)
        guard let file = fopen("/proc/self/statm", "r") else { return held }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return held }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        held.memory = fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
        #endif
        return held
    }

    /// What is held once it is as wanted, or after ten seconds; a server's threads end by themselves.
    static func settled(_ isSettled: (Held) -> Bool) async throws -> Held {
        try await Clocks.system.sleep(.milliseconds(300))
        for _ in 0..<100 where !isSettled(now) { try await Clocks.system.sleep(.milliseconds(100)) }
        return now
    }

    var description: String { "\(descriptors) descriptors, \(memory >> 20) MiB" }
}

/// A generator that can be begun again with the same seed (SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
private struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
