import Foundation
import InterlockCore
import Testing

/// The same documents and values through other people's JSON.
@Suite struct JSONDifferentialTests {
    @Test func documentsAsPythonWritesThem() throws {
        let lines = JSONPythonVectors.documents.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count >= 300)
        for index in stride(from: 0, to: lines.count, by: 3) {
            let value = try JSONValue(parsing: lines[index])
            #expect(value.jsonText(.init(escapesNonASCII: true)) == lines[index + 1])
            #expect(value.jsonText(.init(sortsKeys: true, escapesNonASCII: true)) == lines[index + 2])
            #expect(try JSONValue(parsing: lines[index + 2]) == value)
        }
    }

    @Test func numbersAsPythonReadsThem() throws {
        for line in JSONPythonVectors.numbers.split(separator: "\n") {
            let parts = line.split(separator: " ")
            let number = try #require(JSONNumber(text: String(parts[0])))
            #expect(number.double?.bitPattern == UInt64(parts[1], radix: 16), "\(line)")
        }
    }

    private struct Sample: Codable, Equatable {
        enum Shape: Codable, Equatable {
            case circle(radius: Double)
            case square(Int)
            case none
        }
        var text = "a/\"é\n"
        var numbers: [Double] = [0, -1.5, 1e300]
        var integers: [Int64] = [.min, .max]
        var optional: Int?
        var list: [Int?] = [1, nil]
        var nested: [String: [String: Bool]] = ["a": ["b": true], "c": [:]]
        var byNumber = [1: "x", 2: "y"]
        var shapes: [Shape] = [.circle(radius: 2), .square(3), .none]
        var range = 1..<5
        var value: JSONValue = ["k": [1, 2.5, nil, true, "s"], "o": [:]]
        var object: JSONObject = ["b": 1]
        var number: JSONNumber = 7
    }

    /// Standard library types and synthesized code must come out as with Foundation's coders, in both directions.
    @Test func codingAgreesWithFoundation() throws {
        let sample = Sample()
        let ours = try JSONValueEncoder().encode(sample)
        let theirs = try JSONValue(parsing: JSONEncoder().encode(sample))
        #expect(ours == theirs)
        #expect(try JSONDecoder().decode(Sample.self, from: Data(ours.jsonBytes())) == sample)
        #expect(try JSONValueDecoder().decode(Sample.self, from: theirs) == sample)
    }

    @Test func jsonTypesThroughFoundation() throws {
        let text = #"{"a":[1,-9223372036854775808,18446744073709551615,0.5,1e300,true,null,"x",{},[]],"o":{"k":"é"}}"#
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: JSONEncoder().encode(value)) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
        #expect(try JSONDecoder().decode(JSONObject.self, from: Data(text.utf8)) == value.objectValue)
        #expect(try JSONDecoder().decode([JSONNumber].self, from: Data("[1,2.5]".utf8)) == [1, 2.5])
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data("3".utf8)) == 3)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSONObject.self, from: Data("[]".utf8)) }
        let huge = try JSONValue(parsing: "[1e400]")
        let error = #expect(throws: EncodingError.self) { try JSONEncoder().encode(huge) }
        guard case .invalidValue(_, let context)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.debugDescription == "the number 1e400 is beyond the range of Double; use JSONValueEncoder")
    }
}
