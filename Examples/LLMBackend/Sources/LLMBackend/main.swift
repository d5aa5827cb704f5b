import Interlock
import InterlockTesting

// Stands for all providers: it answers each in its own words.
let provider = try FaultServer(FaultServer.Configuration(models: ["demo-model", "claude-haiku-4-5"]))

/// What a shell would export for one backend.
func environment(_ backend: String, _ more: [String: String] = [:]) -> [String: String] {
    var variables = ["LLM_BACKEND": backend, "LLM_MODEL": "demo-model", "LLM_API_BASE": provider.url]
    variables.merge(more) { $1 }
    return variables
}

for environment in [
    environment("anthropic", ["ANTHROPIC_API_KEY": "sk-ant-1"]), environment("remote", ["OPENAI_API_KEY": "sk-1"]),
    environment("huggingface", ["HF_TOKEN": "hf_1"]), environment("ollama"),
] {
    // snippet: llm-backend-client
    let client = try BackendRegistry.builtIn.makeFromEnvironment(environment)
    let response = try await client.generate("What is the capital of France?")
    print(response.content)
    // end snippet
}

// snippet: llm-backend-explicit
let client = try BackendRegistry.builtIn.make(
    "anthropic", model: "claude-haiku-4-5",
    parameters: ["api_key": "sk-ant-1", "base_url": .string(provider.url), "timeout": 120, "max_retries": 3])
let physics = try await client.generate(
    "Explain quantum computing", system: "You are a physics teacher",
    options: GenerationOptions(temperature: 0.7, maximumResponseTokens: 500))
print(physics.content)
// end snippet

// snippet: llm-backend-chat
let joke = try await client.chat([
    .system("You are a helpful assistant"),
    .user("Hello!"),
    .assistant("Hi! How can I help?"),
    .user("Tell me a joke"),
])
print(joke.content)
// end snippet

// snippet: llm-backend-health
let health = try await client.checkHealth()
switch health.state {
case .ready, .notLoaded: print("\(client.identity.name) is available")
default: print(health.problem?.description ?? health.state.rawValue)
}
// end snippet

// snippet: llm-backend-usage
print(joke.usage.inputTokens ?? 0, "tokens in,", joke.usage.outputTokens ?? 0, "out")
for attempt in joke.timings.attempts { print(attempt.backend, attempt.duration, attempt.failure?.name ?? "answered") }
// end snippet

// snippet: llm-backend-mock
var registry = BackendRegistry.builtIn
registry.allowsTesting = true
try registry.register(ScriptedBackend.registryEntry)
let mock = try registry.make("mock", parameters: ["reply": "Paris"])
// end snippet
print(try await mock.generate("What is the capital of France?").content)

try await Guides.guidance(provider.url)
try await Guides.dise(provider.url)
