import Interlock

/// The remote models of other guides, as they are said here; `address` stands for every provider.
enum Guides {
    static func guidance(_ address: String) async throws {
        let endpoint = JSONValue.string(address)
        // snippet: guidance-anthropic
        let claude = try BackendRegistry.builtIn.make(
            "anthropic", model: "claude-sonnet-4-5",
            parameters: [
                "api_key": "your-api-key", "max_tokens": 4096, "temperature": 0.7, "timeout": 30, "max_retries": 3,
                "base_url": endpoint,
            ])
        // end snippet
        print(try await claude.generate("What is the capital of France?").content)

        // snippet: guidance-openai
        let gpt = try BackendRegistry.builtIn.make(
            "openai", model: "gpt-4o-mini",
            parameters: [
                "api_key": "your-api-key", "max_tokens": 2048, "temperature": 0.7, "top_p": 1.0,
                "frequency_penalty": 0.0, "presence_penalty": 0.0, "timeout": 30, "base_url": endpoint,
            ])
        let session = LanguageModelSession(
            model: gpt, transcript: [.system("You are a helpful assistant.")])
        print(try await session.respond(to: "What is 2+2?").content)
        // end snippet

        // snippet: guidance-azure
        let azure = try BackendRegistry.builtIn.make(
            "azure", model: "gpt-4o",
            parameters: [
                "azure_endpoint": endpoint, "api_key": "your-azure-api-key", "api_version": "2024-02-15-preview",
                "deployment_name": "your-deployment-name",
            ])
        // end snippet
        print(try await azure.generate("What is the capital of France?").content)
    }

    static func dise(_ address: String) async throws {
        let url = JSONValue.string(address)
        // snippet: dise-ollama
        let ollama = try BackendRegistry.builtIn.make(
            "ollama", model: "qwen2.5-coder:14b", parameters: ["base_url": url, "context_window": 131_072])
        // end snippet
        print(try await ollama.generate("Say hello").content)

        // snippet: dise-embeddings
        let openAI = try BackendRegistry.builtIn.make(
            "openai", model: "gpt-4",
            parameters: ["api_key": "sk-1", "base_url": url, "embedding_model": "text-embedding-3-small"])
        let vectors = try await openAI.embed(EmbeddingRequest(["the harbour", "the lighthouse"])).vectors
        print(vectors.count, "vectors")
        // end snippet

        // snippet: dise-anthropic-embeddings
        let claude = try BackendRegistry.builtIn.make(
            "anthropic", model: "claude-sonnet-4-5", parameters: ["api_key": "sk-ant-1", "base_url": url])
        do {
            _ = try await claude.embed(EmbeddingRequest(["the harbour"]))
        } catch let error as InterlockError {
            print(error.hint ?? "")  // names the backends that make embeddings
        }
        // end snippet
    }
}
