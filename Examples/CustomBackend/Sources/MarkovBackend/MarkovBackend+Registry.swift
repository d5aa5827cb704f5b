import Interlock

extension MarkovBackend {
    // snippet: custom-registry
    /// The name, the parameters and the way from a configuration to a backend.
    public static let registryEntry = BackendRegistry.Entry(
        name: "markov",
        aliases: ["markov_chain"],
        summary: "a Markov chain over the words of a text file"
    ) { configuration in
        var reader = ParameterReader(configuration.parameters)
        let order = try reader.integer("order", in: 1...4) ?? 2
        try reader.finish()  // refuses parameters that nobody asked for, and suggests what was meant
        return MarkovBackend(
            path: try configuration.requiredModel("a text file"), order: order,
            clocks: configuration.clocks, logger: configuration.logger)
    }
    // end snippet
}
