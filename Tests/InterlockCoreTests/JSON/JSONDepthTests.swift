import InterlockCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Hostile nesting on a thread with the smallest stack that is usual.
@Suite struct JSONDepthTests {
    private final class Work {
        let body: () -> Void

        init(_ body: @escaping () -> Void) {
            self.body = body
        }
    }

    /// Runs a closure on a thread with 512 KB of stack and waits for it.
    private func onSmallStack(_ body: @escaping () -> Void) throws {
        var attributes = pthread_attr_t()
        #expect(pthread_attr_init(&attributes) == 0)
        defer { pthread_attr_destroy(&attributes) }
        #expect(pthread_attr_setstacksize(&attributes, 512 * 1024) == 0)
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(
            &thread, &attributes,
            {
                Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body(); return nil
            }, work)
        #else
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            work
        )
        #endif
        #expect(code == 0)
        #if canImport(Darwin)
        pthread_join(try #require(thread), nil)
        #else
        pthread_join(thread, nil)
        #endif
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func deepestNesting(open: String, close: String) throws {
        #if DEBUG
        let options = JSONValue.ParseOptions()
        #else
        let options = JSONValue.ParseOptions(maximumDepth: JSONValue.ParseOptions.deepest)
        #endif
        let levels = options.maximumDepth
        let text = String(repeating: open, count: levels) + "0" + String(repeating: close, count: levels)
        try onSmallStack {
            do {
                let value = try JSONValue(parsing: text, options: options)
                let other = try JSONValue(parsing: text, options: options)
                #expect(value == other)
                #expect(value.hashValue == other.hashValue)
                #expect(value.jsonText() == text)
                #expect(value.jsonText(.pretty).utf8.count > text.utf8.count)
                #expect(try JSONValueEncoder().encode(value) == value)
                #expect(try JSONValueDecoder().decode(JSONValue.self, from: value) == value)
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func deeperNestingIsRefused(open: String) throws {
        let text = String(repeating: open, count: 1_000_000)
        try onSmallStack {
            let error = #expect(throws: JSONValue.ParseError.self) {
                try JSONValue(parsing: text, options: .init(maximumDepth: .max))
            }
            #expect(error?.code == .tooDeep)
            #expect(error?.message == "arrays and objects nest deeper than the 512 levels allowed")
        }
    }

    @Test func theLimitIsExact() throws {
        for limit in [0, 1, 2, 10, 512] {
            let fits =
                String(repeating: "[", count: limit) + (limit == 0 ? "1" : "") + String(repeating: "]", count: limit)
            let exceeds = String(repeating: "[", count: limit + 1) + String(repeating: "]", count: limit + 1)
            #expect(throws: Never.self) { try JSONValue(parsing: fits, options: .init(maximumDepth: limit)) }
            #expect(throws: JSONValue.ParseError.self) {
                try JSONValue(parsing: exceeds, options: .init(maximumDepth: limit))
            }
        }
    }
}
