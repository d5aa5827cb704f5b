import InterlockCore
import Testing

@Suite struct ParameterReaderTests {
    /// What reading says is wrong.
    private func complaint(_ parameters: JSONObject, _ read: (inout ParameterReader) throws -> Void) throws -> String {
        let error = try #require(throws: InterlockError.self) {
            var reader = ParameterReader(parameters)
            try read(&reader)
        }
        #expect(error.code == .invalidConfiguration)
        return error.description
    }

    @Test func readsEveryType() throws {
        var reader = ParameterReader([
            "i": 5, "whole": 2.0, "d": 0.5, "n": 3, "t": true, "s": "x", "any": [1, "two"], "nothing": nil,
        ])
        #expect(try reader.integer("i") == 5)
        #expect(try reader.integer("whole", in: 0...2) == 2)
        #expect(try reader.number("d") == 0.5)
        #expect(try reader.number("n") == 3)
        #expect(try reader.boolean("t") == true)
        #expect(try reader.string("s") == "x")
        #expect(reader.value("any") == [1, "two"])
        for key in ["nothing", "missing"] {
            #expect(try reader.integer(key, in: 1...2) == nil)
            #expect(try reader.number(key) == nil)
            #expect(try reader.boolean(key) == nil)
            #expect(try reader.string(key) == nil)
            #expect(reader.value(key) == nil)
        }
        try reader.finish()
    }

    @Test(arguments: ["\"8\"", "1.5", "true", "[1]", "1e+300"])
    func integersAreWholeNumbers(json: String) throws {
        let value = try JSONValue(parsing: json)
        #expect(try complaint(["k": value]) { _ = try $0.integer("k") } == "k is \(json); it must be a whole number")
    }

    private static let ranges: [(Int, ClosedRange<Int>, String)] = [
        (0, 1...4, "k is 0; it must be between 1 and 4"), (5, 1...4, "k is 5; it must be between 1 and 4"),
        (0, 1...Int.max, "k is 0; it must be at least 1"), (5, Int.min...4, "k is 5; it must be at most 4"),
    ]

    @Test(arguments: ranges)
    func integersHaveARange(value: Int, range: ClosedRange<Int>, message: String) throws {
        #expect(try complaint(["k": JSONValue(value)]) { _ = try $0.integer("k", in: range) } == message)
    }

    @Test func theEndsOfARangeBelongToIt() throws {
        var reader = ParameterReader(["a": 1, "b": 4])
        #expect(try reader.integer("a", in: 1...4) == 1)
        #expect(try reader.integer("b", in: 1...4) == 4)
    }

    @Test func otherTypesAreNotConverted() throws {
        #expect(try complaint(["k": "0.5"]) { _ = try $0.number("k") } == #"k is "0.5"; it must be a number"#)
        #expect(try complaint(["k": 1]) { _ = try $0.boolean("k") } == "k is 1; it must be true or false")
        #expect(try complaint(["k": "yes"]) { _ = try $0.boolean("k") } == #"k is "yes"; it must be true or false"#)
        #expect(try complaint(["k": 1]) { _ = try $0.string("k") } == "k is 1; it must be a text")
        // What stands where a key belongs may be one, and is not shown.
        #expect(
            try complaint(["api_key": 12345]) { _ = try $0.string("api_key") }
                == "api_key is a number; it must be a text")
        #expect(try complaint(["k": ["a": 1]]) { _ = try $0.string("k") } == #"k is {"a":1}; it must be a text"#)
    }

    @Test func whatNobodyAskedForIsRefusedWithAGuess() throws {
        let message = try complaint(["n_ctx": 1, "n_bath": 2, "zzz": 3]) { reader in
            _ = try reader.integer("n_ctx")
            _ = try reader.integer("n_batch")
            try reader.finish()
        }
        #expect(
            message == """
                there is no parameter n_bath
                hint: Did you mean n_batch? The parameters are: n_batch, n_ctx.
                """)
    }

    @Test func withoutAGuessTheListMustDo() throws {
        let message = try complaint(["zzz": nil]) { reader in
            _ = try reader.integer("n_ctx")
            try reader.finish()
        }
        #expect(message == "there is no parameter zzz\nhint: The parameters are: n_ctx.")
        #expect(
            try complaint(["zzz": 1]) { try $0.finish() }
                == "there is no parameter zzz\nhint: This backend has no parameters.")
        var none = ParameterReader([:])
        _ = try none.integer("n_ctx")
        try none.finish()
    }
}
