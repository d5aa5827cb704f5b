#if LlamaCpp
import CLlama
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Brings llama.cpp's messages, which are global to the process, to the logger of the model that causes them.
///
/// A model is loaded and run by one thread, so the thread tells the model.
enum LlamaCppLog {
    private struct Capture {
        var logger: Logger
        var isVerbose: Bool
        var line = ""
        var level = Logger.Level.debug
        var problems: [String] = []
    }

    private static let captures = Locked<[UInt: Capture]>([:])

    /// Sends the messages of this thread to a logger until ``detach()``.
    static func attach(_ logger: Logger, isVerbose: Bool) {
        captures.withLock { $0[thread] = Capture(logger: logger, isVerbose: isVerbose) }
        llama_log_set({ level, text, _ in LlamaCppLog.take(level, text) }, nil)
    }

    /// Ends what ``attach(_:isVerbose:)`` began.
    static func detach() {
        captures.withLock { $0[thread] = nil }
    }

    /// What llama.cpp complained about on this thread since the last call; the newest last, at most eight.
    static func takeProblems() -> [String] {
        captures.withLock { captures in
            defer { captures[thread]?.problems = [] }
            return captures[thread]?.problems ?? []
        }
    }

    private static var thread: UInt {
        #if canImport(Darwin)
        UInt(bitPattern: pthread_self())
        #else
        UInt(pthread_self())
        #endif
    }

    /// Takes a message, which may be a piece of a line.
    private static func take(_ level: ggml_log_level, _ text: UnsafePointer<CChar>?) {
        guard let text else { return }
        let message = String(cString: text)
        let finished: (Logger, Logger.Level, String)? = captures.withLock { captures in
            guard var capture = captures[thread] else { return nil }
            defer { captures[thread] = capture }
            if level != GGML_LOG_LEVEL_CONT {
                capture.line = ""
                capture.level = Self.level(level, isVerbose: capture.isVerbose)
            }
            capture.line += message
            guard message.utf8.last == UInt8(ascii: "\n") else { return nil }
            let line = String(capture.line.dropLast())
            capture.line = ""
            if level == GGML_LOG_LEVEL_ERROR {
                capture.problems = capture.problems.suffix(7) + [line]
            }
            return (capture.logger, capture.level, line)
        }
        if let (logger, level, line) = finished, !line.isEmpty { logger.log(level: level, line) }
    }

    /// llama.cpp warns of many a thing that is no trouble, and what really fails becomes an error of ours: so everything
    /// is for those who look for a fault, unless they asked for it.
    private static func level(_ level: ggml_log_level, isVerbose: Bool) -> Logger.Level {
        switch level {
        case GGML_LOG_LEVEL_ERROR, GGML_LOG_LEVEL_WARN, GGML_LOG_LEVEL_INFO: isVerbose ? .info : .debug
        default: isVerbose ? .debug : .trace
        }
    }
}
#endif
