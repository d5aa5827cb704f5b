public import InterlockCore

/// The backends that answer over a network.
public enum RemoteBackends {
    /// The registry's entries, in the order in which they are listed.
    public static let registryEntries: [BackendRegistry.Entry] =
        [
            AnthropicBackend.registryEntry, OpenAI.registryEntry, AzureOpenAI.registryEntry,
            HuggingFace.registryEntry, OllamaBackend.registryEntry, LMStudio.registryEntry,
        ] + Compatible.registryEntries
}
