import InterlockCore
import InterlockGateway

/// Parses a JSON text.
func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// Translates a chat body that has the least a body has, and these members.
func chat(
    _ members: String = "", policy: GenerationRequest.UnsupportedPolicy = .error
) throws -> ChatRequest {
    let rest = members.isEmpty ? "" : ", \(members)"
    return try ChatRequest(
        json(#"{"model": "m", "messages": [{"role": "user", "content": "Hi"}]\#(rest)}"#), policy: policy)
}

/// Translates messages.
func transcript(_ messages: String) throws -> Transcript {
    let request = try ChatRequest(json(#"{"messages": [\#(messages)]}"#), policy: .error)
    guard case .transcript(let transcript) = request.request.input else { return [] }
    return transcript
}

/// The error that a translation throws.
func failure(_ body: () throws -> Void) -> InterlockError? {
    do {
        try body()
        return nil
    } catch {
        return error as? InterlockError
    }
}
