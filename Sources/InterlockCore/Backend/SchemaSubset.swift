/// The part of JSON Schema that a backend's own structured output holds an answer to.
///
/// A schema within the subset is enforced as it stands. One outside of it is not: whoever wants the guarantee has to
/// check the answer, or choose another way of enforcing it.
public struct SchemaSubset: Sendable, Hashable {
    /// The keywords that restrict an answer and are held (`type`, `enum`, `minimum`, …).
    ///
    /// Annotations are always allowed.
    public var keywords: Set<String>
    /// The values of `format` that are held.
    public var formats: Set<String>
    /// The greatest `minItems` that is held; nil is any.
    public var maximumMinItems: Int?
    /// Whether every object has to say `additionalProperties: false`.
    public var requiresClosedObjects: Bool
    /// Whether every property has to be required.
    public var requiresAllProperties: Bool
    /// Whether the root has to be an object, not a union.
    public var requiresRootObject: Bool
    /// Whether a schema may refer to itself.
    public var allowsRecursion: Bool
    /// The most properties of all objects together.
    public var maximumProperties: Int?
    /// The most levels of objects inside each other.
    public var maximumDepth: Int?
    /// The most values of all `enum` together.
    public var maximumEnumValues: Int?
    /// The most characters of the names of all properties and definitions and the texts of all `enum` and `const`.
    public var maximumNameCharacters: Int?
    /// The most characters of the texts of one `enum` that has more than 250 of them.
    public var maximumLongEnumCharacters: Int?

    /// Makes a subset; what is left out has no limit.
    public init(
        keywords: Set<String>, formats: Set<String> = [], maximumMinItems: Int? = nil,
        requiresClosedObjects: Bool = false, requiresAllProperties: Bool = false, requiresRootObject: Bool = false,
        allowsRecursion: Bool = true, maximumProperties: Int? = nil, maximumDepth: Int? = nil,
        maximumEnumValues: Int? = nil, maximumNameCharacters: Int? = nil, maximumLongEnumCharacters: Int? = nil
    ) {
        self.keywords = keywords
        self.formats = formats
        self.maximumMinItems = maximumMinItems
        self.requiresClosedObjects = requiresClosedObjects
        self.requiresAllProperties = requiresAllProperties
        self.requiresRootObject = requiresRootObject
        self.allowsRecursion = allowsRecursion
        self.maximumProperties = maximumProperties
        self.maximumDepth = maximumDepth
        self.maximumEnumValues = maximumEnumValues
        self.maximumNameCharacters = maximumNameCharacters
        self.maximumLongEnumCharacters = maximumLongEnumCharacters
    }
}
