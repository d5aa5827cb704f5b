import InterlockCore

/// Tools and the choice among them, as Chat Completions (nested) and Responses (flat) have them.
struct OpenAITools {
    /// How a definition is laid out.
    enum Layout {
        /// `{"type": "function", "function": {…}}`
        case nested
        /// `{"type": "function", …}`
        case flat
    }

    /// How a definition is laid out.
    let layout: Layout
    /// Whether the server holds arguments to a schema when asked to.
    let strict: Bool
    /// The part of JSON Schema that is held then.
    let schemas: SchemaSubset?
    /// The server's name, for messages.
    let provider: String

    /// Writes the tools, the choice and whether several may be called at once.
    func write(
        _ request: GenerationRequest, into body: inout JSONObject, notes: inout RequestNotes
    ) throws(InterlockError) {
        guard !request.tools.isEmpty else { return }
        var tools: [JSONValue] = []
        for tool in request.tools { tools.append(try definition(tool, &notes)) }
        body["tools"] = .array(tools)
        // Where it is not said, the model decides: that is the default everywhere.
        if request.toolChoice != .auto { body["tool_choice"] = choice(request.toolChoice) }
        if let parallel = request.parallelToolCalls { body["parallel_tool_calls"] = .bool(parallel) }
    }

    private func definition(_ tool: ToolDefinition, _ notes: inout RequestNotes) throws(InterlockError) -> JSONValue {
        var function: JSONObject = ["name": .string(tool.name)]
        if let description = tool.description { function["description"] = .string(description) }
        var parameters = tool.parameters
        if tool.strict == true, strict, let schemas {
            let prepared = try StrictSchema.prepare(
                parameters, for: schemas, policy: notes.policy, subject: "tools.\(tool.name)", provider: provider)
            parameters = prepared.schema
            notes.add(prepared.drops)
        }
        function["parameters"] = parameters
        if let wanted = tool.strict, !strict, wanted {
            try notes.omit("tools.\(tool.name).strict", "\(provider) does not hold arguments to a schema")
        } else if let wanted = tool.strict, strict {
            function["strict"] = .bool(wanted)
        } else if layout == .flat {
            // The member is required there, and null leaves it to the provider.
            function["strict"] = .null
        }
        switch layout {
        case .nested: return ["type": "function", "function": .object(function)]
        case .flat:
            var flat: JSONObject = ["type": "function"]
            flat.merge(function)
            return .object(flat)
        }
    }

    private func choice(_ choice: ToolChoice) -> JSONValue {
        switch choice {
        case .auto: "auto"
        case .none: "none"
        case .required: "required"
        case .tool(let name):
            layout == .nested
                ? ["type": "function", "function": ["name": .string(name)]]
                : ["type": "function", "name": .string(name)]
        }
    }
}
