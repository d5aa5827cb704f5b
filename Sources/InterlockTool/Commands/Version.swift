import Interlock
import InterlockArguments
import InterlockLocal
import InterlockTerminal

/// Prints the version.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version; with --details also what this build is made of.")

    @Flag(help: "Also print what this build is made of.")
    var details = false

    func run() async throws {
        let output = ToolContext.current.output
        try output.write("interlock \(interlockVersion)\n")
        guard details else { return }
        try output.write("llama.cpp  \(LlamaCpp.version ?? "not in this build")\n")
        #if LineEditing
        try output.write("libedit    in this build\n")
        #else
        try output.write("libedit    not in this build\n")
        #endif
        #if DEBUG
        try output.write("build      debug\n")
        #else
        try output.write("build      release\n")
        #endif
    }
}
