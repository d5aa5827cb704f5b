public import Interlock
import InterlockArguments
import InterlockTerminal
import InterlockTesting

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The command-line tool `interlock`, as a library: a package with backends of its own ships the same tool with them.
///
/// ```swift
/// @main
/// enum Main {
///     static func main() async throws {
///         var backends = BackendRegistry.builtIn
///         try backends.register("parrot", summary: "repeats what it hears") { _ in Parrot() }
///         await InterlockTool.main(name: "parrot", backends: backends)
///     }
/// }
/// ```
public enum InterlockTool {
    /// Runs the command that this process's arguments name, and ends the process.
    ///
    /// - Parameters:
    ///   - name: What the tool is called in its help and messages.
    ///   - backends: The backends that `--backend` can name; the scripted backend is added to them.
    public static func main(name: String = "interlock", backends: BackendRegistry = .builtIn) async {
        Interrupts.install()
        let code = await run(
            Array(CommandLine.arguments.dropFirst()), name: name, backends: backends,
            environment: ProcessEnvironment.variables())
        try? FileOutput.standardOutput.flush()
        exit(code)
    }

    /// Runs the command that some arguments name.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the tool's name.
    ///   - name: What the tool is called in its help and messages.
    ///   - backends: The backends that `--backend` can name; the scripted backend is added to them.
    ///   - environment: The environment variables.
    /// - Returns: The exit code: 0, or what `interlock help` documents.
    public static func run(
        _ arguments: [String], name: String = "interlock", backends: BackendRegistry = .builtIn,
        environment: [String: String]
    ) async -> Int32 {
        var backends = backends
        // Fails only if the caller has registered it, which is then what is wanted.
        try? backends.register(ScriptedBackend.registryEntry)
        let context = ToolContext(name: name, backends: backends, environment: environment)
        return await ToolContext.$current.withValue(context) {
            await Root.run(arguments: arguments).rawValue
        }
    }
}
