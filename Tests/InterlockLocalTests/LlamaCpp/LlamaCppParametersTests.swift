// covers: G7
import InterlockCore
import Testing

@testable import InterlockLocal

@Suite("llama.cpp: parameters")
struct LlamaCppParametersTests {
    @Test("every parameter by llama.cpp's own name")
    func names() throws {
        let parameters = try LlamaCppParameters([
            "n_ctx": 2048, "n_batch": 64, "n_threads": 3, "n_gpu_layers": -1, "use_mmap": false, "use_mlock": true,
            "seed": 42, "verbose": true, "chat_template": "llama3",
        ])
        let expected = LlamaCppParameters(
            contextLength: 2048, batchSize: 64, threads: 3, gpuLayers: -1, usesMmap: false, usesMlock: true, seed: 42,
            isVerbose: true, chatTemplate: "llama3")
        #expect(parameters == expected)
        #expect(try LlamaCppParameters([:]) == LlamaCppParameters())
        #expect(try LlamaCppParameters(["n_ctx": nil, "seed": -1]) == LlamaCppParameters())
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let parameters: JSONObject
        let message: String
        var testDescription: String { message }
    }

    static let wrongCases = [
        Wrong(parameters: ["n_ctx": -1], message: "n_ctx is -1; it must be between 0 and 1073741824"),
        Wrong(parameters: ["n_ctx": "many"], message: #"n_ctx is "many"; it must be a whole number"#),
        Wrong(parameters: ["n_batch": 0], message: "n_batch is 0; it must be between 1 and 1048576"),
        Wrong(parameters: ["n_threads": 0], message: "n_threads is 0; it must be between 1 and 512"),
        Wrong(parameters: ["n_gpu_layers": -2], message: "n_gpu_layers is -2; it must be between -1 and 1048576"),
        Wrong(parameters: ["use_mmap": 1], message: "use_mmap is 1; it must be true or false"),
        Wrong(parameters: ["use_mlock": "no"], message: #"use_mlock is "no"; it must be true or false"#),
        Wrong(parameters: ["seed": -2], message: "seed is -2; it must be at least -1"),
        Wrong(parameters: ["chat_template": 3], message: "chat_template is 3; it must be a text"),
        Wrong(
            parameters: ["n_gpu_layer": 3],
            message: """
                there is no parameter n_gpu_layer
                hint: Did you mean n_gpu_layers? The parameters are: chat_template, n_batch, n_ctx, n_gpu_layers, n_threads, \
                seed, use_mlock, use_mmap, verbose.
                """),
    ]

    @Test("what is wrong is named, whole", arguments: wrongCases)
    func wrong(_ wrong: Wrong) throws {
        let error = try #require(throws: InterlockError.self) { try LlamaCppParameters(wrong.parameters) }
        #expect(error.code == .invalidConfiguration)
        #expect(error.description == wrong.message)
    }

    @Test("the registry's entry makes a backend of a path, or says why not")
    func registry() throws {
        var registry = BackendRegistry()
        try registry.register(LlamaCpp.registryEntry)
        for name in ["llama_cpp", "llama.cpp", "llamacpp", "gguf"] { #expect(registry.find(name) != nil) }
        let error = try #require(throws: InterlockError.self) {
            _ = try registry.make("llama_cpp", BackendConfiguration())
        }
        guard LlamaCpp.isAvailable else {
            #expect(error.code == .backendNotBuilt)
            return
        }
        #expect(
            error.description == "llama_cpp: no model was given\nhint: Name a GGUF file, for instance with --model.")
        let backend = try registry.make(
            "gguf", BackendConfiguration(model: "somewhere.gguf", parameters: ["n_ctx": 64]))
        #expect(backend.identity == BackendIdentity(name: "llama_cpp", model: "somewhere.gguf"))
    }
}
