import Interlock
import InterlockArguments

/// How to generate.
struct SamplingOptions: ParsableArguments {
    @Option(help: "The most tokens of an answer.")
    var maxTokens: Int?

    @Option(name: .shortAndLong, help: "0 takes the most likely token always; 1 is the model's own distribution.")
    var temperature: Double?

    @Option(help: "Keep the tokens whose probabilities reach this sum.")
    var topP: Double?

    @Option(help: "Keep this many of the most likely tokens; 0 keeps all.")
    var topK: Int?

    @Option(help: "Keep tokens at least this fraction as likely as the most likely one.")
    var minP: Double?

    @Option(help: "Keep the tokens closest to the expected surprise until they reach this sum.")
    var typicalP: Double?

    @Option(help: "Make tokens that occurred less likely; 1 is off.")
    var repetitionPenalty: Double?

    @Option(help: "Subtract this from the logits of tokens that occurred in the answer.")
    var presencePenalty: Double?

    @Option(help: "Subtract this as often as the token occurred in the answer.")
    var frequencyPenalty: Double?

    @Option(help: "The same seed with the same request gives the same text.")
    var seed: UInt64?

    @Option(help: "End the answer before this text; may be given several times.")
    var stop: [String] = []

    @Option(help: ArgumentHelp("Add to a token's logit; may be given several times.", valueName: "token=value"))
    var logitBias: [String] = []

    @Option(help: "Report how likely the tokens were, each with this many alternatives (with --json).")
    var logprobs: Int?

    @Option(help: "Give up after this many seconds.")
    var timeout: Double?

    @Flag(help: "Go on without what the backend cannot honour, and say so, instead of refusing.")
    var dropUnsupported = false

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout.isFinite) {
            throw ValidationError("'--timeout \(timeout)' is no time to wait; give a number of seconds above 0.")
        }
    }

    /// The options for a request.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming an option that is out of range.
    func options() throws(InterlockError) -> GenerationOptions {
        var bias: [Int: Double] = [:]
        for entry in logitBias {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let token = Int(parts[0]), let value = Double(parts[1]) else {
                throw InterlockError(
                    .invalidRequest, "--logit-bias \(entry) is no token and value",
                    hint: "Write it as --logit-bias 42=-5.")
            }
            bias[token] = value
        }
        let options = GenerationOptions(
            maximumResponseTokens: maxTokens, temperature: temperature, topP: topP, topK: topK, minP: minP,
            typicalP: typicalP, repetitionPenalty: repetitionPenalty, presencePenalty: presencePenalty,
            frequencyPenalty: frequencyPenalty, seed: seed, stopSequences: stop, logitBias: bias, logprobs: logprobs)
        try options.validate()
        return options
    }

    /// Puts the options into a request.
    func apply(to request: inout GenerationRequest) {
        request.unsupported = dropUnsupported ? .drop : .error
        if let timeout { request.budget = RequestBudget(timeout: .seconds(timeout)) }
    }
}
