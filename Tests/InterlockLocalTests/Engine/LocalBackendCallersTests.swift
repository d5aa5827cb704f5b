// covers: A5
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

@Suite("Local backend: many callers", .timeLimit(.minutes(2)))
struct LocalBackendCallersTests {
    @Test("sixty-four callers at once each get their own answer, whole")
    func manyCallers() async throws {
        let loads = Counter()
        let backend = Scripted.backend {
            loads.next()
            return Scripted.echo()
        }
        try await withThrowingTaskGroup(of: (String, String, Usage).self) { group in
            for caller in 0..<64 {
                group.addTask {
                    let text = "caller \(caller): " + String(repeating: "é🙂", count: caller % 7)
                    let reply = try await backend.reply(to: Scripted.request(text))
                    return (text, reply.content, reply.usage)
                }
            }
            for try await (text, content, usage) in group {
                #expect(content == text)
                #expect(usage.outputTokens == text.utf8.count)
            }
        }
        #expect(loads.value == 1)
        #expect(await backend.status().runningRequests == 0)
    }

    @Test("seeded answers do not depend on who else asks")
    func independent() async throws {
        let backend = Scripted.backend { Scripted.letters() }
        func text(_ seed: UInt64) async throws -> String {
            let options = GenerationOptions(maximumResponseTokens: 12, temperature: 1, seed: seed)
            return try await backend.reply(to: Scripted.request("x", options)).content
        }
        var alone: [String] = []
        for seed in 0..<12 { alone.append(try await text(UInt64(seed))) }
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for seed in 0..<12 { group.addTask { (seed, try await text(UInt64(seed))) } }
            for try await (seed, content) in group { #expect(content == alone[seed]) }
        }
    }

    @Test("requests are carried out in the order in which they came")
    func order() async throws {
        let (gate, entered) = (Gate(), Signal())
        let order = Locked<[Int]>([])
        let backend = Scripted.backend {
            Scripted.echo { batch, _ in
                if batch.entries.count > 1 {
                    let digit = batch.entries["user\n".utf8.count + 1].token
                    order.withLock { $0.append(Int(digit) - Int(UInt8(ascii: "0"))) }
                }
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        var tasks: [Task<Reply, any Error>] = []
        for number in 0..<8 {
            tasks.append(Task { try await backend.reply(to: Scripted.request("\(number)")) })
            if number == 0 { await entered.wait() }
            try await until { await backend.status().waitingRequests == number }
        }
        #expect(await backend.status().runningRequests == 1)
        gate.open()
        for (number, task) in tasks.enumerated() { #expect(try await task.value.content == "\(number)") }
        #expect(order.withLock { $0 } == Array(0..<8))
    }

    @Test("one request more than the line holds is refused, whole")
    func busy() async throws {
        let (gate, entered) = (Gate(), Signal())
        let backend = Scripted.backend(queueLimit: 2) {
            Scripted.echo { _, _ in
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        let first = Task { try await backend.reply(to: Scripted.request("1")) }
        await entered.wait()
        let others = ["2", "3"].map { text in Task { try await backend.reply(to: Scripted.request(text)) } }
        try await until { await backend.status().waitingRequests == 2 }
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: Scripted.request("4")) }
        #expect(error?.code == .busy)
        #expect(error?.isRetryable == true)
        #expect(
            error?.description == """
                scripted_local: 2 requests wait for this model already
                hint: Try again later, or run the model with more slots.
                """)
        gate.open()
        #expect(try await first.value.content == "1")
        for (task, text) in zip(others, ["2", "3"]) { #expect(try await task.value.content == text) }
        #expect(try await backend.reply(to: Scripted.request("5")).content == "5")
    }

    @Test("an answer that fails leaves the others alone")
    func failingModel() async throws {
        struct Broken: Error {}
        let backend = Scripted.backend {
            Scripted.echo { batch, _ in
                if batch.entries.contains(where: { $0.token == Token(UInt8(ascii: "#")) }) { throw Broken() }
                return .ready
            }
        }
        await #expect(throws: Broken.self) { try await backend.reply(to: Scripted.request("a#")) }
        #expect(try await backend.reply(to: Scripted.request("b")).content == "b")
        let error = await #expect(throws: InterlockError.self) {
            let model = Scripted.backend {
                ScriptedTokenModel(onSubmit: { _, _ in .interrupted }, script: { _ in [:] })
            }
            _ = try await model.reply(to: Scripted.request("x"))
        }
        #expect(
            error?.description
                == "scripted_local: the model was interrupted, and nobody asked for it")
    }

    @Test("logits without a choice are an error of this request alone")
    func noChoice() async throws {
        let backend = Scripted.backend {
            ScriptedTokenModel { tokens in tokens.contains(Token(UInt8(ascii: "#"))) ? [:] : [257: 0] }
        }
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: Scripted.request("#")) }
        #expect(error?.code == .malformedResponse)
        #expect(try await backend.reply(to: Scripted.request("x")).content == "")
    }
}
