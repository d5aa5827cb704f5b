import InterlockCore
import InterlockRemote
import Testing

@Suite struct OpenAIFuzzTests {
    /// Replaces one value somewhere in a document by another.
    private func mutated(_ value: JSONValue, _ random: inout SchemaGenerator) -> JSONValue {
        let stuff: [JSONValue] = [
            nil, true, -1, 1e300, "", "x", [], [nil], [:], ["index": -5], "9223372036854775808", [["id": "a"]],
        ]
        switch value {
        case .object(var object) where !object.isEmpty && random.below(6) > 0:
            let key = object.keys[random.below(object.count)]
            if random.below(8) == 0 {
                object[key] = nil
            } else {
                object[key] = mutated(object[key] ?? .null, &random)
            }
            return .object(object)
        case .array(var array) where !array.isEmpty && random.below(6) > 0:
            let index = random.below(array.count)
            array[index] = mutated(array[index], &random)
            return .array(array)
        default: return stuff[random.below(stuff.count)]
        }
    }

    /// Runs changed frames; whatever comes has to be events that a reply can be made of, or an error.
    private func check(_ dialect: some WireDialect, _ name: String, seed: UInt64) throws {
        let frames = try Recording("llama-server/\(name)").frames
        var random = SchemaGenerator(seed: seed)
        for _ in 0..<300 {
            var changed: [(name: String?, data: String)] = []
            for frame in frames {
                guard let value = try? JSONValue(parsing: frame.data), random.below(3) == 0 else {
                    changed.append(frame)
                    continue
                }
                changed.append((frame.name, mutated(value, &random).jsonText()))
            }
            do {
                let found = try dialect.events(changed, WireContext(backend: "b", model: "m"))
                let ends = found.filter { if case .finish = $0 { true } else { false } }
                #expect(ends.count == 1)
                if case .head? = found.first {} else { Issue.record("the first event is no head: \(found)") }
                #expect(!found.contains(.text("")))
                let answer = try reply(found)
                #expect(answer.toolCalls.allSatisfy { !$0.id.isEmpty && !$0.name.isEmpty })
            } catch is InterlockError {
                continue
            }
        }
    }

    @Test(
        "changed frames give a reply or a typed error",
        arguments: [
            "chat-stream", "chat-stream-usage", "chat-tools-stream", "chat-logprobs-stream",
        ])
    func chat(name: String) throws {
        try check(OpenAIChatDialect(flavour: .llamaServer), name, seed: 1)
        try check(OpenAIChatDialect(flavour: .openAI), name, seed: 2)
    }

    @Test("changed events of Responses give a reply or a typed error")
    func responses() throws {
        try check(OpenAIResponsesDialect(flavour: .llamaServer), "responses-stream", seed: 3)
    }
}
