import InterlockCore
import Testing

@Suite struct ConstraintTests {
    @Test func everyConstraintHasItsKind() {
        let constraints: [Constraint] = [
            .jsonSchema(["type": "object"], name: "n"), .jsonObject, .regex("a+"), .choice(["a", "b"]),
            .grammar("start: \"a\"", dialect: .lark),
        ]
        #expect(constraints.map(\.kind) == Constraint.Kind.allCases)
        let names = ["json_schema", "json_object", "regex", "choice", "grammar"]
        #expect(Constraint.Kind.allCases.map(\.rawValue) == names)
    }

    @Test func theLevelsAreOrderedFromTheWeakestToTheStrongest() {
        #expect(EnforcementLevel.allCases.map(\.rawValue) == ["checked", "guided", "native", "masked"])
        #expect(EnforcementLevel.allCases == EnforcementLevel.allCases.sorted())
        for (index, level) in EnforcementLevel.allCases.enumerated() {
            #expect(EnforcementLevel.allCases.filter { $0 < level }.count == index)
            #expect(!(level < level))
            #expect(level >= .checked && level <= .masked)
        }
    }

    @Test func schemasAreComparedAsJSON() {
        #expect(Constraint.jsonSchema(["a": 1, "b": 2]) == .jsonSchema(["b": 2, "a": 1]))
        #expect(Constraint.jsonSchema(["a": 1]) != .jsonSchema(["a": 1], name: "n"))
        #expect(Constraint.grammar("x", dialect: .lark) != .grammar("x", dialect: .gbnf))
    }
}
