package import InterlockCore

/// Where the hub's own libraries keep what they downloaded, so that every program on a machine shares it.
///
/// The layout is huggingface_hub's: `models--org--name/` with `blobs/` (contents by hash), `refs/` (revision to commit) and
/// `snapshots/COMMIT/` (file names as links to contents).
package struct HubCache: Sendable, Hashable {
    /// The folder of all repositories.
    package let root: String

    /// Finds the folder: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `XDG_CACHE_HOME/huggingface/hub`, else
    /// `~/.cache/huggingface/hub`.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if none of these is known.
    package init(environment: [String: String]) throws(InterlockError) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("HOME")
        func expanded(_ path: String) -> String {
            guard path.hasPrefix("~/"), let home else { return path }
            return home + path.dropFirst()
        }
        if let folder = variable("HF_HUB_CACHE") ?? variable("HUGGINGFACE_HUB_CACHE") {
            root = expanded(folder)
        } else if let folder = variable("HF_HOME") {
            root = expanded(folder) + "/hub"
        } else if let folder = variable("XDG_CACHE_HOME") {
            root = expanded(folder) + "/huggingface/hub"
        } else if let home {
            root = home + "/.cache/huggingface/hub"
        } else {
            throw InterlockError(
                .invalidConfiguration, "there is no folder for downloads: none of HF_HOME and HOME is set",
                hint: "Set HF_HOME to a folder.")
        }
    }

    /// The folder of one repository.
    package func folder(_ repository: String) -> String {
        root + "/models--" + repository.split(separator: "/").joined(separator: "--")
    }

    /// Where a file's content is.
    package func blob(_ repository: String, _ etag: String) -> String { folder(repository) + "/blobs/" + etag }

    /// Where a revision's commit is noted.
    package func reference(_ repository: String, _ revision: String) -> String {
        folder(repository) + "/refs/" + revision
    }

    /// Where a file of a commit is.
    package func snapshot(_ repository: String, _ commit: String, _ file: String) -> String {
        folder(repository) + "/snapshots/" + commit + "/" + file
    }

    /// The lock that whoever writes a file's content holds.
    package func lock(_ repository: String, _ etag: String) -> String {
        root + "/.locks/models--" + repository.split(separator: "/").joined(separator: "--") + "/" + etag + ".lock"
    }
}
