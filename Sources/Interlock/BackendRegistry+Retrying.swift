import InterlockCore
import InterlockRouting

extension BackendRegistry.Entry {
    /// The same backend with a layer around it that asks again, as often as the parameter `max_retries` says.
    var retrying: BackendRegistry.Entry {
        var entry = self
        let make = make
        entry.make = { configuration in
            var reader = ParameterReader(configuration.parameters)
            let retries = try reader.integer("max_retries", in: 0...100)
            var configuration = configuration
            configuration.parameters.removeValue(forKey: "max_retries")
            let policy = retries.map { RetryPolicy(maximumAttempts: $0 + 1) } ?? RetryPolicy()
            return Retrying(
                try make(configuration), policy: policy, clocks: configuration.clocks,
                logger: configuration.logger.labelled("retry"))
        }
        return entry
    }
}
