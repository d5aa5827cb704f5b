import InterlockCore
import InterlockRemote
import Testing

/// Streams with damage in every place: an answer or a typed error, never a crash, never half an answer as a whole one.
@Suite("Damaged streams")
struct DamagedFramesTests {
    private let anthropic = [
        #"{"type":"message_start","message":{"id":"m","model":"c","content":[],"usage":{"input_tokens":2}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"h\u00e9"}}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
        #"{"type":"message_stop"}"#,
    ]
    private let ollama = [
        #"{"model":"m","message":{"role":"assistant","content":"h\u00e9","thinking":"t"},"done":false}"#,
        #"{"model":"m","message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]}}"#,
        #"{"model":"m","logprobs":[{"token":"a","logprob":-1,"bytes":[97]}],"done":false}"#,
        #"{"model":"m","message":{"content":""},"done":true,"done_reason":"stop","eval_count":9,"eval_duration":5}"#,
    ]

    /// A generator of numbers that are the same in every run.
    private struct Generator {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    private func damaged(_ frames: [String], _ generator: inout Generator) -> [[UInt8]] {
        var frames = frames.map { Array($0.utf8) }
        let junk = [Array("null".utf8), Array("-1e999".utf8), Array("[]".utf8), [0xFF], Array("\"".utf8), []]
        for _ in 0...generator.next(below: 3) {
            let frame = generator.next(below: frames.count)
            guard !frames[frame].isEmpty else { continue }
            let place = generator.next(below: frames[frame].count)
            switch generator.next(below: 5) {
            case 0: frames[frame][place] = UInt8(generator.next(below: 256))
            case 1: frames[frame].removeSubrange(place...)
            case 2: frames[frame].insert(contentsOf: junk[generator.next(below: junk.count)], at: place)
            case 3: frames.swapAt(frame, generator.next(below: frames.count))
            default: frames[frame] = replacingAValue(of: frames[frame], junk[generator.next(below: 3)], &generator)
            }
        }
        return frames
    }

    /// Puts something else in the place of one value, so that the frame stays JSON.
    private func replacingAValue(of frame: [UInt8], _ junk: [UInt8], _ generator: inout Generator) -> [UInt8] {
        let colons = frame.indices.filter { frame[$0] == UInt8(ascii: ":") }
        guard !colons.isEmpty else { return frame }
        let start = colons[generator.next(below: colons.count)] + 1
        let end = frame[start...].firstIndex { ",}".utf8.contains($0) } ?? frame.endIndex
        return frame[..<start] + junk + frame[end...]
    }

    private func check(_ dialect: some WireDialect, _ frames: [String], seed: UInt64) {
        var generator = Generator(state: seed)
        var complete = 0
        for _ in 0..<3_000 {
            var decoder = dialect.makeDecoder(
                for: GenerationRequest([.user("Hi")]), WireContext(backend: "b", model: "m"))
            var events: [GenerationEvent] = []
            do throws(InterlockError) {
                for frame in damaged(frames, &generator) { try decoder.decode(nil, frame, into: &events) }
                try decoder.end(into: &events)
                complete += 1
            } catch {
                #expect(
                    [.malformedResponse, .truncatedStream, .providerFailed].contains(error.code),
                    "\(error.code): \(error.message)")
                continue
            }
            #expect(!events.contains(.text("")))
            #expect((try? reply(events)) != nil, "\(events)")
        }
        // Both outcomes have to occur, else nothing is tried.
        #expect((100..<2_900).contains(complete))
    }

    @Test("Anthropic's") func anthropicStreams() {
        check(AnthropicTest.dialect, anthropic, seed: 1)
    }

    @Test("Ollama's") func ollamaStreams() {
        check(OllamaTest.dialect, ollama, seed: 2)
    }
}
