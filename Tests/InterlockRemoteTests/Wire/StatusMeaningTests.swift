import InterlockCore
import InterlockRemote
import Testing

/// What a status means by itself is the same whatever the server speaks.
@Suite("Statuses without words")
struct StatusMeaningTests {
    @Test(
        "each has one code",
        arguments: [
            (401, .unauthorized), (402, .quotaExceeded), (403, .permissionDenied), (404, .unsupported),
            (405, .unsupported), (408, .providerFailed), (409, .conflict), (413, .requestTooLarge),
            (422, .invalidRequest), (429, .rateLimited), (500, .providerFailed), (501, .unsupported),
            (503, .overloaded), (529, .overloaded),
        ] as [(Int, InterlockError.Code)]
    )
    func codes(_ status: Int, _ code: InterlockError.Code) {
        #expect(AnthropicTest.dialect.error(status, "").code == code)
        #expect(OllamaTest.dialect.error(status, "").code == code)
        #expect(OpenAIChatDialect(flavour: .openAI).error(status, "").code == code)
        #expect(OpenAIResponsesDialect(flavour: .azure).error(status, "").code == code)
    }
}
