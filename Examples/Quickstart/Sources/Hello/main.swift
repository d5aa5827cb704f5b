// snippet: hello
import Interlock

let model = try BackendRegistry.builtIn.make("llama_cpp", model: "Models/demo/demo-q8_0.gguf")
let reply = try await model.generate("What is the capital of France?")
print(reply.content)

let session = LanguageModelSession(model: model, instructions: "Answer briefly.")
for try await snapshot in session.streamResponse(to: "What is the capital of Japan?") {
    print(snapshot.delta, terminator: "")
}
// end snippet
print()
await model.unload()
