import InterlockCore
import Testing

@testable import Interlock

@Suite(.timeLimit(.minutes(2))) struct EventChannelTests {
    private struct Failure: Error {}

    private static func text(_ event: GenerationEvent?) -> String? {
        if case .text(let text) = event { text } else { nil }
    }

    @Test(arguments: [5_000])
    func everythingArrivesOnceAndInOrder(count: Int) async throws {
        let channel = EventChannel()
        async let sending: Void = {
            for number in 0..<count { try await channel.send(.text("\(number)")) }
            channel.finish(.success(()))
        }()
        var next = 0
        while let event = try await channel.receive() {
            #expect(Self.text(event) == "\(next)")
            next += 1
            // Sometimes the receiver is the slow one, sometimes the sender.
            if next % 97 < 20 { await Task.yield() }
        }
        #expect(next == count)
        try await sending
    }

    @Test func manyChannelsAtOnceDoNotDisturbEachOther() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for channelNumber in 0..<50 {
                let channel = EventChannel()
                group.addTask {
                    for number in 0..<100 { try await channel.send(.text("\(channelNumber) \(number)")) }
                    channel.finish(.success(()))
                    return 0
                }
                group.addTask {
                    var received = 0
                    while let event = try await channel.receive() {
                        guard Self.text(event) == "\(channelNumber) \(received)" else { return -1 }
                        received += 1
                    }
                    return received
                }
            }
            let received = try await group.reduce(0, +)
            #expect(received == 5_000)
        }
    }

    @Test func theSenderIsHeldBack() async throws {
        let channel = EventChannel()
        let sent = Locked(0)
        let task = Task {
            for number in 0..<1_000 {
                try await channel.send(.text("\(number)"))
                sent.withLock { $0 += 1 }
            }
            channel.finish(.success(()))
        }
        var received = 0
        while let _ = try await channel.receive() {
            received += 1
            // The sender gets every chance to run ahead.
            for _ in 0..<5 { await Task.yield() }
            #expect(sent.withLock { $0 } <= received + 16 + 1)
        }
        #expect(received == 1_000)
        try await task.value
    }

    @Test func whatWasSentBeforeAnErrorStillArrives() async throws {
        let channel = EventChannel()
        try await channel.send(.text("a"))
        try await channel.send(.text("b"))
        channel.finish(.failure(Failure()))
        #expect(Self.text(try await channel.receive()) == "a")
        #expect(Self.text(try await channel.receive()) == "b")
        await #expect(throws: Failure.self) { try await channel.receive() }
        // The end stays the end.
        await #expect(throws: Failure.self) { try await channel.receive() }
    }

    @Test func theEndComesToAReceiverThatWaits() async throws {
        for _ in 0..<200 {
            let channel = EventChannel()
            async let received = channel.receive()
            channel.finish(.success(()))
            #expect(try await received == nil)
            #expect(try await channel.receive() == nil)
        }
    }

    @Test func abandoningWakesASenderThatWaits() async throws {
        let channel = EventChannel()
        let task = Task {
            while true { try await channel.send(.text("x")) }
        }
        _ = try await channel.receive()
        channel.abandon()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) { try await channel.send(.text("y")) }
    }

    @Test func cancellingTheReceiverAbandonsTheChannel() async throws {
        for _ in 0..<200 {
            let channel = EventChannel()
            let receiver = Task { try await channel.receive() }
            receiver.cancel()
            await #expect(throws: CancellationError.self) { try await receiver.value }
            await #expect(throws: CancellationError.self) { try await channel.send(.text("x")) }
        }
    }
}
