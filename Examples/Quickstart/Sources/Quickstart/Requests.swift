import Interlock

extension Main {
    static func errors(_ model: any Backend) async throws {
        // snippet: errors
        do {
            let reply = try await model.generate("Hello!", options: GenerationOptions(temperature: -1))
            print(reply.content)
        } catch let error as InterlockError {
            switch error.code {
            case .invalidRequest, .unsupported: print("change the request: \(error.message)")
            case .busy: print("try again in \(error.retryAfter ?? .seconds(1))")
            case _ where error.isRetryable: print("try again")
            default: print(error)  // the message, and a hint on a second line
            }
        }
        // end snippet
    }

    static func requests(_ model: any Backend) async throws {
        // snippet: request
        var request = GenerationRequest([.user("What is the capital of Japan?")])
        request.options.temperature = 0
        request.unsupported = .drop  // go on without what the backend cannot honour …
        request.budget = RequestBudget(attempts: 3, timeout: .seconds(60))
        let reply = try await model.reply(to: request)
        for drop in reply.dropped { print("without \(drop.subject): \(drop.reason)") }  // … and say so
        print(reply.content)
        // end snippet

        // snippet: raw-text
        let raw = GenerationRequest(.text("The capital of France is"), options: GenerationOptions(temperature: 0))
        let continuation = try await model.reply(to: raw)
        // end snippet
        print(continuation.content.isEmpty ? "nothing" : "something")
    }

    static func events(_ model: any Backend) async throws {
        // snippet: events
        let request = GenerationRequest([.user("What is the capital of France?")])
        try await model.run(request) { event in
            switch event {
            case .text(let text): print(text, terminator: "")  // the backend waits until this returns
            case .finish(let reason): print(" [\(reason.canonical.rawValue)]")
            default: break
            }
        }
        // end snippet
    }

    static func life(_ model: any Backend) async throws {
        // snippet: life
        try await model.load { progress in
            if progress.fraction == 1 { print("loaded") }
        }
        let status = await model.status()
        print(status.isLoaded, status.runningRequests ?? 0, "running")
        await model.unload()  // the next request loads again
        // end snippet
    }

    static func registry(_: any Backend) async throws {
        // snippet: registry
        do {
            let model = try BackendRegistry.builtIn.make(
                "llama_cpp", model: "missing.gguf", parameters: ["n_ctx": 2048, "n_threads": 2])
            try await model.load()
        } catch let error as InterlockError {
            print(error.code)  // model_not_found, or backend_not_built without the LlamaCpp trait
        }
        // end snippet
    }
}
