/// An enum each of whose cases is a flag of its own.
///
/// Declare a property of such a type with `@Flag`: `--fast`, `--thorough` for `enum Effort: EnumerableFlag`.
public protocol EnumerableFlag: CaseIterable, Equatable, SendableMetatype {
    /// The names of a case's flag; its own name in kebab case unless overridden.
    static func name(for value: Self) -> NameSpecification

    /// The help of a case's flag; without any, all cases share one line in help.
    static func help(for value: Self) -> ArgumentHelp?
}

extension EnumerableFlag {
    /// The case's name in kebab case.
    public static func name(for value: Self) -> NameSpecification { .long }

    /// No help.
    public static func help(for value: Self) -> ArgumentHelp? { nil }
}
