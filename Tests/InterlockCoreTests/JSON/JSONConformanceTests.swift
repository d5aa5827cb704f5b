import InterlockCore
import Testing

@Suite struct JSONConformanceTests {
    @Test func acceptsWhatRFC8259Accepts() {
        for (text, written) in JSONConformanceTable.accepted {
            do {
                let value = try JSONValue(parsing: text)
                #expect(value.jsonText().utf8.elementsEqual(written.utf8), "\(text.debugDescription)")
                // Writing what was parsed is stable from the first time on.
                let again = try JSONValue(parsing: written)
                #expect(again == value)
                #expect(again.jsonBytes() == Array(written.utf8))
            } catch {
                Issue.record("\(text.debugDescription): \(error)")
            }
        }
    }

    @Test func refusesWhatRFC8259Refuses() {
        for text in JSONConformanceTable.refused {
            #expect(throws: JSONValue.ParseError.self, "\(text.debugDescription)") { try JSONValue(parsing: text) }
        }
        for bytes in JSONConformanceTable.refusedBytes {
            #expect(throws: JSONValue.ParseError.self, "\(bytes)") { try JSONValue(parsing: bytes) }
        }
    }

    @Test func refusesIllFormedUTF8AndSaysWhere() {
        for (bytes, offset) in JSONConformanceTable.illFormed {
            let document = [UInt8(ascii: "["), UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\""), UInt8(ascii: "]")]
            let error = #expect(throws: JSONValue.ParseError.self, "\(bytes)") { try JSONValue(parsing: document) }
            #expect(error?.code == .invalidUTF8, "\(bytes)")
            #expect(error?.offset == offset + 2, "\(bytes)")
        }
    }

    /// A document cut off anywhere is reported as cut off, which is how callers tell truncation from nonsense.
    @Test func everyPrefixEndsUnexpectedly() throws {
        let text = #"{"a":[1.5e-3,true,null,"x\n\ud83d\ude00é"],"b":{"c":-0,"d":false}}"#
        let bytes = Array(text.utf8)
        _ = try JSONValue(parsing: bytes)
        for length in 0..<bytes.count {
            let error = #expect(throws: JSONValue.ParseError.self) { try JSONValue(parsing: bytes[..<length]) }
            // Cutting through 'é' leaves an open string as well: it is not judged before its closing quote.
            #expect(error?.code == .unexpectedEnd, "\(length) bytes: \(String(describing: error))")
            #expect(error?.offset == length)
        }
    }

    @Test func acceptsEverySource() throws {
        let text = #" {"a":[1,"é"]} "#
        let expected: JSONValue = ["a": [1, "é"]]
        let bytes = Array(text.utf8)
        #expect(try JSONValue(parsing: text) == expected)
        #expect(try JSONValue(parsing: text.dropFirst().dropLast()) == expected)
        #expect(try JSONValue(parsing: bytes) == expected)
        #expect(try JSONValue(parsing: bytes[1...]) == expected)
        #expect(try JSONValue(parsing: ContiguousArray(bytes)) == expected)
        #expect(try JSONValue(parsing: bytes.reversed().reversed() as [UInt8]) == expected)
        #expect(try JSONValue(parsing: Array(bytes.reversed()).reversed()) == expected)
        #expect(try bytes.withUnsafeBytes { try JSONValue(parsing: $0) } == expected)
        #expect(try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) } == expected)
        #expect(try JSONValue(parsing: bytes.span) == expected)
        #expect(try JSONValue(parsing: bytes.span.bytes) == expected)
        #expect(try JSONValue(parsing: CollectionOfOne(UInt8(ascii: "1"))) == 1)
        #expect(throws: JSONValue.ParseError.self) { try JSONValue(parsing: EmptyCollection<UInt8>()) }
        #expect(throws: JSONValue.ParseError.self) {
            try JSONValue(parsing: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
