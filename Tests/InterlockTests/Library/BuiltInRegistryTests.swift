import Interlock
import InterlockTesting
import Testing

@Suite struct BuiltInRegistryTests {
    @Test func hasLlamaCppUnderItsUsualNames() throws {
        let entry = try #require(BackendRegistry.builtIn.find("llama_cpp"))
        #expect(entry.name == "llama_cpp")
        #expect(!entry.isForTesting)
        #expect(BackendRegistry.builtIn.find("llama.cpp")?.name == "llama_cpp")
        #expect(BackendRegistry.builtIn.find("llama-cpp")?.name == "llama_cpp")
        #if LlamaCpp
        #expect(entry.unavailable == nil)
        #else
        #expect(entry.unavailable != nil)
        #endif
    }

    // covers: S9
    @Test func hasNothingThatInventsAnswers() {
        #expect(!BackendRegistry.builtIn.allowsTesting)
        #expect(BackendRegistry.builtIn.entries.allSatisfy { !$0.isForTesting })
        #expect(BackendRegistry.builtIn.find("scripted") == nil)
        #expect(BackendRegistry.builtIn.find("mock") == nil)
    }

    @Test func anApplicationAddsItsOwnWithoutChangingTheOthers() throws {
        var registry = BackendRegistry.builtIn
        registry.allowsTesting = true
        try registry.register(ScriptedBackend.registryEntry)
        let model = try registry.make("mock", model: "m", parameters: ["reply": "x"])
        #expect(model.identity == BackendIdentity(name: "scripted", model: "m"))
        #expect(BackendRegistry.builtIn.find("mock") == nil)
        let error = #expect(throws: InterlockError.self) { try registry.make("lama_cpp") }
        #expect(error?.hint?.hasPrefix("Did you mean llama_cpp? ") == true)
    }
}
