import InterlockHTTP
import Testing

@Suite("header fields")
struct HTTPHeadersTests {
    @Test("names have no case, order and duplicates stay")  // wire: 26
    func lookup() {
        var headers: HTTPHeaders = ["Set-Cookie": "a", "X-One": "1", "set-cookie": "b"]
        #expect(headers.first("SET-COOKIE") == "a")
        #expect(headers.all("set-COOKIE") == ["a", "b"])
        #expect(headers.first("x") == nil)
        headers.append("x-one", "2")
        headers.set("X-ONE", "3")
        #expect(headers.map { "\($0.name)=\($0.value)" } == ["Set-Cookie=a", "X-ONE=3", "set-cookie=b"])
        headers.remove("Set-cookie")
        #expect(headers.count == 1)
        headers.set("New", "n")
        #expect(headers[1] == HTTPHeaders.Field("New", "n"))
    }

    @Test("only ASCII letters have two cases")
    func ascii() {
        let headers: HTTPHeaders = ["[": "1", "{": "2"]
        #expect(headers.all("[") == ["1"])
    }
}
