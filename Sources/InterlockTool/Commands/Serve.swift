import Interlock
import InterlockArguments
import InterlockGateway
import InterlockHTTP
import InterlockTerminal

/// Serves a model to other programs.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a model over HTTP, as OpenAI's API does.",
        discussion: """
            Any backend can be served. Programs that talk to OpenAI talk to this server when they are given its address. \
            On other addresses than this machine's own, $INTERLOCK_API_KEY has to hold the key that clients send.
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8421

    @Option(help: "What clients call the model. (default: its own name)")
    var name: String?

    @Option(help: "After Ctrl-C, wait this many seconds for answers under way.")
    var grace = 10.0

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("'--port \(port)' is no port; give a number from 0 to 65535.")
        }
        guard grace >= 0, grace.isFinite else {
            throw ValidationError("'--grace \(grace)' is no time to wait; give a number of seconds, 0 or more.")
        }
    }

    func run() async throws {
        let context = ToolContext.current
        let model = try backend.make(context, logging)
        let id = name ?? Self.publicName(of: model)
        let keys = (context.variable("INTERLOCK_API_KEY").map { [Secret($0)] } ?? []).filter(\.isSet)
        let gateway = try Gateway(
            [ModelRoute(id: id, backend: model)],
            configuration: GatewayConfiguration(host: host, keys: keys, clocks: EventLoop.shared.clocks))
        let server = HTTPServer(HTTPServer.Configuration(host: host, port: port), handler: gateway)
        try await Running.withBackend(model, context) { model in
            let port = try server.start()
            do {
                try await serve(model, id, port, context)
            } catch {
                await server.stop(grace: .zero)
                throw error
            }
            try? context.errors.write("ending; waiting for answers under way\n")
            await server.stop(grace: .seconds(grace))
        }
    }

    /// Loads the model and waits until a signal comes.
    private func serve(_ model: any Backend, _ id: String, _ port: Int, _ context: ToolContext) async throws {
        let place = host.contains(":") ? "[\(host)]" : host
        try context.errors.write("serving \(id) at http://\(place):\(port)/v1 (Ctrl-C ends it)\n".printable)
        let _: Never? = try await Running.interruptible {
            try await Running.load(model, context)
            while true { try await Clocks.system.sleep(.seconds(86_400)) }
        }
    }

    /// What clients call a model: its name, of a file that without folder and ending.
    private static func publicName(of model: any Backend) -> String {
        let name = model.identity.model ?? model.identity.name
        guard name.lowercased().hasSuffix(".gguf") else { return name }
        return String((name.split(separator: "/").last ?? "model").dropLast(5))
    }
}
