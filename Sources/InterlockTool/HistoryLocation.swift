import Interlock

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where the chat's history is kept: `interlock/chat_history` under `$XDG_STATE_HOME`, else under `~/.local/state`.
enum HistoryLocation {
    /// The file's path; its folder is made if need be.
    ///
    /// Nil, with a warning, if there is no place for it.
    static func path(_ context: ToolContext, _ logger: Logger) -> String? {
        let base = context.variable("XDG_STATE_HOME") ?? context.variable("HOME").map { "\($0)/.local/state" }
        guard let base, base.hasPrefix("/") else { return nil }
        let folder = "\(base)/interlock"
        guard makeFolder(folder) else {
            logger.warning("\(folder) cannot be made: what is typed is not kept.")
            return nil
        }
        return "\(folder)/chat_history"
    }

    private static func makeFolder(_ path: String) -> Bool {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/\(component)"
            guard mkdir(partial, 0o700) != 0 else { continue }
            guard errno == EEXIST || errno == EROFS || errno == EACCES else { return false }
        }
        var details = stat()
        return stat(path, &details) == 0 && details.st_mode & S_IFMT == S_IFDIR
    }
}
