import InterlockCore
import Testing

/// Whatever shows values must not show a secret one.
@Suite struct SecretTests {
    private static let value = "sk-very-secret-0123456789"

    private struct Nested {
        var name = "backend"
        var key = Secret(SecretTests.value)
        var optional: Secret? = Secret(SecretTests.value)
        var list = [Secret(SecretTests.value)]
        var table = ["key": Secret(SecretTests.value)]
        var deeper = (Secret(SecretTests.value), 1)
    }

    private enum Payload {
        case key(Secret)
    }

    private final class Holder {
        let key = Secret(SecretTests.value)
    }

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    @Test func revealsItselfOnlyOnRequest() {
        let secret = Secret(Self.value)
        #expect(secret.reveal() == Self.value)
        #expect(secret.isSet)
        #expect(secret.description == "SET")
        #expect(secret.debugDescription == "SET")
        #expect("\(secret)" == "SET")
        #expect("key: \(secret)!" == "key: SET!")
        #expect(String(describing: secret) == "SET")
        #expect(String(reflecting: secret) == "SET")
        #expect(dumped(secret) == "- SET\n")
        #expect(Array(Mirror(reflecting: secret).children).isEmpty)
        #expect(Mirror(reflecting: secret).superclassMirror == nil)
        var written = ""
        print(secret, terminator: "", to: &written)
        debugPrint(secret, terminator: "", to: &written)
        #expect(written == "SETSET")
    }

    @Test func isNotSeenInsideOfOtherValues() {
        let values: [Any] = [
            Nested(), Payload.key(Secret(Self.value)), Holder(), Secret?.some(Secret(Self.value)) as Any,
            [Secret(Self.value)], ["key": Secret(Self.value)],
            BackendStatus(isLoaded: true, credential: Secret(Self.value)),
            Result<Secret, any Error>.success(Secret(Self.value)),
        ]
        for value in values {
            for text in [String(describing: value), String(reflecting: value), "\(value)", dumped(value)] {
                #expect(!text.contains("secret-0123"), "\(text)")
            }
        }
        #expect(dumped(Nested()).contains("SET"))
        #expect("\(BackendStatus(isLoaded: true, credential: Secret(Self.value)))".contains("SET"))
    }

    @Test func reflectionFindsNothingHoweverDeepItLooks() {
        func leaves(_ value: Any) -> [String] {
            let children = Mirror(reflecting: value).children
            return children.isEmpty ? ["\(value)"] : children.flatMap { leaves($0.value) }
        }
        let found = leaves(Nested())
        #expect(found.filter { $0 == "SET" }.count == 5)
        #expect(!found.contains { $0.contains("sk-") })
    }

    @Test(arguments: [
        ("key", "key"), ("key\n", "key"), ("\r\n\tkey \r\n", "key"), (" \u{A0}\u{2003}key\u{3000}", "key"),
        ("two words", "two words"), ("", ""), (" \n\t ", ""),
        // The mark stays though it forms a character with the space before it.
        (" \u{301}key", "\u{301}key"),
    ])
    func losesTheWhiteSpaceAroundIt(text: String, value: String) {
        #expect(Array(Secret(text).reveal().utf8) == Array(value.utf8))
    }

    @Test(arguments: ["", " ", "\n", "\r\n", "\t \u{2028}"])
    func nothingButWhiteSpaceIsNotSet(text: String) {
        let secret = Secret(text)
        #expect(!secret.isSet)
        #expect("\(secret)" == "NOT SET")
        #expect(String(reflecting: secret) == "NOT SET")
        #expect(dumped(secret) == "- NOT SET\n")
    }

    @Test func cannotBeWrittenToAConfiguration() {
        #expect(!(Secret("x") is any Encodable))
        #expect(!(Secret("x") is any Decodable))
        #expect(!(Secret("x") is any LosslessStringConvertible))
    }
}
