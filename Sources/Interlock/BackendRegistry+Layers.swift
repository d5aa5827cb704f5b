import InterlockCore
import InterlockRouting

extension BackendRegistry.Entry {
    /// The same backend in the layers that its parameters ask for.
    ///
    /// `max_retries` is how often a failed request is sent again. The names of ``GenerationOptions`` (`max_tokens`,
    /// `temperature`, …) are what holds where a request does not say otherwise.
    var layered: BackendRegistry.Entry {
        var entry = self
        let (make, name) = (make, name)
        entry.make = { configuration in
            var configuration = configuration
            let retries = try Self.take("max_retries", from: &configuration.parameters) {
                reader, key throws(InterlockError) in
                try reader.integer(key, in: 0...100)
            }
            let options = try Self.takeOptions(from: &configuration.parameters)
            let policy = retries.map { RetryPolicy(maximumAttempts: $0 + 1) } ?? RetryPolicy()
            let backend = Retrying(
                try make(configuration), policy: policy, clocks: configuration.clocks,
                logger: configuration.logger.labelled(name))
            guard !options.namesInUse.isEmpty else { return backend }
            return Defaulting(backend, options: options)
        }
        return entry
    }

    private static func take<Value>(
        _ key: String, from parameters: inout JSONObject,
        _ read: (inout ParameterReader, String) throws(InterlockError) -> Value
    ) throws(InterlockError) -> Value {
        var reader = ParameterReader(parameters)
        let value = try read(&reader, key)
        parameters.removeValue(forKey: key)
        return value
    }

    private static func takeOptions(from parameters: inout JSONObject) throws(InterlockError) -> GenerationOptions {
        var given: JSONObject = [:]
        for name in GenerationOptions.Name.allCases {
            guard let value = parameters.removeValue(forKey: name.rawValue), value != .null else { continue }
            given[name.rawValue] = value
        }
        guard !given.isEmpty else { return GenerationOptions() }
        do {
            let options = try JSONValueDecoder().decode(GenerationOptions.self, from: .object(given))
            try options.validate()
            return options
        } catch let error as InterlockError {
            throw InterlockError(.invalidConfiguration, error.message, hint: error.hint)
        } catch {
            throw InterlockError(.invalidConfiguration, Self.description(of: error))
        }
    }

    private static func description(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
            case .keyNotFound(_, let context): context
            @unknown default: nil
            }
        guard let context else { return "\(error)" }
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        return "\(place): \(context.debugDescription)"
    }
}
