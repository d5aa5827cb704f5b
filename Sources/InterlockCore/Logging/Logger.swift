/// Writes log messages to a handler, in the shape of swift-log's `Logger`.
///
/// A message is only built when its level is shown. Nothing here writes anywhere by itself: the default handler is
/// silent, and an application (the `interlock` tool among them) passes its own.
public struct Logger: Sendable {
    /// How much a message matters; the names and order of swift-log.
    public enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Every step, every byte.
        case trace
        /// What helps to find a fault.
        case debug
        /// What happens in normal use.
        case info
        /// Normal, but worth a look.
        case notice
        /// Something was not as asked or expected; the work goes on.
        case warning
        /// A request failed.
        case error
        /// The process cannot go on.
        case critical

        private var rank: Int {
            switch self {
            case .trace: 0
            case .debug: 1
            case .info: 2
            case .notice: 3
            case .warning: 4
            case .error: 5
            case .critical: 6
            }
        }

        /// The less important level is the smaller one.
        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    /// Which part of Interlock speaks.
    public var label: String
    /// Messages below this level are not even built.
    public var logLevel: Level
    /// Values added to every message of this logger.
    public var metadata: [String: String]
    private let handler: any LogHandler

    /// Makes a logger that hands its messages to `handler`.
    public init(label: String, logLevel: Level = .info, handler: any LogHandler = SilentLogHandler()) {
        self.label = label
        self.logLevel = logLevel
        self.handler = handler
        metadata = [:]
    }

    /// A logger that writes nothing.
    public static let silent = Logger(label: "silent", logLevel: .critical)

    /// The same logger under another label.
    public func labelled(_ label: String) -> Logger {
        var copy = self
        copy.label = label
        return copy
    }

    /// Logs a message at a level.
    public func log(
        level: Level,
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> [String: String] = [:]
    ) {
        guard level >= logLevel else { return }
        let merged = self.metadata.merging(metadata()) { $1 }
        handler.log(level: level, label: label, message: message(), metadata: merged)
    }

    /// Logs every step, every byte.
    public func trace(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .trace, message(), metadata: metadata())
    }

    /// Logs what helps to find a fault.
    public func debug(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .debug, message(), metadata: metadata())
    }

    /// Logs what happens in normal use.
    public func info(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .info, message(), metadata: metadata())
    }

    /// Logs what is normal, but worth a look.
    public func notice(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .notice, message(), metadata: metadata())
    }

    /// Logs that something was not as asked or expected; the work goes on.
    public func warning(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .warning, message(), metadata: metadata())
    }

    /// Logs that a request failed.
    public func error(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .error, message(), metadata: metadata())
    }

    /// Logs that the process cannot go on.
    public func critical(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .critical, message(), metadata: metadata())
    }
}

/// Where log messages go.
public protocol LogHandler: Sendable {
    /// Takes one message; may be called from any thread.
    func log(level: Logger.Level, label: String, message: String, metadata: [String: String])
}

/// Drops every message.
public struct SilentLogHandler: LogHandler {
    /// Makes the handler.
    public init() {}

    /// Does nothing.
    public func log(level: Logger.Level, label: String, message: String, metadata: [String: String]) {}
}
