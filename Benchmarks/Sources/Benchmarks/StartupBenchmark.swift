import Interlock

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How long `interlock version` takes as a process, beside a process that does nothing.
enum StartupBenchmark {
    static func run() async throws {
        let binary = "../.build/release-cli/release/interlock"
        let candidates = [binary, String(binary.dropFirst(3))]
        guard let tool = candidates.first(where: { access($0, X_OK) == 0 }) else {
            print("skipped: no release binary; `make build` makes it")
            return
        }
        let nothing = access("/bin/true", X_OK) == 0 ? "/bin/true" : "/usr/bin/true"
        var (ours, theirs) = (Rounds(), Rounds())
        for _ in 0..<100 {
            ours.add(await nanoseconds { spawn([tool, "version"]) } / 1e6)
            theirs.add(await nanoseconds { spawn([nothing]) } / 1e6)
        }
        print("interlock version: \(ours.text("ms")) (target: at most 6)")
        print("\(nothing): \(theirs.text("ms")); ratio of the medians \((ours.median / theirs.median).short)")
    }

    /// Runs a program to its end, its output thrown away.
    private static func spawn(_ words: [String]) {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var arguments = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let code = posix_spawn(&child, words[0], &actions, nil, arguments, environ)
        precondition(code == 0, "\(words[0]) cannot be started")
        var status: Int32 = 0
        waitpid(child, &status, 0)
        precondition(status == 0, "\(words[0]) failed")
    }
}
