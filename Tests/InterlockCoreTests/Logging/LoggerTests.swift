import InterlockCore
import Testing

@Suite struct LoggerTests {
    /// Keeps what it is told.
    private final class Recorder: LogHandler {
        struct Line: Equatable {
            var level: Logger.Level
            var label: String
            var message: String
            var metadata: [String: String]
        }
        let lines = Locked<[Line]>([])

        func log(level: Logger.Level, label: String, message: String, metadata: [String: String]) {
            lines.withLock { $0.append(Line(level: level, label: label, message: message, metadata: metadata)) }
        }
    }

    @Test func theLevelsAreThoseOfSwiftLogInTheirOrder() {
        #expect(
            Logger.Level.allCases.map(\.rawValue) == [
                "trace", "debug", "info", "notice", "warning", "error", "critical",
            ])
        #expect(Logger.Level.allCases == Logger.Level.allCases.sorted())
        #expect(!(Logger.Level.info < .info))
        #expect(Logger.Level(rawValue: "warning") == .warning)
    }

    @Test(arguments: Logger.Level.allCases)
    func onlyMessagesOfTheLevelAndAboveAreShown(level: Logger.Level) {
        let recorder = Recorder()
        let logger = Logger(label: "l", logLevel: level, handler: recorder)
        logger.trace("trace")
        logger.debug("debug")
        logger.info("info")
        logger.notice("notice")
        logger.warning("warning")
        logger.error("error")
        logger.critical("critical")
        let lines = recorder.lines.withLock { $0 }
        #expect(lines.map(\.level) == Logger.Level.allCases.filter { $0 >= level })
        #expect(lines.map(\.message) == lines.map(\.level.rawValue))
        #expect(lines.allSatisfy { $0.label == "l" && $0.metadata.isEmpty })
    }

    @Test func whatIsNotShownIsNotEvenBuilt() {
        let built = Locked(0)
        func text() -> String {
            built.withLock { $0 += 1 }
            return "x"
        }
        let recorder = Recorder()
        let logger = Logger(label: "l", logLevel: .warning, handler: recorder)
        logger.info(text())
        logger.info("x", metadata: ["k": text()])
        logger.log(level: .notice, text(), metadata: ["k": text()])
        Logger.silent.error(text())
        #expect(built.withLock { $0 } == 0)
        logger.error(text())
        #expect(built.withLock { $0 } == 1)
    }

    @Test func metadataOfTheMessageWinsOverThatOfTheLogger() {
        let recorder = Recorder()
        var logger = Logger(label: "l", handler: recorder)
        #expect(logger.logLevel == .info)
        logger.metadata = ["request": "1", "model": "m"]
        logger.info("a")
        logger.info("b", metadata: ["request": "2", "extra": "x"])
        #expect(
            recorder.lines.withLock { $0.map(\.metadata) } == [
                ["request": "1", "model": "m"], ["request": "2", "model": "m", "extra": "x"],
            ])
    }

    @Test func aLabelledLoggerIsTheSameOtherwise() {
        let recorder = Recorder()
        var logger = Logger(label: "a", logLevel: .debug, handler: recorder)
        logger.metadata = ["k": "v"]
        logger.labelled("b").debug("x")
        let line = Recorder.Line(level: .debug, label: "b", message: "x", metadata: ["k": "v"])
        #expect(recorder.lines.withLock { $0 } == [line])
        #expect(logger.label == "a")
    }
}
