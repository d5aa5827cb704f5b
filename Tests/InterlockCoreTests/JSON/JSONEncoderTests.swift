import InterlockCore
import Testing

@Suite struct JSONEncoderTests {
    private func text(_ value: some Encodable, _ strategy: JSONKeyStrategy = .asWritten) throws -> String {
        try JSONValueEncoder(keyStrategy: strategy).encode(value).jsonText()
    }

    @Test func scalarsAtTheTop() throws {
        #expect(try text(true) == "true")
        #expect(try text("x") == "\"x\"")
        #expect(try text(Int8.min) == "-128")
        #expect(try text(Int16.min) == "-32768")
        #expect(try text(Int32.min) == "-2147483648")
        #expect(try text(Int64.min) == "-9223372036854775808")
        #expect(try text(Int128.min) == "-170141183460469231731687303715884105728")
        #expect(try text(UInt8.max) == "255")
        #expect(try text(UInt16.max) == "65535")
        #expect(try text(UInt32.max) == "4294967295")
        #expect(try text(UInt64.max) == "18446744073709551615")
        #expect(try text(UInt128.max) == "340282366920938463463374607431768211455")
        #expect(try text(Int.max) == "9223372036854775807")
        #expect(try text(UInt.max) == "18446744073709551615")
        #expect(try text(0.1) == "0.1")
        #expect(try text(Float(0.1)) == "0.1")
        #expect(try text(Int?.none) == "null")
        #expect(try text([Int?.some(1), nil]) == "[1,null]")
        #expect(try JSONValueEncoder().encodeToBytes([1], options: .pretty) == Array("[\n  1\n]".utf8))
    }

    private struct Request: Codable, Equatable {
        struct Message: Codable, Equatable {
            var role: String
            var content: String?
        }
        enum Mode: String, Codable { case fast, slow }

        var model = "m"
        var messages = [Message(role: "user", content: "Hi"), Message(role: "assistant", content: nil)]
        var maxTokens: Int? = 5
        var topP: Double?
        var mode = Mode.fast
        var metadata: [String: JSONValue] = ["zKey": 1, "aKey": ["nestedKey": true]]
        var extra: JSONObject = ["keepMe": 1]
        var exact = JSONNumber(text: "1.50")
    }

    @Test func synthesizedTypes() throws {
        #expect(
            try text(Request())
                == #"{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant"}],"maxTokens":5,"#
                + #""mode":"fast","metadata":{"aKey":{"nestedKey":true},"zKey":1},"extra":{"keepMe":1},"exact":1.50}"#
        )
    }

    @Test func snakeCase() throws {
        let encoded = try text(Request(), .snakeCase)
        #expect(
            encoded
                == #"{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant"}],"max_tokens":5,"#
                + #""mode":"fast","metadata":{"aKey":{"nestedKey":true},"zKey":1},"extra":{"keepMe":1},"exact":1.50}"#
        )
        #expect(try JSONValueDecoder(keyStrategy: .snakeCase).decode(Request.self, parsing: encoded) == Request())

        struct Names: Codable, Equatable {
            var imageURLPath = 1
            var url = 2
            var aB = 3
            var _leading = 4
            var x2Y = 5
            var snake = 6
            var capitals = 7
            var tokensPerSecond99 = 8

            private enum CodingKeys: String, CodingKey {
                case imageURLPath, url, aB, _leading, x2Y
                case snake = "already_snake"
                case capitals = "URL"
                case tokensPerSecond99
            }
        }
        // Two names for one key is the caller's choice of names; here `url` and `URL` meet and the later one counts.
        #expect(
            try text(Names(), .snakeCase)
                == #"{"image_url_path":1,"url":7,"a_b":3,"_leading":4,"x2_y":5,"already_snake":6,"tokens_per_second99":8}"#
        )
    }

    @Test func dictionariesAreSorted() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<50).map { ("k\($0)", $0) })
        #expect(try JSONValueEncoder().encode(many).objectValue?.keys == many.keys.sorted())
        #expect(try text(["b": ["d": 1, "c": 2], "a": [:]]) == #"{"a":{},"b":{"c":2,"d":1}}"#)
        #expect(try text([2: "b", 1: "a"]) == #"{"1":"a","2":"b"}"#)
        // Keys that are no strings alternate with values, as the standard library has it.
        #expect(try text([true: 1]) == "[true,1]")
    }

    /// Containers used in every order and nesting the protocols allow.
    private struct Manual: Encodable {
        enum Key: String, CodingKey { case first, list, object, later, inner, number, replaced }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            var object = container.nestedContainer(keyedBy: Key.self, forKey: .object)
            try container.encode(1, forKey: .first)
            try list.encode("a")
            var inList = list.nestedContainer(keyedBy: Key.self)
            try list.encodeNil()
            var listInList = list.nestedUnkeyedContainer()
            try listInList.encode(contentsOf: [1, 2])
            try inList.encode(true, forKey: .inner)
            try "super in list".encode(to: list.superEncoder())
            #expect(list.count == 5)
            try object.encodeNil(forKey: .inner)
            try [Int8](arrayLiteral: 1).encode(to: object.superEncoder(forKey: .list))
            try ["x": 1].encode(to: container.superEncoder())
            try container.encode(1, forKey: .replaced)
            try container.encode(2, forKey: .replaced)
            // A second container of the same encoder continues the same object.
            var again = encoder.container(keyedBy: Key.self)
            try again.encode(Float(0.5), forKey: .number)
            var same = again.nestedContainer(keyedBy: Key.self, forKey: .object)
            try same.encode(1, forKey: .later)
            _ = again.nestedUnkeyedContainer(forKey: .later)
            #expect(encoder.codingPath.isEmpty)
            #expect(inList.codingPath.map(\.stringValue) == ["list", "1"])
            #expect(listInList.codingPath.last?.intValue == 3)
        }
    }

    @Test func manualContainers() throws {
        #expect(
            try text(Manual())
                == #"{"list":["a",{"inner":true},null,[1,2],"super in list"],"object":{"inner":null,"list":[1],"#
                + #""later":1},"first":1,"super":{"x":1},"replaced":2,"number":0.5,"later":[]}"#
        )
    }

    private class Base: Encodable {
        var base = 1
    }

    private final class Derived: Base {
        private enum Key: CodingKey { case derived }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(2, forKey: .derived)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func classes() throws {
        #expect(try text(Derived()) == #"{"derived":2,"super":{"base":1}}"#)
        #expect(try text([Derived()]) == #"[{"derived":2,"super":{"base":1}}]"#)
    }

    private struct Flat: Encodable {
        var known = 1
        var rest: JSONObject = ["restKey": 2.50, "known": 3]
        private enum CodingKeys: CodingKey { case known }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(known, forKey: .known)
            try rest.encode(to: encoder)
        }
    }

    @Test func unknownMembersBesideKnownOnes() throws {
        #expect(try text(Flat(), .snakeCase) == #"{"known":3,"restKey":2.5}"#)
    }

    private struct Empty: Encodable {
        func encode(to encoder: any Encoder) throws {}
    }

    private struct Wrapper<Value: Encodable>: Encodable {
        var items: [Value]
    }

    @Test func errors() throws {
        #expect(try text([Empty()]) == "[{}]")
        let nothing = #expect(throws: EncodingError.self) { try JSONValueEncoder().encode(Empty()) }
        guard case .invalidValue(_, let context)? = nothing else {
            Issue.record("\(String(describing: nothing))")
            return
        }
        #expect(context.debugDescription == "Empty did not encode anything")

        for (value, name) in [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
            let error = #expect(throws: EncodingError.self) {
                try JSONValueEncoder().encode(Wrapper(items: [["a.b": 0.0], ["a.b": value]]))
            }
            guard case .invalidValue(_, let context)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(
                context.debugDescription
                    == "at items[1][\"a.b\"]: \(name) cannot be written as JSON, which has no NaN and no infinity; "
                    + "use a finite number or null"
            )
            #expect(context.codingPath.map(\.stringValue) == ["items", "1", "a.b"])
            #expect(context.underlyingError is JSONNumber.NotFinite)
        }
        #expect(throws: EncodingError.self) { try text(Float.nan) }
        #expect(throws: EncodingError.self) { try text([Float.infinity]) }
    }

    private struct ReadsUserInfo: Encodable {
        func encode(to encoder: any Encoder) throws {
            let key = try #require(CodingUserInfoKey(rawValue: "k"))
            var container = encoder.singleValueContainer()
            try container.encode(try #require(encoder.userInfo[key] as? String))
        }
    }

    @Test func userInfo() throws {
        let key = try #require(CodingUserInfoKey(rawValue: "k"))
        #expect(try JSONValueEncoder(userInfo: [key: "v"]).encode([ReadsUserInfo()]) == ["v"])
    }

    @Test func jsonTypesPassUnchanged() throws {
        let text = #"{"z":1.0,"a":[1e400,-0,12345678901234567890123],"m":{"y":null,"b":"é"}}"#
        let value = try JSONValue(parsing: text)
        #expect(try self.text(value) == text)
        #expect(try self.text([value]) == "[\(text)]")
        #expect(try self.text(["k": value]) == "{\"k\":\(text)}")
        #expect(try self.text(Optional(value)) == text)
        #expect(try self.text(value.objectValue) == text)
        #expect(try self.text(value["a"]?[0]?.numberValue) == "1e400")
    }
}
