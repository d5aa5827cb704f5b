#if LlamaCpp
import CLlama
import InterlockCore

/// Finds the form in which a model wants conversations.
///
/// ChatML is rendered by Interlock. Of the others llama.cpp recognises the common ones by their marks; it does not
/// interpret templates, so that a model with an unusual one is refused rather than given a wrong form.
enum LlamaCppChatFormat {
    /// The form for a template, or for the name of one that llama.cpp knows; ChatML without one, as llama.cpp has it.
    ///
    /// - Throws: ``InterlockError/Code/modelUnsupported`` if the template is not recognised.
    static func choose(_ template: String?) throws -> ChatFormat {
        guard let template, !isChatML(template) else { return .chatML }
        guard apply(template, [("user", "x")]) != nil else {
            let shown = template.utf8.count < 40 && !template.contains("{") ? " \(template)" : ""
            throw InterlockError(
                .modelUnsupported, "the chat template\(shown) is none of the forms that this build can render",
                hint: "Name one with chat_template, such as chatml or llama3, or send raw text without a template.")
        }
        return .runtime { messages in try render(template, messages) }
    }

    /// Whether a template is ChatML: by llama.cpp's marks, two of which tell forms that only look like it (Phi-4, SmolVLM).
    private static func isChatML(_ template: String) -> Bool {
        template == "chatml"
            || template.contains("<|im_start|>") && !template.contains("<|im_sep|>")
                && !template.contains("<end_of_utterance>")
    }

    /// Renders messages with placeholders for what they say, so that the template's own text can be told from theirs.
    private static func render(
        _ template: String, _ messages: [(role: String, content: String)]
    ) throws -> [PromptPiece] {
        var messages = messages
        var prefix: String?
        if let last = messages.last, last.role == "assistant" {
            prefix = last.content
            messages.removeLast()
        }
        let marked = messages.indices.map { (role: messages[$0].role, content: "\(open)\($0)\(close)") }
        guard let text = apply(template, marked), var pieces = fill(text, messages.map(\.content)) else {
            throw InterlockError(
                .modelUnsupported, "the chat template cannot render this conversation",
                hint: "Some models take no system message, or want user and assistant to take turns.")
        }
        if let prefix { pieces.append(.content(prefix)) }
        return pieces
    }

    /// Around the number of a message: characters that no template looks for and none changes.
    private static let open: Character = "\u{E000}"
    private static let close: Character = "\u{E001}"

    /// Puts what the messages say in the places of a rendered template, in whatever order it has them.
    ///
    /// - Returns: nil if the template leaves out what somebody said.
    private static func fill(_ text: String, _ contents: [String]) -> [PromptPiece]? {
        var pieces: [PromptPiece] = []
        var left = Set(contents.indices)
        var rest = text[...]
        while let start = rest.firstIndex(of: open), let end = rest[start...].firstIndex(of: close),
            let message = Int(rest[rest.index(after: start)..<end]), contents.indices.contains(message)
        {
            pieces.append(.markup(String(rest[..<start])))
            pieces.append(.content(contents[message]))
            left.remove(message)
            rest = rest[rest.index(after: end)...]
        }
        pieces.append(.markup(String(rest)))
        return left.isEmpty ? pieces : nil
    }

    /// Renders messages with llama.cpp; nil if it does not know the template.
    private static func apply(_ template: String, _ messages: [(role: String, content: String)]) -> String? {
        var strings: [UnsafeMutablePointer<CChar>] = []
        defer { for string in strings { string.deallocate() } }
        func copy(_ text: String) -> UnsafePointer<CChar> {
            let bytes = text.utf8CString
            let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            pointer.initialize(from: Array(bytes), count: bytes.count)
            strings.append(pointer)
            return UnsafePointer(pointer)
        }
        let chat = messages.map { llama_chat_message(role: copy($0.role), content: copy($0.content)) }
        var buffer = [CChar](repeating: 0, count: 4096)
        var length = llama_chat_apply_template(template, chat, chat.count, true, &buffer, Int32(buffer.count))
        if length > buffer.count {
            buffer = [CChar](repeating: 0, count: Int(length))
            length = llama_chat_apply_template(template, chat, chat.count, true, &buffer, Int32(buffer.count))
        }
        guard length >= 0, length <= buffer.count else { return nil }
        return String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
#endif
