package import InterlockCore

/// What is the same in every piece of an answer.
package struct AnswerHead: Sendable {
    /// The answer's id.
    package var id: String
    /// When it was begun, in seconds of the Unix epoch.
    package var created: Int64
    /// The name by which the client asked for the model.
    package var model: String

    /// Makes a head.
    package init(id: String, created: Int64, model: String) {
        self.id = id
        self.created = created
        self.model = model
    }
}

/// A whole answer as `POST /v1/chat/completions` gives it.
package enum ChatReply {
    /// The body of the response.
    package static func body(_ reply: Reply, _ head: AnswerHead, wantsLogprobs: Bool) -> JSONValue {
        var message: JSONObject = [
            "role": "assistant",
            "content": reply.content.isEmpty && (!reply.toolCalls.isEmpty || reply.refusal != nil)
                ? .null : .string(reply.content),
            "refusal": reply.refusal.map(JSONValue.string) ?? .null,
        ]
        let thoughts = reply.reasoning.map(\.text).filter { !$0.isEmpty }
        if !thoughts.isEmpty { message["reasoning_content"] = .string(thoughts.joined(separator: "\n\n")) }
        if !reply.toolCalls.isEmpty {
            message["tool_calls"] = .array(
                reply.toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                })
        }
        let choice: JSONValue = [
            "index": 0, "message": .object(message),
            "logprobs": wantsLogprobs ? OpenAIForm.logprobs(reply.logprobs) : .null,
            "finish_reason": .string(
                OpenAIForm.finish(reply.finishReason, hasRefusalText: reply.refusal != nil)),
        ]
        var body: JSONObject = [
            "id": .string(head.id), "object": "chat.completion", "created": JSONValue(head.created),
            "model": .string(head.model), "choices": [choice],
        ]
        body["usage"] = OpenAIForm.usage(reply.usage)
        body["service_tier"] = OpenAIForm.serviceTier(reply.serviceTier)
        return .object(body)
    }
}
