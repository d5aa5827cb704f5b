import InterlockCore

/// Turns the pieces of a prompt into tokens.
///
/// Control tokens are looked for in markup only. Whatever stands between two of them is cut into tokens as one text, the
/// end of one piece together with the beginning of the next, so that the tokens are those the model was trained on.
struct PromptEncoder {
    let vocabulary: Vocabulary

    /// The tokens of a prompt, with the beginning-of-sequence token if the model wants one.
    ///
    /// - Throws: ``InterlockError`` if a text cannot be cut into tokens.
    func encode(_ pieces: [PromptPiece]) throws -> [Token] {
        var tokens: [Token] = []
        var text: [UInt8] = []
        var stripsNext = false
        for piece in pieces {
            switch piece {
            case .content(let content):
                text += content.utf8
                if !content.isEmpty { stripsNext = false }
            case .markup(let markup):
                for fragment in partition(Array(markup.utf8)) {
                    switch fragment {
                    case .text(let more):
                        text += stripsNext ? Array(more.drop(while: Self.isSpace)) : more
                        stripsNext = false
                    case .token(let token):
                        if vocabulary.attributes(of: token).contains(.stripsLeft) {
                            while let last = text.last, Self.isSpace(last) { text.removeLast() }
                        }
                        tokens += try plain(text)
                        text = []
                        tokens.append(token)
                        stripsNext = vocabulary.attributes(of: token).contains(.stripsRight)
                    }
                }
            }
        }
        tokens += try plain(text)
        if vocabulary.addsBeginningOfSequence, let first = vocabulary.beginningOfSequence, tokens.first != first {
            tokens.insert(first, at: 0)
        }
        return tokens
    }

    private enum Fragment {
        case text([UInt8])
        case token(Token)
    }

    /// Finds the control tokens in markup, the longest at every place.
    private func partition(_ markup: [UInt8]) -> [Fragment] {
        // Few bytes begin a control token, but a vocabulary may have hundreds of them.
        let beginnings = Set(vocabulary.controlTokens.compactMap { vocabulary.bytes(of: $0).first })
        var fragments: [Fragment] = []
        var start = 0
        var index = 0
        while index < markup.count {
            guard beginnings.contains(markup[index]), let token = controlToken(in: markup, at: index) else {
                index += 1
                continue
            }
            if start < index { fragments.append(.text(Array(markup[start..<index]))) }
            fragments.append(.token(token))
            index += vocabulary.bytes(of: token).count
            start = index
        }
        if start < markup.count { fragments.append(.text(Array(markup[start...]))) }
        return fragments
    }

    private func controlToken(in markup: [UInt8], at index: Int) -> Token? {
        vocabulary.controlTokens.first { token in
            let bytes = vocabulary.bytes(of: token)
            return bytes.first == markup[index] && markup[index...].starts(with: bytes)
        }
    }

    /// The tokens of a text that must not hold control tokens.
    private func plain(_ text: [UInt8]) throws -> [Token] {
        guard !text.isEmpty else { return [] }
        let tokens = try vocabulary.tokenize(text)
        let steering: Vocabulary.Attributes = [.control, .endOfGeneration]
        let forbidden = Set(tokens.filter { !vocabulary.attributes(of: $0).isDisjoint(with: steering) })
        guard let first = forbidden.min() else { return tokens }
        // A vocabulary that marks such a token as an ordinary one would let a user's words end the turn: cut inside it,
        // everywhere at once, so that each round gets rid of a token for good.
        let parts = Self.cut(text, inside: forbidden.map { vocabulary.bytes(of: $0) })
        guard parts.count > 1 else {
            throw InterlockError(
                .modelUnsupported, "the model's vocabulary turns plain text into the control token \(first)",
                hint: "The model file is damaged or was converted wrongly.")
        }
        return try parts.flatMap { try plain($0) }
    }

    /// Cuts a text after the first byte of every occurrence of some words.
    private static func cut(_ text: [UInt8], inside words: [ArraySlice<UInt8>]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var start = 0
        for index in text.indices.dropLast() {
            guard words.contains(where: { $0.count > 1 && text[index...].starts(with: $0) }) else { continue }
            parts.append(Array(text[start...index]))
            start = index + 1
        }
        return parts + [Array(text[start...])]
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
