/// The backends that can be asked for by name.
///
/// A value: an application starts from the built-in ones, registers its own, and passes the result on.
public struct BackendRegistry: Sendable {
    /// Makes a backend from a configuration.
    public typealias Factory = @Sendable (BackendConfiguration) throws -> any Backend

    /// One registered backend.
    public struct Entry: Sendable {
        /// The name that it is asked for by.
        public var name: String
        /// Other names for it.
        public var aliases: [String]
        /// What it is, in one line.
        public var summary: String
        /// Why this build cannot use it and what to do about it, or nil if it can.
        public var unavailable: String?
        /// Whether it exists for tests and must be asked for explicitly.
        public var isForTesting: Bool
        /// Makes it.
        public var make: Factory

        /// Makes an entry.
        public init(
            name: String,
            aliases: [String] = [],
            summary: String,
            unavailable: String? = nil,
            isForTesting: Bool = false,
            make: @escaping Factory
        ) {
            self.name = name
            self.aliases = aliases
            self.summary = summary
            self.unavailable = unavailable
            self.isForTesting = isForTesting
            self.make = make
        }
    }

    /// The registered backends, in the order in which they were registered.
    public private(set) var entries: [Entry]
    /// Whether backends that exist for tests may be made.
    public var allowsTesting: Bool

    /// Makes a registry without backends.
    public init(allowsTesting: Bool = false) {
        entries = []
        self.allowsTesting = allowsTesting
    }

    /// Registers a backend.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if the name or an alias is empty or taken.
    public mutating func register(_ entry: Entry) throws(InterlockError) {
        for name in [entry.name] + entry.aliases {
            guard !name.isEmpty else {
                throw InterlockError(.invalidConfiguration, "a backend cannot be registered under an empty name")
            }
            if let taken = find(name) {
                throw InterlockError(
                    .invalidConfiguration, "the backend name \(name) is taken by \(taken.name) (\(taken.summary))",
                    hint: "Register yours under another name.")
            }
        }
        entries.append(entry)
    }

    /// Registers a backend under a name.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if the name is empty or taken.
    public mutating func register(
        _ name: String, summary: String, make: @escaping Factory
    ) throws(InterlockError) {
        try register(Entry(name: name, summary: summary, make: make))
    }

    /// The entry for a name or alias; letter case and the difference between `-`, `_` and `.` do not matter.
    public func find(_ name: String) -> Entry? {
        let wanted = Self.normalised(name)
        return entries.first { entry in
            ([entry.name] + entry.aliases).contains { Self.normalised($0) == wanted }
        }
    }

    /// Makes the backend of that name.
    ///
    /// - Throws: ``InterlockError/Code/unknownBackend``, ``InterlockError/Code/backendNotBuilt``,
    ///   ``InterlockError/Code/backendNotAllowed``, or what the backend itself finds wrong with the configuration.
    public func make(_ name: String, _ configuration: BackendConfiguration) throws -> any Backend {
        guard let entry = find(name) else {
            let visible = entries.filter { !$0.isForTesting || allowsTesting }.map(\.name)
            let guess = EditDistance.closest(to: name, among: visible).map { "Did you mean \($0)? " } ?? ""
            throw InterlockError(
                .unknownBackend, "there is no backend \(name)",
                hint: visible.isEmpty
                    ? "No backend is registered." : "\(guess)The backends are: \(visible.joined(separator: ", ")).")
        }
        if let reason = entry.unavailable {
            throw InterlockError(
                .backendNotBuilt, "this build of Interlock has no \(entry.name) backend", hint: reason)
        }
        if entry.isForTesting, !allowsTesting {
            throw InterlockError(
                .backendNotAllowed, "the backend \(entry.name) invents its answers; it is for tests only",
                hint: "Ask for it explicitly with --allow-scripted.")
        }
        do {
            return try entry.make(configuration)
        } catch let error as InterlockError {
            throw error.attributed(to: entry.name)
        }
    }

    private static func normalised(_ name: String) -> String {
        name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." }
    }
}
