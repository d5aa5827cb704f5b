import InterlockCore
import Testing

@Suite struct JSONObjectTests {
    @Test func order() {
        var object: JSONObject = ["z": 1, "a": 2]
        object["m"] = 3
        object["z"] = 4
        #expect(object.keys == ["z", "a", "m"])
        #expect(object.values == [4, 2, 3])
        #expect(object.updateValue(5, forKey: "a") == 2)
        #expect(object.updateValue(6, forKey: "n") == nil)
        #expect(object.removeValue(forKey: "z") == 4)
        #expect(object.removeValue(forKey: "z") == nil)
        object["z"] = 7
        #expect(object.description == #"{"a":5,"m":3,"n":6,"z":7}"#)
        object.merge(["m": 0, "k": 1])
        #expect(object.description == #"{"a":5,"m":0,"n":6,"z":7,"k":1}"#)
        object["none"] = nil
        #expect(object.count == 5)
        #expect(!object.isEmpty)
        #expect(JSONObject().isEmpty)
    }

    @Test func collection() {
        let object: JSONObject = ["a": 1, "b": 2, "c": 3]
        #expect(object.map(\.key) == ["a", "b", "c"])
        #expect(object[1].value == 2)
        #expect(object.first?.key == "a")
        #expect(object.last?.key == "c")
        #expect(object.reversed().map(\.key) == ["c", "b", "a"])
        var sum = 0
        for (_, value) in object { sum += value.intValue ?? 0 }
        #expect(sum == 6)
        #expect(JSONObject(object.filter { $0.value != 2 }.map { ($0.key, $0.value) }) == ["a": 1, "c": 3])
    }

    @Test func defaults() {
        var object: JSONObject = [:]
        object["list", default: []].arrayValue?.append(1)
        object["list", default: []].arrayValue?.append(2)
        #expect(object == ["list": [1, 2]])
        #expect(object["missing", default: "d"] == "d")
        #expect(object.count == 1)
    }

    @Test func canonicallyEquivalentKeysDiffer() {
        var object: JSONObject = ["é": 1]
        object["e\u{301}"] = 2
        #expect(object.count == 2)
        #expect(object["é"] == 1)
        for index in 0..<30 { object["k\(index)"] = 0 }
        #expect(object["é"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    /// The same random operations on an object and on a plain list of pairs, across the size where the index begins.
    @Test func agreesWithAListOfPairs() {
        var random = JSONTestRandom(seed: 11)
        for _ in 0..<200 {
            var object = JSONObject()
            var pairs: [(key: String, value: JSONValue)] = []
            for step in 0..<120 {
                let key = "key\(Int.random(in: 0..<40, using: &random))"
                let value = JSONValue(step)
                let known = pairs.firstIndex { $0.key == key }
                switch Int.random(in: 0..<8, using: &random) {
                case 0, 1:
                    #expect(object.removeValue(forKey: key) == known.map { pairs[$0].value })
                    if let known { pairs.remove(at: known) }
                case 2:
                    object[key] = nil
                    if let known { pairs.remove(at: known) }
                case 3, 4, 5:
                    #expect(object.updateValue(value, forKey: key) == known.map { pairs[$0].value })
                    if let known { pairs[known].value = value } else { pairs.append((key, value)) }
                default:
                    object[key] = value
                    if let known { pairs[known].value = value } else { pairs.append((key, value)) }
                }
                #expect(object[key] == pairs.first { $0.key == key }?.value)
                #expect(object.contains(key: key) == pairs.contains { $0.key == key })
            }
            #expect(object.keys == pairs.map(\.key))
            #expect(object.values == pairs.map(\.value))
            let shuffled = JSONObject(pairs.shuffled(using: &random).map { ($0.key, $0.value) })
            #expect(shuffled == object)
            #expect(shuffled.hashValue == object.hashValue)
        }
    }
}
