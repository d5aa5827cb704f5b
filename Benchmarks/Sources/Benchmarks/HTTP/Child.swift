#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that is asked by lines on its standard input and answers by lines on its standard output.
///
/// It is to end when its standard input does.
final class Child {
    private let process: pid_t
    private let questions: Int32
    private let answers: UnsafeMutablePointer<FILE>

    /// Starts it; nil where the system will not.
    init?(_ words: [String]) {
        var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&input) == 0, pipe(&output) == 0 else { return nil }
        for end in [input[1], output[0]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        for end in [input[0], output[1]] { posix_spawn_file_actions_addclose(&actions, end) }
        var arguments = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, words[0], &actions, nil, arguments, environ)
        close(input[0])
        close(output[1])
        guard code == 0, let answers = fdopen(output[0], "r") else {
            close(input[1])
            return nil
        }
        self.process = process
        self.answers = answers
        questions = input[1]
    }

    deinit {
        close(questions)
        fclose(answers)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Asks for something; the answer follows by ``line()``.
    func ask(_ question: String) {
        let bytes = Array((question + "\n").utf8)
        _ = write(questions, bytes, bytes.count)
    }

    /// The next line of its output without its end; nil where there is none.
    func line() -> String? {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        let count = getline(&line, &capacity, answers)
        guard count > 0, let line else { return nil }
        return String(cString: line).split(separator: "\n").first.map(String.init)
    }
}
