import InterlockRemote
import Testing

@Suite struct SurrogateMenderTests {
    private func mend(_ frames: [String]) -> [String] {
        var mender = SurrogateMender()
        return frames.map { String(decoding: mender.mend(Array($0.utf8)), as: UTF8.self) }
    }

    @Test("a pair that was cut is joined in the later frame")
    func joins() {
        #expect(mend([#"{"a":"x\ud83d"}"#, #"{"a":"\ude00y"}"#]) == [#"{"a":"x"}"#, #"{"a":"\ud83d\ude00y"}"#])
        #expect(
            mend([#"{"a":"\uD83D"}"#, #"{"a":"\uDE00\uD83D"}"#, #"{"a":"\uDE00"}"#])
                == [#"{"a":""}"#, #"{"a":"\uD83D\uDE00"}"#, #"{"a":"\uD83D\uDE00"}"#])
    }

    @Test(
        "what is no half of a pair stays",
        arguments: [
            #"{"a":"\ud83d\ude00"}"#, #"{"a":"\\ud83d"}"#, #"{"a":"x\ude00"}"#, #"{"a":"\ud83dx"}"#, "", "{}", #"\ud8"#,
        ])
    func keeps(frame: String) {
        #expect(mend([frame]) == [frame])
    }

    @Test("an escaped quote begins no text")
    func escapedQuotes() {
        #expect(
            mend([#"{"a":"\ud83d"}"#, #"{"a":"\"\ude00","b":"\ude01"}"#])
                == [#"{"a":""}"#, #"{"a":"\"\ude00","b":"\ud83d\ude01"}"#])
    }
}
