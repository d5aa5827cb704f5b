import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs scripts as a reader of the pages would.
enum Shell {
    /// The folder of the built tool; nil where it does not lie beside the tests.
    static let toolFolder: String? = (try? Child.path(of: "interlock")).map { path in
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// Runs a script of `sh` in a new folder that has the demo model where the checkout has it, with the tool in the
    /// path, a home of its own and none of our settings.
    static func run(_ script: String) throws -> ProcessRun {
        let folder = try TemporaryFolder()
        // The file, not the folder, is linked: whoever removes the link must not find the models behind it.
        for name in ["Models", "Models/demo"] { mkdir(folder.path(name), 0o700) }
        let model = "Models/demo/demo-q8_0.gguf"
        symlink("\(Files.root)/\(model)", folder.path(model))

        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        var environment = [
            "PATH": "\(toolFolder ?? ""):\(path)", "HOME": folder.path(""), "GGML_NO_BACKTRACE": "1", "LANG": "C.UTF-8",
        ]
        for name in ["LD_LIBRARY_PATH", "TSAN_OPTIONS", "ASAN_OPTIONS", "LSAN_OPTIONS"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        return try ProcessRun(
            path: "/bin/sh", ["-ec", "cd '\(folder.path(""))' || exit 99\n\(script)\n"], environment: environment)
    }
}
