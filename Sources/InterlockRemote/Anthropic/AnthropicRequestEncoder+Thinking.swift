import InterlockCore

extension AnthropicRequestEncoder {
    /// The smallest budget that the API takes.
    private static let smallestBudget = 1_024

    /// What an effort is in tokens, for models that take no words for it.
    private static let budgets: [ReasoningEffort: Int] = [
        .minimal: 1_024, .low: 2_048, .medium: 8_192, .high: 16_384, .xhigh: 24_576, .max: 32_768,
    ]

    /// Says how much to think; a budget has to be below `max_tokens`.
    mutating func addThinking(to body: inout JSONObject, maximumTokens: Int) throws(InterlockError) {
        let effort = request.options.reasoningEffort
        let budget = request.options.reasoningBudget
        guard effort != nil || budget != nil else { return }
        if let effort, let budget, (effort == .none) != (budget == 0) {
            throw InterlockError(
                .invalidRequest, "reasoning_effort is \(effort.rawValue) and reasoning_budget is \(budget)",
                hint: "Say either that the model is to think or that it is not.")
        }
        if effort == ReasoningEffort.none || budget == 0 { return try addNoThinking(to: &body) }
        guard !traits.thinking.isEmpty || !traits.efforts.isEmpty else {
            let name: GenerationOptions.Name = effort == nil ? .reasoningBudget : .reasoningEffort
            return try notes.omit(
                name.rawValue, "\(context.model) does not think", hint: "Leave it out, or choose a newer model.")
        }
        if let effort, let level = level(for: effort) { body["output_config"] = ["effort": .string(level.rawValue)] }
        if let budget, try addBudget(budget, isAsked: true, to: &body, maximumTokens) { return }
        guard let effort else { return }
        if traits.thinking.contains(.adaptive) {
            body["thinking"] = ["type": "adaptive"]
        } else if traits.thinking.contains(.enabled), let tokens = AnthropicRequestEncoder.budgets[effort] {
            _ = try addBudget(tokens, isAsked: false, to: &body, maximumTokens)
        }
    }

    private mutating func addNoThinking(to body: inout JSONObject) throws(InterlockError) {
        if traits.thinking.contains(.disabled) {
            body["thinking"] = ["type": "disabled"]
        } else if !traits.thinking.isEmpty {
            let name: GenerationOptions.Name =
                request.options.reasoningEffort == nil ? .reasoningBudget : .reasoningEffort
            try notes.omit(
                "\(name.rawValue) \(request.options.reasoningEffort?.rawValue ?? "0")",
                "\(context.model) always thinks", hint: "Ask for little effort, or choose another model.")
        }
    }

    /// The nearest level that the model knows, rather a lesser one; nil where it knows none.
    private func level(for effort: ReasoningEffort) -> ReasoningEffort? {
        traits.efforts.filter { $0 <= effort }.max() ?? traits.efforts.min()
    }

    /// Says a budget in tokens.
    ///
    /// - Parameter isAsked: Whether it is the caller's own figure, which may not be changed.
    /// - Returns: Whether the model takes one.
    private mutating func addBudget(
        _ budget: Int, isAsked: Bool, to body: inout JSONObject, _ maximumTokens: Int
    ) throws(InterlockError) -> Bool {
        guard traits.thinking.contains(.enabled) else {
            try notes.omit(
                "reasoning_budget", "\(context.model) decides by itself how many tokens to think",
                hint: "Use reasoning_effort.")
            return false
        }
        let smallest = AnthropicRequestEncoder.smallestBudget
        var budget = budget
        if isAsked {
            guard budget >= smallest else {
                throw InterlockError(
                    .invalidRequest, "reasoning_budget is \(budget); the API takes \(smallest) or more, or 0")
            }
            guard budget < maximumTokens else {
                throw InterlockError(
                    .invalidRequest,
                    "reasoning_budget is \(budget), which leaves nothing of max_tokens \(maximumTokens)",
                    hint: "Thinking counts towards max_tokens: raise it above the budget.")
            }
        } else {
            // Half of the answer at most; an answer too short for the smallest budget is given without thinking.
            budget = min(budget, maximumTokens / 2)
            guard budget >= smallest else {
                try notes.omit(
                    "reasoning_effort",
                    "\(context.model) thinks in \(smallest) tokens or more, and max_tokens is \(maximumTokens)",
                    hint: "Raise max_tokens to \(2 * smallest) or more.")
                return true
            }
        }
        body["thinking"] = ["type": "enabled", "budget_tokens": JSONValue(budget)]
        return true
    }
}
