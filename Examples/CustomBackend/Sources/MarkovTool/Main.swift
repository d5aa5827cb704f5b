// snippet: custom-tool
import Interlock
import InterlockTool
import MarkovBackend

@main
enum Main {
    static func main() async throws {
        var backends = BackendRegistry.builtIn
        try backends.register(MarkovBackend.registryEntry)
        await InterlockTool.main(name: "markov", backends: backends)
    }
}
// end snippet
