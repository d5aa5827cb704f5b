#if LlamaCpp
import CLlama
import InterlockCore

extension Vocabulary {
    /// Reads the vocabulary of a file and nothing else; the file need not have weights.
    ///
    /// - Throws: ``InterlockError/Code/modelLoadFailed`` if llama.cpp cannot read it.
    static func read(path: String) throws(InterlockError) -> Vocabulary {
        _ = LlamaCppModel.backendReady
        var options = llama_model_default_params()
        options.vocab_only = true
        guard let model = llama_model_load_from_file(path, options).flatMap(LlamaCppHandle.init) else {
            throw InterlockError(.modelLoadFailed, "llama.cpp cannot read the vocabulary of \(path)")
        }
        return Vocabulary(model)
    }

    /// Reads the vocabulary of a loaded model.
    ///
    /// - Parameter model: The model; it has to outlive the vocabulary's tokenizer, which holds on to it.
    convenience init(_ model: LlamaCppHandle) {
        let vocabulary = model.vocabulary
        let count = Int(llama_vocab_n_tokens(vocabulary))
        let suppressed = Self.suppressedTokens(vocabulary)
        var buffer = [CChar](repeating: 0, count: 256)
        var tokens: [(bytes: [UInt8], attributes: Attributes)] = []
        tokens.reserveCapacity(count)
        for token in 0..<Token(count) {
            let bytes = Self.bytes(of: token, vocabulary, &buffer)
            tokens.append((bytes, Self.attributes(of: token, vocabulary, isSuppressed: suppressed.contains(token))))
        }
        let first = llama_vocab_bos(vocabulary)
        self.init(
            tokens: tokens,
            beginningOfSequence: first == LLAMA_TOKEN_NULL ? nil : first,
            addsBeginningOfSequence: llama_vocab_get_add_bos(vocabulary),
            tokenizer: LlamaCppTokenizer(model: model)
        )
    }

    /// The bytes of a token, which has to exist: llama.cpp ends the process over one that does not.
    ///
    /// A token that stands for unknown text has none: its name is not what was said.
    private static func bytes(of token: Token, _ vocabulary: OpaquePointer, _ buffer: inout [CChar]) -> [UInt8] {
        let isUnknown = llama_vocab_get_attr(vocabulary, token).rawValue & LLAMA_TOKEN_ATTR_UNKNOWN.rawValue != 0
        var length = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, !isUnknown)
        if length < 0 {
            buffer = [CChar](repeating: 0, count: Int(-length))
            length = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, !isUnknown)
        }
        return buffer[..<max(0, Int(length))].map { UInt8(bitPattern: $0) }
    }

    private static func attributes(
        of token: Token, _ vocabulary: OpaquePointer, isSuppressed: Bool
    ) -> Attributes {
        var attributes: Attributes = isSuppressed ? .suppressed : []
        if llama_vocab_is_control(vocabulary, token) { attributes.insert(.control) }
        if llama_vocab_is_eog(vocabulary, token) { attributes.insert(.endOfGeneration) }
        let flags = llama_vocab_get_attr(vocabulary, token).rawValue
        if flags & LLAMA_TOKEN_ATTR_LSTRIP.rawValue != 0 { attributes.insert(.stripsLeft) }
        if flags & LLAMA_TOKEN_ATTR_RSTRIP.rawValue != 0 { attributes.insert(.stripsRight) }
        return attributes
    }

    private static func suppressedTokens(_ vocabulary: OpaquePointer) -> Set<Token> {
        var count: Int32 = 0
        guard let list = llama_vocab_get_suppress_tokens(vocabulary, &count), count > 0 else { return [] }
        return Set(UnsafeBufferPointer(start: list, count: Int(count)))
    }
}

/// llama.cpp's tokenizer; reading a loaded vocabulary is safe from any thread.
private struct LlamaCppTokenizer: Tokenizer {
    let model: LlamaCppHandle

    func tokenize(_ text: [UInt8]) throws -> [Token] {
        guard text.count < Int32.max else {
            throw InterlockError(
                .contextLengthExceeded, "the prompt has \(text.count) bytes, more than any context holds",
                hint: "Shorten the prompt.")
        }
        var tokens = [Token](repeating: 0, count: text.count / 2 + 16)
        var count = run(text, &tokens)
        if count < 0, count != .min {
            tokens = [Token](repeating: 0, count: Int(-count))
            count = run(text, &tokens)
        }
        guard count >= 0 else {
            throw InterlockError(.invalidInput, "the text of \(text.count) bytes cannot be cut into tokens")
        }
        return Array(tokens[..<Int(count)])
    }

    private func run(_ text: [UInt8], _ tokens: inout [Token]) -> Int32 {
        text.withUnsafeBytes { bytes in
            llama_tokenize(
                model.vocabulary, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                &tokens, Int32(tokens.count), false, false)
        }
    }
}
#endif
