/// The shape that an answer must have: plain data, compiled to a grammar by whoever enforces it.
public enum Constraint: Sendable, Hashable {
    /// A JSON text that is valid against this JSON Schema.
    case jsonSchema(JSONValue, name: String? = nil)
    /// Any JSON object.
    case jsonObject
    /// A text that this regular expression matches as a whole.
    case regex(String)
    /// One of these texts.
    case choice([String])
    /// A text of the language that a grammar describes.
    case grammar(String, dialect: GrammarDialect)

    /// The language that a grammar is written in.
    public enum GrammarDialect: String, Sendable, Hashable, Codable {
        /// Lark, in llguidance's dialect.
        case lark
        /// llama.cpp's GBNF.
        case gbnf
    }

    /// The kind of a constraint, for saying which of them a backend can enforce.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// ``Constraint/jsonSchema(_:name:)``
        case jsonSchema = "json_schema"
        /// ``Constraint/jsonObject``
        case jsonObject = "json_object"
        /// ``Constraint/regex(_:)``
        case regex
        /// ``Constraint/choice(_:)``
        case choice
        /// ``Constraint/grammar(_:dialect:)``
        case grammar
    }

    /// The kind of this constraint.
    public var kind: Kind {
        switch self {
        case .jsonSchema: .jsonSchema
        case .jsonObject: .jsonObject
        case .regex: .regex
        case .choice: .choice
        case .grammar: .grammar
        }
    }
}

/// How a constraint is held, from the weakest to the strongest.
///
/// Every level ends in a valid text or a typed error.
public enum EnforcementLevel: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
    /// The whole answer is validated, repaired or asked for again.
    case checked
    /// The answer is recognised as it comes and aborted at the first byte that cannot lead to a valid text.
    case guided
    /// The provider's own structured output, then verified.
    case native
    /// Every token is drawn from those that some valid text continues with.
    case masked

    /// The weaker level is the smaller one.
    public static func < (left: EnforcementLevel, right: EnforcementLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .checked: 0
        case .guided: 1
        case .native: 2
        case .masked: 3
        }
    }
}
