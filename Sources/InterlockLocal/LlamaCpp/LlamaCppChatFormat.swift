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
        guard let template, template != "chatml", !template.contains("<|im_start|>") else { return .chatML }
        guard apply(template, [("user", "x")]) != nil else {
            let shown = template.utf8.count < 40 && !template.contains("{") ? " \(template)" : ""
            throw InterlockError(
                .modelUnsupported, "the chat template\(shown) is none of the forms that this build can render",
                hint: "Name one with chat_template, such as chatml or llama3, or send raw text without a template.")
        }
        return .runtime { messages in try render(template, messages) }
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
        let marked = messages.enumerated().map { (role: $1.role, content: placeholder($0)) }
        guard let text = apply(template, marked) else {
            throw InterlockError(
                .modelUnsupported, "the chat template cannot render this conversation",
                hint: "Some models take no system message, or want user and assistant to take turns.")
        }
        var pieces: [PromptPiece] = []
        var rest = text[...]
        for (index, message) in messages.enumerated() {
            guard let place = rest.firstRange(of: placeholder(index)) else { continue }
            pieces.append(.markup(String(rest[..<place.lowerBound])))
            pieces.append(.content(message.content))
            rest = rest[place.upperBound...]
        }
        pieces.append(.markup(String(rest)))
        if let prefix { pieces.append(.content(prefix)) }
        return pieces
    }

    /// A text that no template looks for and none changes.
    private static func placeholder(_ index: Int) -> String { "\u{E000}\(index)\u{E001}" }

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
