/// Takes the secrets out of header fields and addresses that are shown to people, going by their names.
enum HTTPRedaction {
    /// Fields that hold credentials.
    private static let fields: Set<String> = [
        "authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "set-cookie",
    ]

    /// Parts of the names of query parameters that hold credentials.
    private static let parameters = ["key", "token", "secret", "passw", "auth", "credential", "signature", "session"]

    /// Whether a field holds a credential.
    static func isCredential(_ name: String, _ more: Set<String> = []) -> Bool {
        fields.contains(name.lowercased()) || more.contains { HTTPHeaders.isSame($0, name) }
    }

    /// The fields with `SET` instead of credentials, and addresses without their secrets.
    static func headers(_ headers: HTTPHeaders, _ more: Set<String> = []) -> HTTPHeaders {
        HTTPHeaders(
            headers.map { field in
                if isCredential(field.name, more) { return HTTPHeaders.Field(field.name, "SET") }
                let isAddress = HTTPHeaders.isSame(field.name, "location")
                return HTTPHeaders.Field(field.name, isAddress ? url(field.value) : field.value)
            }
        )
    }

    /// The address without user name and password, and with `SET` as the value of parameters that look like keys.
    static func url(_ text: String) -> String {
        var text = text
        if let start = text.firstRange(of: "://")?.upperBound {
            let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
            if let at = text[start..<end].lastIndex(of: "@") { text.removeSubrange(start...at) }
        }
        guard let question = text.firstIndex(of: "?") else { return text }
        let fragment = text[question...].firstIndex(of: "#") ?? text.endIndex
        let pairs = text[text.index(after: question)..<fragment].split(
            separator: "&", omittingEmptySubsequences: false)
        let shown = pairs.map { pair -> String in
            guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
            let name = pair[..<equals].lowercased()
            let isSecret = name == "sig" || parameters.contains { name.contains($0) }
            return isSecret ? "\(pair[...equals])SET" : String(pair)
        }
        return text[...question] + shown.joined(separator: "&") + text[fragment...]
    }
}
