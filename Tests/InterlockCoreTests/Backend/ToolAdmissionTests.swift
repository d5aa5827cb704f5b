import InterlockCore
import Testing

@Suite struct ToolAdmissionTests {
    private let able = Capabilities(tools: true, parallelToolCalls: true)

    private func request(
        _ names: [String], choice: ToolChoice = .auto, parallel: Bool? = nil,
        unsupported: GenerationRequest.UnsupportedPolicy = .error
    ) -> GenerationRequest {
        GenerationRequest(
            .transcript([.user("x")]), tools: names.map { ToolDefinition(name: $0, parameters: [:]) },
            toolChoice: choice, parallelToolCalls: parallel, unsupported: unsupported)
    }

    private func complaint(_ request: GenerationRequest) throws -> String {
        try #require(throws: InterlockError.self) { _ = try able.admit(request, backend: "b") }.description
    }

    @Test func namesAreThereAndDiffer() throws {
        #expect(try complaint(request([""])) == "tools[0] has no name\nhint: Give every tool a name.")
        #expect(
            try complaint(request(["a", "b", "a"]))
                == "two tools have the name a\nhint: Give every tool its own name.")
    }

    @Test func theChoiceHasToBePossible() throws {
        #expect(
            try complaint(request(["a", "b"], choice: .tool("c")))
                == "tool_choice names the tool c, which is not defined\nhint: The tools are: a, b.")
        #expect(
            try complaint(request([], choice: .required))
                == "tool_choice requires a tool, and there are none\nhint: Define the tools.")
        _ = try able.admit(request(["a"], choice: .tool("a")), backend: "b")
    }

    @Test func whatABackendCannotDoWithToolsIsRefusedOrDropped() throws {
        let limited = Capabilities(tools: true, toolChoices: [.auto])
        let asked = request(["a"], choice: .required, parallel: false)
        let error = try #require(throws: InterlockError.self) { _ = try limited.admit(asked, backend: "b") }
        #expect(
            error.message == "tool_choice required cannot be honoured: b lets the model choose")
        var dropping = asked
        dropping.unsupported = .drop
        let (admitted, drops) = try limited.admit(dropping, backend: "b")
        #expect(drops.map(\.subject) == ["tool_choice required", "parallel_tool_calls"])
        #expect(admitted.toolChoice == .auto)
        #expect(admitted.parallelToolCalls == nil)
        #expect(admitted.tools.count == 1)
    }

    @Test func withoutToolsAtAllNothingOfThemStays() throws {
        let asked = request(["a"], choice: .required, parallel: true, unsupported: .drop)
        let (admitted, drops) = try Capabilities().admit(asked, backend: "b")
        #expect(drops == [Drop(subject: "tools", reason: "b cannot call tools")])
        #expect(admitted.tools.isEmpty)
        #expect(admitted.toolChoice == .auto)
        #expect(admitted.parallelToolCalls == nil)
    }
}
