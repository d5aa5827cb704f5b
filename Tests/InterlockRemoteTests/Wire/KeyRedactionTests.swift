import InterlockRemote
import Testing

@Suite("Keys in what a provider says")
struct KeyRedactionTests {
    // covers: A6
    @Test(
        "Whatever looks like a key is taken out",
        arguments: [
            ("Incorrect API key provided: sk-proj-abcdef123456.", "Incorrect API key provided: [redacted]."),
            ("Incorrect API key provided: sk-ab***xyz9. Look", "Incorrect API key provided: [redacted]. Look"),
            ("Incorrect API key provided: my5key.", "Incorrect API key provided: [redacted]."),
            ("invalid x-api-key: sk-ant-api03-AbCd_ef-12", "invalid x-api-key: [redacted]"),
            ("Authorization: Bearer hf_AbCdEfGhIj", "Authorization: Bearer [redacted]"),
            ("Authorization: Bearer abcDEF123", "Authorization: Bearer [redacted]"),
            ("token gsk_1234567890abc is bad", "token [redacted] is bad"),
            ("key=AIzaSyA1234567890&x=1", "key=[redacted]&x=1"),
            ("?api_key=0123456789abcdef", "?api_key=[redacted]"),
            ("{\"api-key\": \"Zm9vYmFyMTIz\"}", "{\"api-key\": \"[redacted]\"}"),
            ("jwt eyJhbGciOiJI.eyJzdWIiOi.c2lnbmF0 end", "jwt [redacted] end"),
            ("the key 0123456789abcdef0123456789abcdef is unknown", "the key [redacted] is unknown"),
            ("is sk-test one?", "is [redacted] one?"),
            ("schlüssel «sk-abc12345678»", "schlüssel «[redacted]»"),
        ]
    )
    func keys(_ text: String, _ expected: String) {
        #expect(KeyRedaction.withoutKeys(text) == expected)
    }

    @Test(
        "Ordinary words stay",
        arguments: [
            "", "You can find your API key at https://platform.openai.com/account/api-keys.",
            "Bearer token is missing", "the task-force-of-many-long-names asks", "max_tokens: 20000 > 8192",
            "prompt is too long: 208310 tokens > 200000 maximum", "model: claude-opus-4-5-20251101",
            "pulling sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "request req_011CSHoEeqs5C35K2UUqR7Fy failed", "keys begin with sk-ant",
            "Keine Schlüssel für naïve Leute 😀",
            "model \"qwen3:0.6b\" not found, try pulling it first", "Invalid API key: required",
        ]
    )
    func words(_ text: String) {
        #expect(KeyRedaction.withoutKeys(text) == text)
    }
}
