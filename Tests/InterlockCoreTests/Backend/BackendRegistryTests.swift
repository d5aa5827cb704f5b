import InterlockCore
import InterlockTesting
import Testing

@Suite struct BackendRegistryTests {
    private func scripted(_ name: String) -> BackendRegistry.Factory {
        { _ in ScriptedBackend(name: name) { _, _ in .text("x") } }
    }

    private func sample(allowsTesting: Bool = false) throws -> BackendRegistry {
        var registry = BackendRegistry(allowsTesting: allowsTesting)
        try registry.register(
            .init(name: "llama_cpp", aliases: ["llama.cpp", "gguf"], summary: "GGUF", make: scripted("llama_cpp")))
        try registry.register("own", summary: "an own one", make: scripted("own"))
        try registry.register(
            .init(name: "gone", summary: "left out", unavailable: "Run make setup.", make: scripted("gone")))
        try registry.register(.init(name: "fake", summary: "test", isForTesting: true, make: scripted("fake")))
        return registry
    }

    private func complaint(_ body: () throws -> Void) throws -> InterlockError {
        try #require(throws: InterlockError.self) { try body() }
    }

    @Test(arguments: ["llama_cpp", "llama.cpp", "llama-cpp", "LlamaCpp", "LLAMA_CPP", "gguf", "GGUF"])
    func findsNamesHoweverTheyAreWritten(name: String) throws {
        let registry = try sample()
        #expect(registry.find(name)?.name == "llama_cpp")
        #expect(try registry.make(name, BackendConfiguration()).identity.name == "llama_cpp")
    }

    @Test func keepsTheOrderOfRegistration() throws {
        #expect(try sample().entries.map(\.name) == ["llama_cpp", "own", "gone", "fake"])
        #expect(try sample().find("nowhere") == nil)
    }

    @Test(arguments: ["own", "OWN", "llama-cpp", "ggu_f"])
    func aNameThatIsTakenIsRefused(name: String) throws {
        var registry = try sample()
        let error = try complaint { try registry.register(name, summary: "s", make: scripted("s")) }
        let taken = try #require(registry.find(name))
        #expect(error.code == .invalidConfiguration)
        #expect(
            error.description == """
                the backend name \(name) is taken by \(taken.name) (\(taken.summary))
                hint: Register yours under another name.
                """)
        // An alias is as good as a name.
        let alias = try complaint {
            try registry.register(.init(name: "new", aliases: [name], summary: "s", make: scripted("s")))
        }
        #expect(alias.description == error.description)
        #expect(registry.entries.count == 4, "a refused entry leaves no trace")
        #expect(registry.find("new") == nil)
    }

    @Test func anEmptyNameIsRefused() throws {
        var registry = BackendRegistry()
        let error = try complaint { try registry.register("", summary: "s", make: scripted("s")) }
        #expect(error.code == .invalidConfiguration)
        #expect(error.description == "a backend cannot be registered under an empty name")
    }

    @Test(arguments: [
        ("olama_cpp", "Did you mean llama_cpp? The backends are: llama_cpp, own, gone."),
        ("owm", "Did you mean own? The backends are: llama_cpp, own, gone."),
        ("openai", "The backends are: llama_cpp, own, gone."),
        ("fak", "The backends are: llama_cpp, own, gone."),
    ])
    func anUnknownNameGetsAGuess(name: String, hint: String) throws {
        let error = try complaint { _ = try sample().make(name, BackendConfiguration()) }
        #expect(error.code == .unknownBackend)
        #expect(error.description == "there is no backend \(name)\nhint: \(hint)")
    }

    @Test func whereTestsAreAllowedTheirBackendsAreNamed() throws {
        let error = try complaint { _ = try sample(allowsTesting: true).make("fak", BackendConfiguration()) }
        #expect(error.hint == "Did you mean fake? The backends are: llama_cpp, own, gone, fake.")
    }

    @Test func anEmptyRegistrySaysSo() throws {
        let error = try complaint { _ = try BackendRegistry().make("x", BackendConfiguration()) }
        #expect(error.description == "there is no backend x\nhint: No backend is registered.")
    }

    @Test func aBackendThatWasLeftOutSaysWhatToDo() throws {
        let error = try complaint { _ = try sample().make("gone", BackendConfiguration()) }
        #expect(error.code == .backendNotBuilt)
        #expect(error.description == "this build of Interlock has no gone backend\nhint: Run make setup.")
    }

    // covers: S9
    @Test func aBackendForTestsHasToBeAskedFor() throws {
        let error = try complaint { _ = try sample().make("fake", BackendConfiguration()) }
        #expect(error.code == .backendNotAllowed)
        #expect(
            error.description == """
                the backend fake invents its answers; it is for tests only
                hint: Ask for it explicitly with --allow-scripted.
                """)
        #expect(try sample(allowsTesting: true).make("fake", BackendConfiguration()).identity.name == "fake")
    }

    @Test func whatTheBackendFindsWrongCarriesItsName() throws {
        var registry = BackendRegistry()
        try registry.register("picky", summary: "s") { configuration in
            _ = try configuration.requiredModel("a model")
            throw InterlockError(.modelNotFound, "nowhere", backend: "inner")
        }
        let first = try complaint { _ = try registry.make("picky", BackendConfiguration()) }
        #expect(first.code == .invalidConfiguration)
        #expect(
            first.description == "picky: no model was given\nhint: Name a model, for instance with --model.")
        let empty = try complaint { _ = try registry.make("picky", BackendConfiguration(model: "")) }
        #expect(empty.code == .invalidConfiguration)
        let second = try complaint { _ = try registry.make("PICKY", BackendConfiguration(model: "m")) }
        #expect(second.description == "inner: nowhere")
    }

    @Test func otherErrorsAreLeftAlone() throws {
        struct Other: Error {}
        var registry = BackendRegistry()
        try registry.register("odd", summary: "s") { _ in throw Other() }
        #expect(throws: Other.self) { try registry.make("odd", BackendConfiguration()) }
    }

    @Test func copiesAreIndependent() throws {
        let one = try sample()
        var two = one
        try two.register("more", summary: "s", make: scripted("more"))
        #expect(one.find("more") == nil)
        #expect(two.find("more") != nil)
    }
}
