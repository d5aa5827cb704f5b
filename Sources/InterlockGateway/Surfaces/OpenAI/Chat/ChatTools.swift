import InterlockCore

/// Reads the tools of a chat request and how one of them is to be chosen.
enum ChatTools {
    static func definitions(
        _ reader: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> [ToolDefinition] {
        for name in ["functions", "function_call"] where reader.value(name) != nil {
            throw .parameter(
                name, "is not supported", hint: "Use tools and tool_choice, which replaced it.", code: .unsupported,
                word: "unsupported_parameter")
        }
        guard let list = try reader.list("tools") else { return [] }
        var tools: [ToolDefinition] = []
        for (index, value) in list.enumerated() {
            var tool = try BodyReader(value, path: "tools[\(index)]")
            let type = try tool.requiredString("type")
            guard type == "function" else {
                throw .parameter(
                    tool.path("type"), "is \(type); only function is supported", code: .unsupported,
                    word: "unsupported_value")
            }
            guard var function = try tool.reader("function") else { throw tool.missing("function") }
            tools.append(try definition(&function, cacheMark: CacheMark(reading: &tool)))
            try function.finish(&leftovers)
            try tool.finish(&leftovers)
        }
        return tools
    }

    private static func definition(
        _ function: inout BodyReader, cacheMark: CacheMark?
    ) throws(InterlockError) -> ToolDefinition {
        let parameters = function.value("parameters")
        if let parameters, parameters.objectValue == nil {
            throw function.mismatch("parameters", parameters, "a JSON Schema")
        }
        return ToolDefinition(
            name: try function.requiredString("name"),
            description: try function.string("description"),
            // A function without parameters has none, which is said like this in JSON Schema.
            parameters: parameters ?? ["type": "object", "properties": [:]],
            strict: try function.boolean("strict"),
            cacheMark: cacheMark)
    }

    static func choice(_ reader: inout BodyReader) throws(InterlockError) -> ToolChoice {
        guard let value = reader.value("tool_choice") else { return .auto }
        if let text = value.stringValue {
            switch text {
            case "auto": return .auto
            case "none": return .none
            case "required": return .required
            default: throw reader.invalid("tool_choice", "is \(text); it must be auto, none, required or an object")
            }
        }
        var choice = try BodyReader(value, path: reader.path("tool_choice"))
        let type = try choice.requiredString("type")
        guard type == "function", var function = try choice.reader("function") else {
            throw .parameter(
                choice.path("type"), "is \(type); only function is supported", code: .unsupported,
                word: "unsupported_value")
        }
        return .tool(try function.requiredString("name"))
    }
}

extension CacheMark {
    /// Reads the marks that providers and their proxies put on messages, parts and tools; nil where there is none.
    init?(reading reader: inout BodyReader) throws(InterlockError) {
        if var mark = try reader.reader("cache_control") {
            self.init(lifetime: try mark.string("ttl"))
        } else if var mark = try reader.reader("prompt_cache_breakpoint") {
            self.init(lifetime: try mark.string("ttl"))
        } else {
            return nil
        }
    }
}
