import InterlockCore
import Testing

/// What was recorded is whole, and shows what makes it worth keeping.
@Suite
struct RecordingTests {
    @Test("every recording is JSON, or events of JSON", arguments: ["llama-server", "litellm"])
    func wellFormed(server: String) throws {
        let names = try Recording.names(of: server)
        #expect(names.count >= 14)
        for name in names {
            let recording = try Recording(name)
            guard recording.isStream else {
                #expect(throws: Never.self, "\(name)") { try JSONValue(parsing: recording.body) }
                continue
            }
            let text = recording.text
            #expect(text.hasSuffix("\n\n"), "\(name)")
            for line in text.split(separator: "\n") where line.hasPrefix("data: ") && line != "data: [DONE]" {
                #expect(throws: Never.self, "\(name)") { try JSONValue(parsing: line.dropFirst(6)) }
            }
        }
    }

    @Test("they hold the oddities that decoders have to bear")
    func oddities() throws {
        // A stream was asked for and a document came. wire: 16
        let messages = try Recording("litellm/messages-stream")
        #expect(!messages.isStream)
        #expect(messages.status == 200)
        // A stream, but with an error's status.
        let responses = try Recording("litellm/responses-stream")
        #expect(responses.isStream)
        #expect(responses.status == 500)
        // An embedding that is a text, though Base64 was not asked for.
        let embeddings = try Recording("litellm/embeddings").json
        #expect(try embeddings.value(at: "/data/0/embedding") == "The capital of France is Paris.")
        // An error's code is a number. wire: 47
        let tooLong = try Recording("llama-server/error-messages-too-long").json
        #expect(try tooLong.value(at: "/error/code") == 400)
        #expect(tooLong["type"] == nil)
        // Events without the numbers that the protocol demands. wire: 55
        let events = try Recording("llama-server/responses-stream").text
        #expect(events.contains(#""type":"response.output_text.delta""#))
        #expect(!events.contains("sequence_number"))
        #expect(!events.contains("output_index"))
        // A tool's call begins without its input.
        let call = try Recording("llama-server/messages-tools-stream").text
        #expect(call.contains(#""type":"tool_use""#))
        #expect(!call.contains(#""input":"#))
    }
}
