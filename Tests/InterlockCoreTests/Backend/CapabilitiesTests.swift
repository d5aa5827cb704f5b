import InterlockCore
import Testing

@Suite struct CapabilitiesTests {
    private typealias Name = GenerationOptions.Name

    /// Every option set to a valid value.
    private static let allOptions = GenerationOptions(
        maximumResponseTokens: 1, temperature: 0.5, topP: 0.25, topK: 3, minP: 0.125, typicalP: 0.75,
        repetitionPenalty: 1.5, presencePenalty: -1, frequencyPenalty: 2, seed: 4, stopSequences: ["a"],
        logitBias: [10: -100], logprobs: 4, reasoningEffort: .low, reasoningBudget: 1, metadata: ["a": "b"],
        serviceTier: "flex",
        user: "u")

    private func request(
        _ transcript: Transcript = [.user("x")], _ change: (inout GenerationRequest) -> Void = { _ in }
    ) -> GenerationRequest {
        var request = GenerationRequest(transcript)
        change(&request)
        return request
    }

    private func complaint(_ capabilities: Capabilities, _ request: GenerationRequest) throws -> InterlockError {
        try #require(throws: InterlockError.self) { _ = try capabilities.admit(request, backend: "b") }
    }

    @Test func whatIsHonouredPassesUnchanged() throws {
        let capabilities = Capabilities(options: Set(Name.allCases))
        let (admitted, drops) = try capabilities.admit(request { $0.options = Self.allOptions }, backend: "b")
        #expect(admitted.options == Self.allOptions)
        #expect(drops.isEmpty)
    }

    @Test(arguments: GenerationOptions.Name.allCases)
    func everyOptionIsRefusedOrDropped(name: GenerationOptions.Name) throws {
        let capabilities = Capabilities(options: Set(Name.allCases).subtracting([name]))
        var request = request { $0.options = Self.allOptions }
        let error = try complaint(capabilities, request)
        #expect(error.code == .unsupported)
        #expect(
            error.description == """
                \(name.rawValue) cannot be honoured: b has no such option
                hint: Leave it out, choose another backend, or ask for what is unsupported to be dropped.
                """)
        request.unsupported = .drop
        let (admitted, drops) = try capabilities.admit(request, backend: "b")
        var rest = Self.allOptions
        rest.remove(name)
        #expect(admitted.options == rest)
        #expect(drops == [Drop(subject: name.rawValue, reason: "b has no such option")])
    }

    @Test func severalDropsAreAllReported() throws {
        let (admitted, drops) = try Capabilities().admit(
            request {
                $0.options = Self.allOptions
                $0.unsupported = .drop
            }, backend: "b")
        #expect(admitted.options == GenerationOptions())
        #expect(drops.map(\.subject) == Name.allCases.map(\.rawValue))
    }

    @Test func extrasAreCheckedForTheirOwnBackendOnly() throws {
        let extras: [String: JSONObject] = ["b": ["known": 1, "odd": 2], "other": ["whatever": 3]]
        var asked = request { $0.options.extras = extras }
        let picky = Capabilities(extras: ["known"])
        #expect(try complaint(picky, asked).message == "extras.b.odd cannot be honoured: b has no such option")
        asked.unsupported = .drop
        let (admitted, drops) = try picky.admit(asked, backend: "b")
        #expect(admitted.options.extras == ["b": ["known": 1], "other": ["whatever": 3]])
        #expect(drops == [Drop(subject: "extras.b.odd", reason: "b has no such option")])
        // Nil passes on any.
        asked.unsupported = .error
        #expect(try Capabilities(extras: nil).admit(asked, backend: "b").0.options.extras == extras)
        #expect(try Capabilities().admit(asked, backend: "c").1.isEmpty)
    }

    @Test func toolsAreRefusedOrDropped() throws {
        let tool = ToolDefinition(name: "f", parameters: ["type": "object"])
        var asked = request { $0.tools = [tool] }
        #expect(try complaint(Capabilities(), asked).message == "tools cannot be honoured: b cannot call tools")
        #expect(try Capabilities(tools: true).admit(asked, backend: "b").0.tools == [tool])
        asked.unsupported = .drop
        let (admitted, drops) = try Capabilities().admit(asked, backend: "b")
        #expect(admitted.tools.isEmpty)
        #expect(drops == [Drop(subject: "tools", reason: "b cannot call tools")])
    }

    @Test func contentThatCannotBeReadIsRefusedOrDropped() throws {
        let image = Part.image(Media(.url("u")))
        let file = Part.file(Media(.url("u")))
        let transcript: Transcript = [
            .system("s"), Message(role: .user, parts: [image, .text("x"), file]),
        ]
        var asked = request(transcript)
        #expect(
            try complaint(Capabilities(), asked).message
                == "messages[1] image cannot be honoured: b cannot read image content")
        asked.unsupported = .drop
        let (admitted, drops) = try Capabilities(modalities: [.text, .file]).admit(asked, backend: "b")
        #expect(admitted.input == .transcript([.system("s"), Message(role: .user, parts: [.text("x"), file])]))
        #expect(drops == [Drop(subject: "messages[1] image", reason: "b cannot read image content")])
        let all = Capabilities(modalities: [.text, .image, .file])
        #expect(try all.admit(asked, backend: "b").0.input == .transcript(transcript))
    }

    @Test func contentInsideOfAToolsResultCountsToo() throws {
        let result = ToolResult(callID: "c", content: [.text("see"), .image(Media(.data([1])))])
        var asked = request([.user("x"), Message(role: .tool, parts: [.toolResult(result)])])
        #expect(try complaint(Capabilities(), asked).code == .unsupported)
        asked.unsupported = .drop
        let (admitted, drops) = try Capabilities().admit(asked, backend: "b")
        #expect(admitted.input == .transcript([.user("x"), .tool(callID: "c", "see")]))
        #expect(drops == [Drop(subject: "messages[1] image", reason: "b cannot read image content")])
    }

    @Test func partsOfTheConversationItselfAreNoModality() throws {
        let message = Message(
            role: .assistant,
            parts: [
                .text("x"), .reasoning(Reasoning("r")), .refusal("n"),
                .toolCall(ToolCall(id: "c", name: "f", arguments: "")),
            ])
        let transcript: Transcript = [message, .tool(callID: "c", "y"), .user("z")]
        #expect(try Capabilities().admit(request(transcript), backend: "b").0.input == .transcript(transcript))
    }

    @Test(arguments: GenerationRequest.UnsupportedPolicy.allCases)
    func aConstraintIsNeverDropped(policy: GenerationRequest.UnsupportedPolicy) throws {
        let constraints: [Constraint] = [
            .jsonSchema([:]), .jsonObject, .regex("a"), .choice(["a"]), .grammar("", dialect: .gbnf),
        ]
        for constraint in constraints {
            let kind = constraint.kind
            var asked = request {
                $0.constraint = constraint
                $0.unsupported = policy
            }
            let others = Constraint.Kind.allCases.filter { $0 != kind }.map { ($0, EnforcementLevel.masked) }
            let without = Capabilities(constraints: Dictionary(uniqueKeysWithValues: others))
            let error = try complaint(without, asked)
            #expect(error.code == .constraintUnsupported)
            #expect(
                error.description == """
                    this backend cannot enforce a \(kind.rawValue) constraint
                    hint: Choose a backend that can; a constraint is never dropped.
                    """)
            let guided = Capabilities(constraints: [kind: .guided])
            for level in EnforcementLevel.allCases {
                asked.minimumEnforcement = level
                guard level > .guided else {
                    #expect(try guided.admit(asked, backend: "b").0.constraint == constraint)
                    continue
                }
                let error = try complaint(guided, asked)
                #expect(error.code == .constraintUnsupported)
                #expect(
                    error.description == """
                        this backend enforces a \(kind.rawValue) constraint at level guided, \
                        and at least \(level.rawValue) was asked for
                        hint: Accept a lower level, or choose another backend.
                        """)
            }
        }
    }

    @Test(arguments: GenerationRequest.UnsupportedPolicy.allCases)
    func inputThatCannotBeUnderstoodIsNeverDropped(policy: GenerationRequest.UnsupportedPolicy) throws {
        let text = GenerationRequest(.text("Once"), unsupported: policy)
        let raw = try complaint(Capabilities(), text)
        #expect(raw.code == .unsupported)
        #expect(
            raw.description == """
                a text without a chat template cannot be continued by this backend
                hint: Send a conversation instead.
                """)
        #expect(try Capabilities(rawText: true).admit(text, backend: "b").0.input == .text("Once"))

        let begun = request([.user("x"), .assistant("y")]) { $0.unsupported = policy }
        let prefill = try complaint(Capabilities(), begun)
        #expect(prefill.code == .unsupported)
        #expect(
            prefill.description == """
                this backend cannot continue a last message of the assistant
                hint: Let the conversation end with a user message.
                """)
        #expect(try Capabilities(prefill: true).admit(begun, backend: "b").0.input == begun.input)

        let empty = try complaint(Capabilities(), request([]) { $0.unsupported = policy })
        #expect(empty.code == .invalidRequest)
        #expect(empty.description == "the conversation has no messages\nhint: Add a user message.")
    }

    @Test func anInvalidRequestIsRefusedHoweverCapableTheBackendIs() throws {
        let asked = request {
            $0.options.temperature = -1
            $0.unsupported = .drop
        }
        #expect(try complaint(Capabilities(options: [.temperature]), asked).code == .invalidRequest)
        // Even where the option would be dropped: the caller is wrong either way.
        #expect(try complaint(Capabilities(), asked).code == .invalidRequest)
    }
}
