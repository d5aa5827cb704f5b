#if LineEditing
import CEdit

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines edited with libedit.
///
/// libedit asks for characters through a function of ours, which waits for the terminal and for ``EditorSignals``
/// together. So no signal has to reach this thread and no system call has to be interrupted: what wants to end the line
/// wakes the pipe. It also means that bytes that are not UTF-8 are seen here and not dropped by libedit.
final class EditLineReader: LineReader {
    private let input: Int32
    private let output: Int32
    private let locale = ThreadLocale()
    private let limit: Int
    private let signals: EditorSignals
    private let source: ByteSource
    private let editor: OpaquePointer
    private let history: OpaquePointer
    private let files: [UnsafeMutablePointer<FILE>]
    private var promptText: UnsafeMutableBufferPointer<wchar_t>
    private var decoder = UTF8Decoder()
    private var request: EditorCore.Request?
    /// Why the line is being given up; nil while it is edited.
    private var outcome: ReadOutcome?

    /// Nil when the terminal cannot move its cursor or the system has no memory or descriptor to give.
    init?(input: Int32, output: Int32, limit: Int, signals: EditorSignals, history entries: History) {
        guard TerminalCapabilities.current().movesCursor else { return nil }
        // libedit puts modes of its own already when it is made.
        TerminalModes.remember(input: input, output: output)
        defer {
            TerminalModes.restore()
            TerminalModes.forget()
        }
        // Streams of its own, which nobody else's output waits in; errors (an unknown TERM) would garble the prompt.
        let files = [Self.stream(dup(input), "r"), Self.stream(dup(output), "w"), fopen("/dev/null", "w")]
        guard let reads = files[0], let writes = files[1], let errors = files[2],
            let editor = el_init_fd("interlock", reads, writes, errors, input, output, fileno(errors)),
            let history = history_winit()
        else {
            for case let file? in files { fclose(file) }
            return nil
        }
        self.input = input
        self.output = output
        self.limit = limit
        self.signals = signals
        self.editor = editor
        self.history = history
        self.files = [reads, writes, errors]
        source = ByteSource(descriptor: input, wake: signals.pipe)
        promptText = .allocate(capacity: 1)
        promptText.initialize(repeating: wchar_t(0))
        configure(entries)
    }

    private static func stream(_ descriptor: Int32, _ mode: String) -> UnsafeMutablePointer<FILE>? {
        guard descriptor >= 0 else { return nil }
        Descriptors.closeOnExec(descriptor)
        guard let file = fdopen(descriptor, mode) else {
            close(descriptor)
            return nil
        }
        return file
    }

    private func configure(_ entries: History) {
        interlock_el_set_client(editor, Unmanaged.passUnretained(self).toOpaque())
        interlock_el_set_basics(editor)
        interlock_history_set_size(history, Int32(clamping: entries.limit))
        interlock_el_set_history(editor, history)
        for entry in entries.entries { remember(entry) }
        interlock_el_bind_common(editor)
        // After our habits, so that a person's own come first; before what must work whatever they bind.
        el_source(editor, nil)
        interlock_el_add_functions(editor, Self.onPaste, Self.onInterrupt)
        interlock_el_set_prompt(editor, Self.onPrompt, Int32(Prompt.mark.value))
        interlock_el_set_read(editor, Self.onRead)
    }

    func finish() {
        el_end(editor)
        history_wend(history)
        for file in files { fclose(file) }
        promptText.deallocate()
    }

    func remember(_ entry: String) {
        let text = wide(entry.unicodeScalars)
        defer { text.deallocate() }
        guard let address = text.baseAddress else { return }
        interlock_history_enter(history, address)
    }

    func readLine(prompt: String, request: EditorCore.Request) -> ReadOutcome {
        promptText.deallocate()
        promptText = wide(Prompt(prompt).marked)
        self.request = request
        defer { self.request = nil }
        outcome = nil
        decoder = UTF8Decoder()
        TerminalModes.remember(input: input, output: output)
        // Before the prompt: libedit itself does it after, and what a person types in between would be echoed twice.
        interlock_el_prepare_terminal(editor, 1)
        TerminalModes.write(TerminalModes.bracketedPasteOn, to: output)
        var count: Int32 = 0
        let text = el_wgets(editor, &count)
        // Ctrl-D; or libedit could not set the modes, which it reports as an end.
        if outcome == nil, text == nil { outcome = source.isHungUp ? .closed : .end }
        TerminalModes.restore()
        TerminalModes.forget()
        if let outcome { return finished(outcome) }
        return line(UnsafeBufferPointer(start: text, count: Int(count)))
    }

    private func finished(_ outcome: ReadOutcome) -> ReadOutcome {
        switch outcome {
        case .interrupted:
            source.discardPending()
            TerminalModes.write("^C\n", to: output)
            return .interrupted(discarded: Self.string(currentLine()))
        case .end, .cancelled, .failed, .ended, .closed:
            TerminalModes.write("\n", to: output)
            return outcome
        case .line:
            return outcome
        }
    }

    private func line(_ scalars: UnsafeBufferPointer<wchar_t>) -> ReadOutcome {
        var text = Self.string(scalars)
        if text.unicodeScalars.last == "\n" { text.unicodeScalars.removeLast() }
        if text.unicodeScalars.last == "\r" { text.unicodeScalars.removeLast() }
        guard text.utf8.count <= limit else { return .failed(InputError(.tooLarge(limit: limit), in: .terminal)) }
        return .line(text)
    }

    private func currentLine() -> UnsafeBufferPointer<wchar_t> {
        guard let info = el_wline(editor)?.pointee, let start = info.buffer, let end = info.lastchar else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: start, count: end - start)
    }

    // MARK: - What libedit calls

    private static func reader(_ editor: OpaquePointer) -> EditLineReader? {
        interlock_el_client(editor).map { Unmanaged<EditLineReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let onPrompt: @convention(c) (OpaquePointer) -> UnsafeMutablePointer<wchar_t>? = { editor in
        reader(editor)?.promptText.baseAddress
    }

    private static let onRead: @convention(c) (OpaquePointer, UnsafeMutablePointer<wchar_t>) -> Int32 = {
        editor, character in
        guard let reader = reader(editor), let value = reader.nextCharacter() else {
            character.pointee = wchar_t(0)
            return -1
        }
        character.pointee = value
        return 1
    }

    private static let onInterrupt: @convention(c) (OpaquePointer, wint_t) -> UInt8 = { editor, _ in
        guard let reader = reader(editor) else { return UInt8(CC_NORM) }
        // Also for a Ctrl-C that the terminal delivers as a character and not as a signal.
        if reader.outcome == nil { reader.outcome = .interrupted(discarded: "") }
        reader.moveToEnd()
        return UInt8(CC_CURSOR)
    }

    private static let onPaste: @convention(c) (OpaquePointer, wint_t) -> UInt8 = { editor, _ in
        guard let reader = reader(editor), let text = reader.readPaste() else { return UInt8(CC_NORM) }
        guard !text.isEmpty else { return UInt8(CC_NORM) }
        let inserted = reader.wide(text)
        defer { inserted.deallocate() }
        guard let address = inserted.baseAddress, el_winsertstr(editor, address) == 0 else { return UInt8(CC_ERROR) }
        return UInt8(CC_REFRESH)
    }

    /// Behind the last character, so that what is written next does not stand in the middle of the text.
    private func moveToEnd() {
        guard let info = el_wline(editor)?.pointee, let cursor = info.cursor, let end = info.lastchar else { return }
        _ = el_cursor(editor, Int32(clamping: end - cursor))
    }

    /// The next character; nil when the line is given up, with `outcome` saying why.
    private func nextCharacter() -> wchar_t? {
        // Ctrl-C was delivered as a character before; now the line ends.
        if outcome != nil { return nil }
        switch nextScalar() {
        case .some(let scalar): return wchar_t(scalar.value)
        case .none:
            guard case .interrupted = outcome else { return nil }
            // Bound to `onInterrupt`, which puts the cursor behind the text first.
            return wchar_t(3)
        }
    }

    private func nextScalar() -> Unicode.Scalar? {
        while outcome == nil {
            switch source.next() {
            case .byte(let byte):
                switch decoder.feed(byte) {
                case .scalar(let scalar): return scalar
                case .more: continue
                case .invalid:
                    source.discardPending()
                    outcome = .failed(InputError(.typedInvalidUTF8(byte: byte), in: .terminal))
                }
            case .end: outcome = .closed
            case .failed(let code): outcome = .failed(InputError(.failed(code: code), in: .terminal))
            case .woken: woken()
            }
        }
        return nil
    }

    private func woken() {
        let flags = signals.take()
        if request?.isCancelled == true {
            outcome = .cancelled
        } else if flags.contains(.ended) {
            outcome = .ended
        } else if flags.contains(.interrupted) {
            outcome = .interrupted(discarded: "")
        } else if flags.contains(.continued) {
            // The shell had the terminal in between and libedit does not know.
            interlock_el_prepare_terminal(editor, 0)
            interlock_el_prepare_terminal(editor, 1)
            TerminalModes.write(TerminalModes.bracketedPasteOn, to: output)
            redraw()
        } else if flags.contains(.resized) {
            el_resize(editor)
            redraw()
        }
    }

    private func redraw() {
        TerminalModes.write("\r\u{1B}[J", to: output)
        interlock_el_refresh(editor)
    }

    /// The text of a bracketed paste up to its end mark, with line breaks as `\n` and without other control characters
    /// but tabs; nil when the line is given up.
    private func readPaste() -> [Unicode.Scalar]? {
        let mark: [Unicode.Scalar] = ["\u{1B}", "[", "2", "0", "1", "~"]
        var text: [Unicode.Scalar] = []
        while let scalar = nextScalar() {
            text.append(scalar)
            if scalar == "~", text.suffix(mark.count).elementsEqual(mark) {
                text.removeLast(mark.count)
                return Self.cleaned(text)
            }
            if text.count > limit { outcome = .failed(InputError(.tooLarge(limit: limit), in: .terminal)) }
        }
        return nil
    }

    private static func cleaned(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        for scalar in text {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r": result.append("\n")
            case "\t": result.append(scalar)
            default:
                if scalar.properties.generalCategory != .control { result.append(scalar) }
            }
            previous = scalar
        }
        return result
    }

    // MARK: - Wide characters

    /// The scalars followed by a zero; the caller frees them.
    private func wide(_ scalars: some Collection<Unicode.Scalar>) -> UnsafeMutableBufferPointer<wchar_t> {
        let buffer = UnsafeMutableBufferPointer<wchar_t>.allocate(capacity: scalars.count + 1)
        _ = buffer.initialize(from: scalars.lazy.map { wchar_t($0.value) })
        buffer[scalars.count] = wchar_t(0)
        return buffer
    }

    private static func string(_ characters: UnsafeBufferPointer<wchar_t>) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: characters.lazy.map { Unicode.Scalar(UInt32($0)) ?? "\u{FFFD}" })
        return String(result)
    }
}

/// The character set of a thread: libedit asks the locale how wide a character is and how it is written.
///
/// Made and freed by the thread that it is for.
private final class ThreadLocale {
    private let previous = uselocale(nil)
    private var locale: locale_t?

    /// UTF-8 for the calling thread, by the user's locale if that is UTF-8, else by a plain one.
    ///
    /// A thread's locale and not the process's: `setlocale` while other threads use the locale is not safe.
    init() {
        for name in ["", "C.UTF-8", "C.utf8", "en_US.UTF-8"] {
            guard let locale = newlocale(LC_CTYPE_MASK, name, nil) else { continue }
            if let charset = nl_langinfo_l(nl_item(CODESET), locale), String(cString: charset) == "UTF-8" {
                uselocale(locale)
                self.locale = locale
                return
            }
            freelocale(locale)
        }
    }

    deinit {
        guard let locale else { return }
        uselocale(previous)
        freelocale(locale)
    }
}
#endif
