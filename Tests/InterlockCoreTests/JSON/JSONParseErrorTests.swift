import InterlockCore
import Testing

@Suite struct JSONParseErrorTests {
    /// The whole text of the error that a document causes.
    private func message(_ text: String, _ options: JSONValue.ParseOptions = .init()) -> String? {
        message(Array(text.utf8), options)
    }

    private func message(_ bytes: [UInt8], _ options: JSONValue.ParseOptions = .init()) -> String? {
        do throws(JSONValue.ParseError) {
            _ = try JSONValue(parsing: bytes, options: options)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func structure() {
        #expect(message("") == "line 1, column 1: expected a value, found end of input")
        #expect(
            message("{\n  \"a\": 1,\n  \"b\" \"c\"}")
                == "line 3, column 7: expected ':' after the key, found '\"'"
        )
        #expect(message("{\"a\": 1\n\"b\": 2}") == "line 2, column 1: expected ',' or '}' in object, found '\"'")
        #expect(message("{\n\n  \"a\" : 1 \"b\"") == "line 3, column 11: expected ',' or '}' in object, found '\"'")
        #expect(message("[1 2]") == "line 1, column 4: expected ',' or ']' in array, found '2'")
        #expect(message("[1") == "line 1, column 3: expected ',' or ']' in array, found end of input")
        #expect(message("[1,]") == "line 1, column 4: expected a value after ',' in array, found ']'")
        #expect(message("{\"a\":1,}") == "line 1, column 8: expected a key after ',' in object, found '}'")
        #expect(message("{\"a\":1,2}") == "line 1, column 8: expected a key in double quotes, found '2'")
        #expect(message("{a:1}") == "line 1, column 2: expected a key in double quotes or '}', found 'a'")
        #expect(message("{\"a\"}") == "line 1, column 5: expected ':' after the key, found '}'")
        #expect(message("1 2") == "line 1, column 3: expected end of input after the value, found '2'")
        #expect(message("[,]") == "line 1, column 2: expected a value, found ','")
    }

    @Test func scalars() {
        #expect(message("tru") == "line 1, column 4: expected true, found end of input")
        #expect(message("nul1") == "line 1, column 1: expected a value, found 'n'")
        #expect(message("True") == "line 1, column 1: expected a value, found 'T' (write true)")
        #expect(message("[None]") == "line 1, column 2: expected a value, found 'N' (write null)")
        #expect(message("NaN") == "line 1, column 1: expected a value, found 'N' (JSON has no NaN)")
        #expect(message("'a'") == "line 1, column 1: expected a value, found ''' (strings take double quotes)")
        #expect(message("// a\n1") == "line 1, column 1: expected a value, found '/' (JSON has no comments)")
        #expect(message("+1") == "line 1, column 1: expected a value, found '+' (numbers take no plus sign)")
        #expect(
            message(".5") == "line 1, column 1: expected a value, found '.' (a number needs a digit before the point)"
        )
        #expect(message("-") == "line 1, column 2: expected a digit after '-', found end of input")
        #expect(message("-x") == "line 1, column 2: expected a digit after '-', found 'x'")
        #expect(message("1.x") == "line 1, column 3: expected a digit after the decimal point, found 'x'")
        #expect(message("1ex") == "line 1, column 3: expected a digit after 'e' and its sign, found 'x'")
        #expect(message("01") == "line 1, column 2: a number must not begin with 0 and another digit")
        #expect(message("[é]") == "line 1, column 2: expected a value, found 'é'")
        #expect(message("[\u{a0}1]") == "line 1, column 2: expected a value, found U+00A0")
        #expect(message("[\u{7}1]") == "line 1, column 2: expected a value, found U+0007")
        #expect(message([0x5B, 0xFF]) == "line 1, column 2: expected a value, found byte 0xFF")
    }

    @Test func strings() {
        #expect(
            message("[\n \"abc")
                == "line 2, column 6: the string that begins at line 2, column 2 is not closed, found end of input"
        )
        #expect(
            message("\"\\x\"")
                == "line 1, column 3: expected one of \" \\ / b f n r t u after '\\' in string, found 'x'"
        )
        #expect(message("\"\\u12x4\"") == "line 1, column 6: expected four hexadecimal digits after '\\u', found 'x'")
        #expect(message("\"a\nb\"") == "line 1, column 3: the control character U+000A must be escaped in a string")
        #expect(
            message("\"é\\ud800 \"") == "line 1, column 3: \\ud800 is half of a surrogate pair without its other half"
        )
        #expect(
            message([0x22, 0x61, 0xC3, 0x22]) == "line 1, column 3: byte 0xC3 is not well-formed UTF-8 here"
        )
    }

    @Test func documents() {
        #expect(
            message("\u{feff}{}")
                == "line 1, column 1: JSON must not begin with a byte order mark (RFC 8259 §8.1); "
                + "remove the bytes EF BB BF"
        )
        #expect(
            message([0xFF, 0xFE, 0x7B, 0x00])
                == "line 1, column 1: JSON must be UTF-8, and this begins with the byte order mark of UTF-16; convert it"
        )
        #expect(
            message("[1,2]", .init(maximumBytes: 4))
                == "line 1, column 1: the document has 5 bytes, more than the 4 allowed"
        )
        #expect(message("[1,2]", .init(maximumBytes: 5)) == nil)
        #expect(
            message("[[1,[]]]", .init(maximumDepth: 2))
                == "line 1, column 5: arrays and objects nest deeper than the 2 levels allowed"
        )
        #expect(message("[[1,2]]", .init(maximumDepth: 2)) == nil)
        #expect(message("1", .init(maximumDepth: 0)) == nil)
        #expect(
            message("{}", .init(maximumDepth: 0))
                == "line 1, column 1: arrays and objects nest deeper than the 0 levels allowed"
        )
    }

    @Test func repeatedKeys() {
        let text = "{\"x\": {\"a\": 1},\n \"b\": 2,\n \"\\u0062\": 3}"
        #expect(
            message(text, .init(duplicateKeys: .reject))
                == "line 3, column 2: the key \"b\" occurs twice in this object; keep one of them"
        )
        #expect(message("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}", .init(duplicateKeys: .reject)) == nil)
        // Beyond the size that is searched linearly.
        let many = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(message("{\(many)}", .init(duplicateKeys: .reject)) == nil)
        #expect(
            message("{\(many),\n\"k7\":1}", .init(duplicateKeys: .reject))
                == "line 2, column 1: the key \"k7\" occurs twice in this object; keep one of them"
        )
    }

    @Test func repeatedKeysKept() throws {
        let text = #"{"a":1,"b":2,"a":3}"#
        let last = try JSONValue(parsing: text, options: .init(duplicateKeys: .keepLast))
        #expect(last.jsonText() == #"{"a":3,"b":2}"#)
        let first = try JSONValue(parsing: text, options: .init(duplicateKeys: .keepFirst))
        #expect(first.jsonText() == #"{"a":1,"b":2}"#)
        let many = (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",")
        let lastOfMany = try JSONValue(parsing: "{\(many)}")
        #expect(lastOfMany.objectValue?.count == 20)
        #expect(lastOfMany["k3"] == 23)
        let firstOfMany = try JSONValue(parsing: "{\(many)}", options: .init(duplicateKeys: .keepFirst))
        #expect(firstOfMany["k3"] == 3)
        #expect(firstOfMany.objectValue?.keys == (0..<20).map { "k\($0)" })
    }

    @Test func loneSurrogatesReplaced() throws {
        let options = JSONValue.ParseOptions(loneSurrogates: .replace)
        let cases = [
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\ud800\ud800\udc00""#, "\u{FFFD}\u{10000}"),
            (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud800\n""#, "\u{FFFD}\n"), (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"),
            (#""\ud83d\ude00""#, "\u{1F600}"), (#""é\ud800é""#, "é\u{FFFD}é"),
        ]
        for (text, expected) in cases {
            #expect(try JSONValue(parsing: text, options: options) == .string(expected), "\(text)")
        }
    }

    @Test func linesAndColumns() {
        // Line ends of every kind; columns count scalars, not bytes.
        #expect(message("[\r\n1,\r\"é€😀\"x") == "line 3, column 6: expected ',' or ']' in array, found 'x'")
        #expect(message("\n\n\nx") == "line 4, column 1: expected a value, found 'x'")
        let error = #expect(throws: JSONValue.ParseError.self) { try JSONValue(parsing: "[\"é\" x") }
        #expect(error?.offset == 6)
        #expect(error?.column == 6)
        #expect(error?.message == "expected ',' or ']' in array, found 'x'")
        #expect(error?.code.description == "unexpected_character")
    }
}
