import InterlockCore
import Testing

@Suite struct EditDistanceTests {
    private let names = ["n_ctx", "order", "n_batch", "n_threads", "use_mmap", "temperature"]

    @Test(arguments: [
        ("n_ctx", "n_ctx"), ("nctx", "n_ctx"), ("n_cxt", "n_ctx"), ("ordre", "order"), ("n_xct_", "n_ctx"),
        ("n_ctxx", "n_ctx"), ("n_thread", "n_threads"),
        ("tempreature", "temperature"), ("temprature", "temperature"), ("use-mmap", "use_mmap"), ("mmap", nil),
        ("", nil), ("something", nil), ("x", nil),
    ])
    func suggestsOnlyWhatIsClose(word: String, expected: String?) {
        #expect(EditDistance.closest(to: word, among: names) == expected)
    }

    @Test func takesTheClosestAndOfEqualsTheFirst() {
        #expect(EditDistance.closest(to: "abcdef", among: ["abcdxx", "abcdeX"]) == "abcdeX")
        #expect(EditDistance.closest(to: "ab", among: ["ax", "ay"]) == "ax")
        #expect(EditDistance.closest(to: "ab", among: [String]()) == nil)
    }

    @Test func threeLettersMayHoldOneMistakeAndNineThree() {
        #expect(EditDistance.closest(to: "abc", among: ["abd"]) == "abd")
        #expect(EditDistance.closest(to: "abc", among: ["add"]) == nil)
        #expect(EditDistance.closest(to: "abcdefghi", among: ["abcdefxyz"]) == "abcdefxyz")
        #expect(EditDistance.closest(to: "abcdefghi", among: ["abcdewxyz"]) == nil)
    }
}
