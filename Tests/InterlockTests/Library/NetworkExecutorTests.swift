import Interlock
import InterlockTesting
import Testing

@Suite struct NetworkExecutorTests {
    @Test("a task that prefers the network's executor gets the same answer")
    func generates() async throws {
        let server = try FaultServer()
        let model = try BackendRegistry.builtIn.make(
            "openai_compatible",
            BackendConfiguration(model: "demo-model", parameters: ["base_url": .string(server.url)]))
        let task = Task(executorPreference: NetworkExecutor.shared) { try await model.generate("Hello!").content }
        #expect(try await task.value == "You said: Hello!")
    }
}
