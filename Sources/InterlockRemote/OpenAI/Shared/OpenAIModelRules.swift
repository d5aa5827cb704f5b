package import InterlockCore

/// What a model's traits do to the options of a request.
package enum OpenAIModelRules {
    /// The surface that a request goes to.
    package enum Surface: Sendable {
        /// Chat Completions.
        case chat
        /// Responses.
        case responses
    }

    /// The options that the model takes.
    ///
    /// - Throws: ``InterlockError/Code/unsupported`` for one that it does not, unless the caller wants it dropped.
    package static func admit(
        _ options: GenerationOptions, model: String, traits: OpenAIModelTraits, surface: Surface,
        notes: inout RequestNotes
    ) throws(InterlockError) -> GenerationOptions {
        var admitted = options
        for name in options.namesInUse where traits.refused.contains(name) {
            try notes.omit(name.rawValue, "\(model) does not take it", hint: hint)
            admitted.remove(name)
        }
        try admitEffort(&admitted, model: model, traits: traits, surface: surface, notes: &notes)
        try admitSampling(&admitted, model: model, traits: traits, notes: &notes)
        return admitted
    }

    private static let hint = "Leave it out, or choose another model."

    private static func admitEffort(
        _ options: inout GenerationOptions, model: String, traits: OpenAIModelTraits, surface: Surface,
        notes: inout RequestNotes
    ) throws(InterlockError) {
        guard let effort = options.reasoningEffort else { return }
        if effort == .max {
            guard (surface == .chat && traits.refusesMaximumEffortInChat) || traits.reasons == false else { return }
            let reason =
                traits.reasons == false
                ? "\(model) does not reason" : "\(model) takes it through the Responses API alone"
            try notes.omit("reasoning_effort max", reason, hint: hint)
            options.reasoningEffort = nil
        } else if traits.reasons == false {
            // No effort is all that such a model makes.
            if effort != .none { try notes.omit("reasoning_effort \(effort.rawValue)", "\(model) does not reason") }
            options.reasoningEffort = nil
        } else if let efforts = traits.efforts, !efforts.contains(effort) {
            let known = efforts.sorted().map(\.rawValue).joined(separator: ", ")
            try notes.omit("reasoning_effort \(effort.rawValue)", "\(model) takes \(known)", hint: hint)
            options.reasoningEffort = nil
        }
    }

    /// Leaves out what a model takes only while it does not think.
    private static func admitSampling(
        _ options: inout GenerationOptions, model: String, traits: OpenAIModelTraits, notes: inout RequestNotes
    ) throws(InterlockError) {
        guard traits.samplesOnlyWithoutReasoning else { return }
        guard (options.reasoningEffort ?? traits.defaultEffort) != ReasoningEffort.none else { return }
        let canStop = traits.efforts?.contains(.none) ?? true
        let hint =
            canStop
            ? "Set reasoning_effort to none, or leave it out."
            : self.hint
        let names: [GenerationOptions.Name] = [.temperature, .topP, .logprobs]
        for name in names where options.namesInUse.contains(name) {
            if name == .temperature, options.temperature == 1 { continue }
            let reason = canStop ? "\(model) takes it only while it does not reason" : "\(model) does not take it"
            try notes.omit(name.rawValue, reason, hint: hint)
            options.remove(name)
        }
    }
}
