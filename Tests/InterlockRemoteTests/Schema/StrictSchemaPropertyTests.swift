import InterlockCore
import InterlockRemote
import Testing

@Suite struct StrictSchemaPropertyTests {
    @Test("what a transformed schema accepts, its original accepts", arguments: [true, false])
    func soundness(isOpenAI: Bool) {
        let subset = isOpenAI ? SchemaSubset.openAIStrict : .anthropic
        var transformed = 0
        var accepted = 0
        for seed in 1...1200 {
            var generator = SchemaGenerator(seed: UInt64(seed))
            let original = generator.root()
            guard
                let prepared = try? StrictSchema.prepare(
                    original, for: subset, policy: .error, provider: "it")
            else { continue }
            transformed += 1
            #expect(prepared.drops == [])
            let strict = SchemaValidator(root: prepared.schema)
            let loose = SchemaValidator(root: original)
            for _ in 0..<20 {
                let value = generator.value(for: prepared.schema, in: prepared.schema)
                guard strict.accepts(value) else { continue }
                accepted += 1
                #expect(loose.accepts(value), "\(original) does not accept \(value), but \(prepared.schema) does")
            }
        }
        // The test must have something to say.
        #expect(transformed > 50)
        #expect(accepted > 300)
    }

    @Test("with drops a schema is within the subset, and every drop names a place of the original")
    func drops() throws {
        var prepared = 0
        for seed in 1...400 {
            var generator = SchemaGenerator(seed: UInt64(seed))
            let original = generator.root()
            guard
                let result = try? StrictSchema.prepare(
                    original, for: .openAIStrict, policy: .drop, subject: "s", provider: "it")
            else { continue }
            prepared += 1
            for drop in result.drops {
                let pointer = try JSONPointer(drop.subject.dropFirst(2))
                let parent = JSONPointer(tokens: pointer.tokens.dropLast())
                #expect(original.value(at: parent) != nil, "\(drop.subject) is no place of \(original)")
            }
            // Whatever was made is accepted as it is.
            let again = try StrictSchema.prepare(result.schema, for: .openAIStrict, policy: .error, provider: "it")
            #expect(again.drops == [])
            #expect(again.schema == result.schema)
        }
        #expect(prepared > 150)
    }
}
