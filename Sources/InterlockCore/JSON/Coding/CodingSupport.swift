/// A key made up on the way: a dictionary's, an array's index or `super`.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }

    /// The key that stands for a superclass, as in Foundation's coders.
    static let `super` = JSONKey(stringValue: "super")
}

/// What encoder and decoder are told by their user.
struct CodingSettings {
    var keyStrategy: JSONKeyStrategy
    var userInfo: [CodingUserInfoKey: any Sendable]
}

/// The way from the root to a value; a list that shares its beginning, because it is only ever read for errors.
indirect enum CodingRoute {
    case root
    case step(from: CodingRoute, any CodingKey)

    func appending(_ key: any CodingKey) -> CodingRoute {
        .step(from: self, key)
    }

    func appending(index: Int) -> CodingRoute {
        .step(from: self, JSONKey(intValue: index))
    }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var route = self
        while case .step(let parent, let key) = route {
            path.append(key)
            route = parent
        }
        return path.reversed()
    }

    /// A message that begins with the route, as in `at messages[0].content: expected a string, found null`.
    func message(_ text: String) -> String {
        let path = codingPath
        guard !path.isEmpty else { return text }
        var place = ""
        for key in path {
            if let index = key.intValue {
                place += "[\(index)]"
            } else if CodingRoute.isPlain(key.stringValue) {
                place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
            } else {
                place += "[\(JSONValue.string(key.stringValue))]"
            }
        }
        return "at \(place): \(text)"
    }

    /// Whether a key can be shown without quotes.
    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
                    return true
                default:
                    return byte >= 0x80
                }
            }
    }
}

extension JSONValue {
    /// The value in words for a message, shortened when it is long.
    var summary: String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let number): return "the number \(JSONValue.shortened(number.text))"
        case .string(let string):
            let short = JSONValue.shortened(string)
            return "the string \(JSONValue.string(short))"
        case .array(let array):
            return array.count == 1 ? "an array of 1 element" : "an array of \(array.count) elements"
        case .object(let object): return object.count == 1 ? "an object of 1 key" : "an object of \(object.count) keys"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.unicodeScalars.count <= 40 ? text : String(text.unicodeScalars.prefix(39)) + "…"
    }
}
