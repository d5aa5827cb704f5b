import InterlockCore

extension AnthropicRequestEncoder {
    /// Says the tools and how to choose among them.
    mutating func addTools(to body: inout JSONObject) throws(InterlockError) {
        guard !request.tools.isEmpty else { return }
        var tools: [JSONValue] = []
        for tool in request.tools { tools.append(.object(try encode(tool))) }
        body["tools"] = .array(tools)
        if let choice = try encodeToolChoice() { body["tool_choice"] = choice }
    }

    private mutating func encode(_ tool: ToolDefinition) throws(InterlockError) -> JSONObject {
        var object: JSONObject = ["name": .string(tool.name)]
        if let description = tool.description { object["description"] = .string(description) }
        var schema = try inputSchema(of: tool)
        if tool.strict == true {
            if traits.takesSchemas {
                let (prepared, drops) = try dialect.prepareSchema(schema, request.unsupported)
                notes.add(drops)
                schema = prepared
            } else {
                try notes.omit(
                    "strict of tool \(tool.name)", "\(context.model) does not hold arguments to a schema",
                    hint: "Leave it out, or choose a newer model.")
            }
        }
        object["input_schema"] = schema
        if let strict = tool.strict, traits.takesSchemas { object["strict"] = .bool(strict) }
        if let mark = tool.cacheMark { object["cache_control"] = cacheControl(mark) }
        return object
    }

    /// The schema of a tool's arguments, which has to say that they are an object.
    private func inputSchema(of tool: ToolDefinition) throws(InterlockError) -> JSONValue {
        guard let schema = tool.parameters.objectValue else {
            throw InterlockError(
                .invalidRequest, "the parameters of tool \(tool.name) are \(tool.parameters.typeName), not a schema",
                hint: "Give a JSON Schema of an object.")
        }
        guard schema["type"] == nil else { return .object(schema) }
        var typed: JSONObject = ["type": "object"]
        typed.merge(schema)
        return .object(typed)
    }

    private mutating func encodeToolChoice() throws(InterlockError) -> JSONValue? {
        var choice: JSONObject
        switch request.toolChoice {
        case .none: return ["type": "none"]
        case .auto:
            guard request.parallelToolCalls != nil else { return nil }
            choice = ["type": "auto"]
        case .required: choice = ["type": "any"]
        case .tool(let name): choice = ["type": "tool", "name": .string(name)]
        }
        if request.toolChoice != .auto, !traits.takesForcedTools {
            try notes.omit(
                "tool_choice \(request.toolChoice.kind.rawValue)", "\(context.model) chooses by itself",
                hint: "Let it choose, or choose another model.")
            choice = ["type": "auto"]
        }
        if let parallel = request.parallelToolCalls { choice["disable_parallel_tool_use"] = .bool(!parallel) }
        return .object(choice)
    }

    /// Says the shape that the answer must have.
    ///
    /// - Returns: The level at which the provider holds it.
    mutating func addConstraint(to body: inout JSONObject) throws(InterlockError) -> EnforcementLevel? {
        guard let constraint = request.constraint else { return nil }
        guard case .jsonSchema(let schema, _) = constraint, traits.takesSchemas else {
            throw InterlockError(
                .constraintUnsupported, "\(context.model) cannot enforce a \(constraint.kind.rawValue) constraint",
                hint: "Choose a backend that can; a constraint is never dropped.")
        }
        let (prepared, drops) = try dialect.prepareSchema(schema, request.unsupported)
        // What the provider does not hold has to be checked afterwards.
        let level = drops.isEmpty ? EnforcementLevel.native : .checked
        guard level >= request.minimumEnforcement else {
            throw InterlockError(
                .constraintUnsupported,
                "the API holds a part of the schema only, and at least \(request.minimumEnforcement.rawValue) was "
                    + "asked for: \(drops.map(\.subject).joined(separator: ", "))",
                hint: "Accept a lower level, or simplify the schema.")
        }
        notes.add(drops)
        var output = body["output_config"]?.objectValue ?? [:]
        output["format"] = ["type": "json_schema", "schema": prepared]
        body["output_config"] = .object(output)
        return level
    }
}
