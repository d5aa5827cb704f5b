import InterlockCore
import Testing

@Suite struct JSONDecoderTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONValueDecoder().decode(type, parsing: text)
    }

    /// The message and the path of the error that decoding causes.
    private func failure<Value: Decodable>(_ type: Value.Type, _ text: String) -> (message: String, path: [String])? {
        do {
            _ = try decode(type, text)
            return nil
        } catch let error as DecodingError {
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                return (context.debugDescription, context.codingPath.map(\.stringValue))
            @unknown default:
                return ("\(error)", [])
            }
        } catch {
            return ("\(error)", [])
        }
    }

    @Test func scalars() throws {
        #expect(try decode(Bool.self, "true"))
        #expect(try decode(String.self, "\"x\"") == "x")
        #expect(try decode(Int.self, "1") == 1)
        #expect(try decode(Int.self, "1.0") == 1)
        #expect(try decode(UInt8.self, "1e2") == 100)
        #expect(try decode(Double.self, "1") == 1)
        #expect(try decode(Float.self, "0.1") == 0.1)
        #expect(try decode(Int?.self, "null") == nil)
        #expect(try decode([Int?].self, "[1,null]") == [1, nil])
        #expect(try JSONValueDecoder().decode([Int].self, parsing: Array("[1]".utf8)) == [1])
        #expect(try JSONValueDecoder().decode([Int].self, from: [1]) == [1])
        let text: String = try JSONValueDecoder().decode(parsing: "\"inferred\"")
        #expect(text == "inferred")
    }

    @Test func integerRanges() throws {
        func check<Integer: FixedWidthInteger & Codable>(_ type: Integer.Type) throws {
            for value in [Integer.min, Integer.max] {
                #expect(try decode(type, "\(value)") == value)
                #expect(try decode([Integer].self, "[\(value)]") == [value])
                #expect(try decode([String: Integer].self, "{\"a\":\(value)}") == ["a": value])
            }
            let beyond = "\(Integer.max)0"
            #expect(failure(type, beyond)?.message == "the number \(beyond) does not fit in \(type)")
            if !Integer.isSigned { #expect(failure(type, "-1")?.message == "the number -1 does not fit in \(type)") }
            #expect(failure(type, "1.5")?.message == "expected an integer, found the number 1.5")
            #expect(failure([Integer].self, "[true]")?.message == "at [0]: expected an integer, found true")
        }
        try check(Int.self)
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(UInt.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
        try check(Int128.self)
        try check(UInt128.self)
    }

    private struct Reply: Codable, Equatable {
        struct Choice: Codable, Equatable {
            var text: String
            var score: Double?
        }
        var id: String
        var choices: [Choice]
        var usage: [String: Int]?
    }

    @Test func synthesizedTypes() throws {
        let reply = try decode(
            Reply.self,
            #"{"id":"r","choices":[{"text":"a","score":0.5},{"text":"b","score":null}],"unknown":[1],"usage":{"in":3}}"#
        )
        #expect(
            reply == Reply(id: "r", choices: [.init(text: "a", score: 0.5), .init(text: "b")], usage: ["in": 3])
        )
        #expect(try JSONValueDecoder().decode(Reply.self, from: JSONValueEncoder().encode(reply)) == reply)
    }

    @Test func errorsNamePlaceAndFinding() {
        let cases: [(text: String, message: String, path: [String])] = [
            (#"{"id":"r"}"#, "the key \"choices\" is missing", []),
            (#"{"id":null,"choices":[]}"#, "at id: expected a string, found null", ["id"]),
            (#"{"id":7,"choices":[]}"#, "at id: expected a string, found the number 7", ["id"]),
            (#"{"id":"r","choices":{}}"#, "at choices: expected an array, found an object of 0 keys", ["choices"]),
            (
                #"{"id":"r","choices":[{"text":"a"},{}]}"#, "at choices[1]: the key \"text\" is missing",
                ["choices", "1"]
            ),
            (
                #"{"id":"r","choices":[{"text":[1]}]}"#,
                "at choices[0].text: expected a string, found an array of 1 element",
                ["choices", "0", "text"]
            ),
            (
                #"{"id":"r","choices":[{"text":"a","score":"high"}]}"#,
                "at choices[0].score: expected a number, found the string \"high\"", ["choices", "0", "score"]
            ),
            (
                #"{"id":"r","choices":[{"text":"a","score":1e999}]}"#,
                "at choices[0].score: the number 1e999 is too large for Double", ["choices", "0", "score"]
            ),
            (
                #"{"id":"r","choices":[],"usage":{"in put":true}}"#,
                "at usage[\"in put\"]: expected an integer, found true", ["usage", "in put"]
            ),
            ("[]", "expected an object, found an array of 0 elements", []),
            ("null", "expected an object, found null", []),
        ]
        for (text, message, path) in cases {
            let failure = failure(Reply.self, text)
            #expect(failure?.message == message)
            #expect(failure?.path == path)
        }
        #expect(failure(Bool.self, "0")?.message == "expected true or false, found the number 0")
        #expect(failure(Float.self, "1e39")?.message == "the number 1e39 is too large for Float")
        let long = String(repeating: "x", count: 100)
        #expect(
            failure(Int.self, "\"\(long)\"")?.message
                == "expected an integer, found the string \"\(long.prefix(39))…\""
        )
        // What is no JSON is reported by the parser.
        #expect(
            failure(Int.self, "[1")?.message == "line 1, column 3: expected ',' or ']' in array, found end of input")
    }

    @Test func errorKinds() {
        func kind(_ type: (some Decodable).Type, _ text: String) -> String {
            do {
                _ = try decode(type, text)
                return "none"
            } catch DecodingError.typeMismatch {
                return "typeMismatch"
            } catch DecodingError.valueNotFound {
                return "valueNotFound"
            } catch DecodingError.keyNotFound {
                return "keyNotFound"
            } catch DecodingError.dataCorrupted {
                return "dataCorrupted"
            } catch {
                return "other"
            }
        }
        #expect(kind(Int.self, "\"1\"") == "typeMismatch")
        #expect(kind(Int.self, "null") == "valueNotFound")
        #expect(kind(Int8.self, "300") == "dataCorrupted")
        #expect(kind(Reply.self, "{}") == "keyNotFound")
        #expect(kind([Int].self, "{}") == "typeMismatch")
        #expect(kind(String.self, "[") == "other")
    }

    private struct Manual: Decodable, Equatable {
        enum Key: String, CodingKey { case list, object, a, b, missing }
        var log: [String] = []

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            log.append("keys \(container.allKeys.map(\.rawValue))")
            log.append("has a: \(container.contains(.a)), missing: \(container.contains(.missing))")
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            log.append("count \(list.count ?? -1)")
            log.append("nil \(try list.decodeNil()) \(list.currentIndex)")
            log.append("nil \(try list.decodeNil()) \(list.currentIndex)")
            // A failed attempt leaves the element to be tried as something else.
            log.append("failed \((try? list.decode(String.self)) == nil) \(list.currentIndex)")
            log.append("int \(try list.decode(Int.self))")
            let inner = try list.nestedContainer(keyedBy: Key.self)
            log.append("inner \(try inner.decode(Bool.self, forKey: .b)) \(inner.codingPath.map(\.stringValue))")
            var innerList = try list.nestedUnkeyedContainer()
            log.append("inner list \(try innerList.decode(Double.self)) \(innerList.isAtEnd)")
            log.append("super \(try String(from: try list.superDecoder())) \(list.isAtEnd)")
            log.append("optional \((try list.decodeIfPresent(Int.self)) == nil)")
            let object = try container.nestedContainer(keyedBy: Key.self, forKey: .object)
            log.append("null \(try object.decodeNil(forKey: .a))")
            log.append("if present \((try object.decodeIfPresent(Int.self, forKey: .a)) == nil)")
            log.append("if missing \((try object.decodeIfPresent(Int.self, forKey: .missing)) == nil)")
            log.append("super \(try [String: Int](from: container.superDecoder()))")
            log.append("super for key \(try Int(from: container.superDecoder(forKey: .a)))")
            log.append(
                "missing super \(try container.superDecoder(forKey: .missing).singleValueContainer().decodeNil())")
        }
    }

    @Test func manualContainers() throws {
        let text = #"{"list":[null,7,{"b":true},[0.5],"s"],"object":{"a":null},"a":3,"super":{"x":1},"other":0}"#
        #expect(
            try decode(Manual.self, text).log == [
                #"keys ["list", "object", "a"]"#, "has a: true, missing: false", "count 5", "nil true 1",
                "nil false 1", "failed true 1", "int 7", #"inner true ["list", "2"]"#, "inner list 0.5 true",
                "super s true", "optional true", "null true", "if present true", "if missing true",
                #"super ["x": 1]"#, "super for key 3", "missing super true",
            ]
        )
    }

    @Test func endOfArray() {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = try container.decode(Int.self)
                _ = try container.decode(Int.self)
            }
        }
        let failure = failure([Pair].self, "[[1,2],[1]]")
        #expect(failure?.message == "at [1][1]: expected another element; the array has only 1 element")
        #expect(failure?.path == ["1", "1"])
    }

    @Test func dictionaries() throws {
        #expect(try decode([String: Int].self, #"{"camelKey":1,"snake_key":2}"#) == ["camelKey": 1, "snake_key": 2])
        #expect(try decode([Int: String].self, #"{"1":"a","-2":"b"}"#) == [1: "a", -2: "b"])
        #expect(try decode([Bool: Int].self, "[true,1,false,0]") == [true: 1, false: 0])
        let snake = JSONValueDecoder(keyStrategy: .snakeCase)
        #expect(
            try snake.decode([String: Int].self, parsing: #"{"camelKey":1,"snake_key":2}"#) == [
                "camelKey": 1, "snake_key": 2,
            ])
        #expect(try snake.decode([Int: [String: Int]].self, parsing: #"{"1":{"a_b":1}}"#) == [1: ["a_b": 1]])
        #expect(throws: DecodingError.self) { try snake.decode([Int: Int].self, parsing: #"{"x":1}"#) }
    }

    @Test func snakeCaseKeys() throws {
        struct Names: Decodable, Equatable {
            struct Dynamic: CodingKey {
                var stringValue: String
                var intValue: Int? { nil }
                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }
            var names: [String]
            init(from decoder: any Decoder) throws {
                names = try decoder.container(keyedBy: Dynamic.self).allKeys.map(\.stringValue)
            }
        }
        let text = #"{"max_tokens":1,"_private_key_":2,"__":3,"plain":4,"a__b":5,"x_1":6}"#
        #expect(
            try JSONValueDecoder(keyStrategy: .snakeCase).decode(Names.self, parsing: text).names
                == ["maxTokens", "_privateKey_", "__", "plain", "aB", "x1"]
        )
    }

    @Test func jsonTypesPassUnchanged() throws {
        struct Holder: Codable {
            var value: JSONValue
            var object: JSONObject
            var number: JSONNumber
            var list: [JSONNumber]
            var optional: JSONValue?
            var arguments: [String: JSONValue]
        }
        let text =
            #"{"value":{"z":1.0,"a":null},"object":{"b":1e400,"a":0.10},"number":-0.0,"list":[1.0,2e5],"#
            + #""optional":[],"arguments":{"x":12345678901234567890123}}"#
        let holder = try decode(Holder.self, text)
        #expect(try JSONValueEncoder().encode(holder).jsonText() == text)
        #expect(try decode(JSONValue.self, "null") == .null)
        #expect(failure(JSONNumber.self, "\"1\"")?.message == "expected a number, found the string \"1\"")
        #expect(failure(JSONObject.self, "[1]")?.message == "expected an object, found an array of 1 element")
        #expect(failure([JSONObject].self, "[null]")?.message == "at [0]: expected an object, found null")
    }

    @Test func userInfoAndParseOptions() throws {
        struct Reads: Decodable {
            var info: String?
            init(from decoder: any Decoder) throws {
                info = CodingUserInfoKey(rawValue: "k").flatMap { decoder.userInfo[$0] as? String }
            }
        }
        let key = try #require(CodingUserInfoKey(rawValue: "k"))
        #expect(try JSONValueDecoder(userInfo: [key: "v"]).decode([Reads].self, from: [nil]).first?.info == "v")
        let strict = JSONValueDecoder(parseOptions: .init(duplicateKeys: .reject))
        #expect(throws: JSONValue.ParseError.self) { try strict.decode(JSONValue.self, parsing: #"{"a":1,"a":2}"#) }
    }
}
