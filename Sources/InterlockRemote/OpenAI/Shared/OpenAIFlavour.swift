/// Whose server speaks OpenAI's API.
package enum OpenAIFlavour: String, Sendable, Hashable, CaseIterable {
    /// OpenAI itself.
    case openAI = "openai"
    /// Azure OpenAI, under either form of its addresses.
    case azure
    /// The router of Hugging Face.
    case huggingFace = "huggingface"
    /// LM Studio.
    case lmStudio = "lm_studio"
    /// The OpenAI-like surface of Ollama.
    case ollama
    /// llama.cpp's `llama-server`.
    case llamaServer = "llama_server"
    /// vLLM.
    case vLLM = "vllm"
    /// `mlx_lm.server`.
    case mlx
    /// Any other server that speaks the API.
    case compatible

    /// The name for people.
    package var name: String {
        switch self {
        case .openAI: "OpenAI"
        case .azure: "Azure OpenAI"
        case .huggingFace: "Hugging Face"
        case .lmStudio: "LM Studio"
        case .ollama: "Ollama"
        case .llamaServer: "llama-server"
        case .vLLM: "vLLM"
        case .mlx: "mlx_lm.server"
        case .compatible: "the server"
        }
    }

    /// The environment variable that usually holds the key; nil where there is no usual one.
    package var keyVariable: String? {
        switch self {
        case .openAI: "OPENAI_API_KEY"
        case .azure: "AZURE_OPENAI_API_KEY"
        case .huggingFace: "HF_TOKEN"
        case .lmStudio: "LM_API_TOKEN"
        case .ollama, .llamaServer, .vLLM, .mlx, .compatible: nil
        }
    }

    /// Whether a model's name tells what OpenAI's rules for it are.
    ///
    /// A server of open models may call one of them as it likes.
    package var servesOpenAIModels: Bool {
        switch self {
        case .openAI, .azure, .compatible: true
        case .huggingFace, .lmStudio, .ollama, .llamaServer, .vLLM, .mlx: false
        }
    }
}
