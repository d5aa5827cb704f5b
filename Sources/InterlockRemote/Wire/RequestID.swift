/// The id by which a provider's support finds a request, from the headers of its response.
///
/// Anthropic says `request-id`, OpenAI and most others `x-request-id`, Azure `apim-request-id`.
package func requestID(_ header: (String) -> String?) -> String? {
    for name in ["request-id", "x-request-id", "apim-request-id", "x-ms-request-id"] {
        if let value = header(name), !value.isEmpty { return value }
    }
    return nil
}
