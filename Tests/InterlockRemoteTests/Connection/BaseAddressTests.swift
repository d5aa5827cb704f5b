import InterlockCore
import InterlockRemote
import Testing

@Suite struct BaseAddressTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("HTTPS://API.OpenAI.com/v1//", "https://api.openai.com/v1"),
        ("http://localhost:8000", "http://localhost:8000/v1"),
        ("localhost:8000", "http://localhost:8000/v1"),
        ("http://[::1]:8080/api/", "http://[::1]:8080/api"),
        ("127.0.0.1", "http://127.0.0.1/v1"),
    ])
    func isTakenAsMeant(text: String, meant: String) throws {
        #expect(try BaseAddress(text, key: "base_url", defaultPath: "/v1").text == meant)
    }

    @Test(arguments: [
        ("ftp://host/", "does not begin with http:// or https://"),
        ("https://", "has no valid host"),
        ("https://host name/", "has no valid host"),
        ("https://host:0/", "has no valid host"),
        ("https://host:99999/", "has no valid host"),
        ("https://[::1/", "has no valid host"),
        ("https://häuser.example/", "has no valid host"),
        ("https://user:sk-secret@host/v1", "holds a user name or a password"),
        ("https://host/v1?api-version=1", "has a query or a fragment"),
        ("https://host/v1#x", "has a query or a fragment"),
        ("https://host/v1\r\nx: y", "has no valid host"),
    ])
    func whatIsNoAddressIsRefusedWithoutShowingIt(text: String, problem: String) throws {
        let error = try #require(throws: InterlockError.self) { _ = try BaseAddress(text, key: "base_url") }
        #expect(error.message == "the address in base_url \(problem)")
        #expect(!error.description.contains("secret"))
    }

    @Test func knowsThisMachine() throws {
        for text in ["http://localhost/", "http://127.1.2.3/", "http://[::1]:1/", "http://a.localhost/"] {
            #expect(try BaseAddress(text, key: "k").isLoopback, "\(text)")
        }
        #expect(try !BaseAddress("http://10.0.0.1/", key: "k").isLoopback)
        #expect(try BaseAddress("https://h:1/v1", key: "k").replacingPath("/health") == "https://h:1/health")
    }

    // wire: names of models may hold a slash and a colon
    @Test func namesBecomeOneSegmentOfAPath() {
        #expect("org/name:fastest".pathSegment == "org%2Fname:fastest")
        #expect("a b?c#ä%".pathSegment == "a%20b%3Fc%23%C3%A4%25")
        #expect("2024-10-21&x=y:z".queryValue == "2024-10-21%26x%3Dy%3Az")
    }
}
