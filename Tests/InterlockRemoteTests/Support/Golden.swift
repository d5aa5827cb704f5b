import InterlockCore
import InterlockRemote
import Testing

/// The request bodies that are kept as files, which the conformance scripts check against the official clients.
enum Golden {
    /// Expects a request's body to be that of a file, byte for byte.
    static func expect(
        _ request: WireRequest, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = "Golden/\(name).json"
        let stored = try #require(TestFile.text(path), "there is no \(path)", sourceLocation: sourceLocation)
        #expect(JSONValue.object(request.body).jsonText(.pretty) + "\n" == stored, sourceLocation: sourceLocation)
    }
}
