/// The names that an option or flag answers to.
///
/// Names derived from the property are in kebab case: `maxTokens` is `--max-tokens`.
public struct NameSpecification: ExpressibleByArrayLiteral, Sendable {
    /// One way to derive or give a name.
    public struct Element: Hashable, Sendable {
        enum Form: Hashable, Sendable {
            case long
            case customLong(String, withSingleDash: Bool)
            case short
            case customShort(Character)
        }

        let form: Form

        /// The property's name after two dashes.
        public static var long: Element { Element(form: .long) }

        /// A given name after two dashes, or after one.
        public static func customLong(_ name: String, withSingleDash: Bool = false) -> Element {
            Element(form: .customLong(name, withSingleDash: withSingleDash))
        }

        /// The first character of the property's name after one dash.
        public static var short: Element { Element(form: .short) }

        /// A given character after one dash.
        ///
        /// - Parameters:
        ///   - character: The character.
        ///   - allowingJoined: Accepted for the sake of the API that this mirrors; here every short option that takes
        ///     a value takes a joined one (`-k4`).
        public static func customShort(_ character: Character, allowingJoined: Bool = false) -> Element {
            Element(form: .customShort(character))
        }
    }

    var elements: [Element]

    /// Creates a specification of several names.
    public init<S: Sequence>(_ sequence: S) where S.Element == Element {
        elements = []
        for element in sequence where !elements.contains(element) { elements.append(element) }
    }

    /// Creates a specification of several names.
    public init(arrayLiteral elements: Element...) {
        self.init(elements)
    }

    /// The property's name after two dashes.
    public static var long: NameSpecification { [.long] }

    /// A given name after two dashes, or after one.
    public static func customLong(_ name: String, withSingleDash: Bool = false) -> NameSpecification {
        [.customLong(name, withSingleDash: withSingleDash)]
    }

    /// The first character of the property's name after one dash.
    public static var short: NameSpecification { [.short] }

    /// A given character after one dash.
    public static func customShort(_ character: Character, allowingJoined: Bool = false) -> NameSpecification {
        [.customShort(character, allowingJoined: allowingJoined)]
    }

    /// Both names that derive from the property.
    public static var shortAndLong: NameSpecification { [.long, .short] }
}

extension NameSpecification {
    func names(for key: String) -> [Name] {
        elements.compactMap { element in
            switch element.form {
            case .long: .long(key.kebabCased)
            case .customLong(let name, let singleDash): singleDash ? .longWithSingleDash(name) : .long(name)
            case .short: key.kebabCased.first.map(Name.short)
            case .customShort(let character): .short(character)
            }
        }
    }
}
