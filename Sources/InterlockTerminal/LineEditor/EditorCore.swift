import InterlockCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What one physical line came to.
enum ReadOutcome {
    /// A line, without its line break.
    case line(String)
    /// The end of the input, with the text before it if the last line had no line break.
    case end
    /// Ctrl-C.
    case interrupted(discarded: String)
    /// A signal: the terminal was closed or the process is asked to end.
    case ended
    /// The terminal was closed, as reading from it shows.
    case closed
    case cancelled
    case failed(InputError)
}

/// Reads physical lines; used by the editor's thread only.
protocol LineReader: AnyObject {
    func readLine(prompt: String, request: EditorCore.Request) -> ReadOutcome
    /// Offers an entry to whoever recalls entries.
    func remember(_ entry: String)
    /// Gives the terminal back.
    func finish()
}

/// What other threads tell the one that reads.
final class EditorSignals: Sendable {
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let interrupted = Flags(rawValue: 1)
        static let ended = Flags(rawValue: 2)
        static let resized = Flags(rawValue: 4)
        static let continued = Flags(rawValue: 8)
    }

    let pipe: WakePipe
    private let flags = Atomic<UInt8>(0)

    init(pipe: WakePipe) {
        self.pipe = pipe
    }

    func raise(_ flag: Flags) {
        flags.bitwiseOr(flag.rawValue, ordering: .acquiringAndReleasing)
        pipe.wake()
    }

    /// What was raised since the last call.
    func take() -> Flags {
        Flags(rawValue: flags.exchange(0, ordering: .acquiringAndReleasing))
    }
}

/// The line editor's thread and what it works on.
final class EditorCore: Sendable {
    typealias Continuation = CheckedContinuation<LineEditor.Result, any Error>

    /// One line asked for.
    final class Request: Sendable {
        let prompt: String
        private let cancelled = Atomic<Bool>(false)

        init(prompt: String) {
            self.prompt = prompt
        }

        func cancel() {
            cancelled.store(true, ordering: .releasing)
        }

        var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    }

    private let configuration: LineEditor.Configuration
    private let input: Int32
    private let output: Int32?
    private let isTerminal: Bool
    private let queue = BlockingQueue<(Request, Continuation)>()
    private let signals: EditorSignals?
    private let problem = Locked<HistoryError?>(nil)
    private let isStarted = Locked(false)

    init(configuration: LineEditor.Configuration, input: Int32, output: Int32?, isTerminal: Bool) {
        self.configuration = configuration
        self.input = input
        self.output = output
        self.isTerminal = isTerminal
        signals = WakePipe().map(EditorSignals.init)
    }

    var historyError: HistoryError? { problem.withLock { $0 } }

    func submit(_ request: Request, _ continuation: Continuation) {
        let isRunning = isStarted.withLock { isStarted in
            if !isStarted { isStarted = start() }
            return isStarted
        }
        if !isRunning || !queue.push((request, continuation)) {
            continuation.resume(throwing: CancellationError())
        }
    }

    func wake() {
        signals?.pipe.wake()
    }

    func close() {
        queue.close()
    }

    private func start() -> Bool {
        guard let signals else { return false }
        return DedicatedThread.start(blocking: SignalWatcher.watched) { [self] in
            EditorThread(core: self, signals: signals).run()
        }
    }

    /// The thread's own state: never touched by another.
    private final class EditorThread {
        let core: EditorCore
        let signals: EditorSignals
        let reader: any LineReader
        var history: History
        let file: HistoryFile?
        var hasEnded = false

        init(core: EditorCore, signals: EditorSignals) {
            self.core = core
            self.signals = signals
            let limit = core.configuration.historyLimit
            history = History(limit: limit)
            file = core.isTerminal ? core.configuration.historyFile.map(HistoryFile.init) : nil
            do throws(HistoryError) {
                if let (loaded, problem) = try file?.load(limit: limit) {
                    history = loaded
                    core.problem.withLock { $0 = problem }
                }
            } catch {
                core.problem.withLock { $0 = error }
            }
            reader = Self.makeReader(core: core, signals: signals, history: history)
        }

        static func makeReader(core: EditorCore, signals: EditorSignals, history: History) -> any LineReader {
            #if LineEditing
            if let output = core.output {
                let reader = EditLineReader(
                    input: core.input, output: output, limit: core.configuration.maximumLineBytes,
                    signals: signals, history: history
                )
                if let reader { return reader }
            }
            #endif
            return PlainLineReader(
                input: core.input, output: core.output, isTerminal: core.isTerminal,
                limit: core.configuration.maximumLineBytes, signals: signals
            )
        }

        func run() {
            while let (request, continuation) = core.queue.pop() {
                if request.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    continuation.resume(with: Swift.Result { try answer(request) })
                }
            }
            reader.finish()
        }

        func answer(_ request: Request) throws -> LineEditor.Result {
            guard core.isTerminal else { return try readEntry(request) }
            // What came while nobody was reading is over, except a request to end.
            _ = signals.take()
            let signals = signals
            let handler = Interrupts.addHandler { signal in
                signals.raise(signal == .interrupt ? .interrupted : .ended)
                return .handled
            }
            let observer = Interrupts.addObserver { event in
                signals.raise(event == .resized ? .resized : .continued)
            }
            defer {
                handler.cancel()
                observer.cancel()
            }
            hasEnded = hasEnded || Interrupts.count(of: .hangup) + Interrupts.count(of: .terminate) > 0
            return hasEnded ? .endOfInput : try readEntry(request)
        }

        /// Reads lines until one does not end in a backslash.
        func readEntry(_ request: Request) throws -> LineEditor.Result {
            var text = ""
            var prompt = request.prompt
            while true {
                switch reader.readLine(prompt: prompt, request: request) {
                case .line(let line):
                    if LineContinuation.continues(line) {
                        text += line.dropLast() + "\n"
                        prompt = core.configuration.continuationPrompt
                        continue
                    }
                    text += line
                    remember(text)
                    return .line(text)
                case .end:
                    return text.isEmpty ? .endOfInput : .line(String(text.dropLast()))
                case .closed:
                    Interrupts.noteClosedTerminal()
                    hasEnded = true
                    return .endOfInput
                case .ended:
                    hasEnded = true
                    return .endOfInput
                case .interrupted(let discarded): return .interrupted(discarded: text + discarded)
                case .cancelled: throw CancellationError()
                case .failed(let error): throw error
                }
            }
        }

        func remember(_ entry: String) {
            guard core.isTerminal, history.add(entry) else { return }
            reader.remember(entry)
            do throws(HistoryError) {
                try file?.append(entry)
            } catch {
                core.problem.withLock { $0 = error }
            }
        }
    }
}

/// The rule for lines that go on in the next.
enum LineContinuation {
    /// Whether the line ends in an odd number of backslashes.
    static func continues(_ line: String) -> Bool {
        line.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
    }
}
