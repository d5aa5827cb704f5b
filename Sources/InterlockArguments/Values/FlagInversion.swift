/// How the name that switches a Boolean flag off is made from the one that switches it on.
public struct FlagInversion: Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case prefixedNo, prefixedEnableDisable
    }

    let form: Form

    /// `--color` and `--no-color`.
    public static var prefixedNo: FlagInversion { FlagInversion(form: .prefixedNo) }

    /// `--enable-color` and `--disable-color`.
    public static var prefixedEnableDisable: FlagInversion { FlagInversion(form: .prefixedEnableDisable) }

    /// The names that switch the flag on, and those that switch it off.
    func names(for key: String, _ specification: NameSpecification) -> (on: [Name], off: [Name]) {
        let base = specification.names(for: key)
        let longOnes = base.filter { !$0.isShort }
        switch form {
        case .prefixedNo:
            return (base, longOnes.map { $0.prefixed("no") })
        case .prefixedEnableDisable:
            return (longOnes.map { $0.prefixed("enable") }, longOnes.map { $0.prefixed("disable") })
        }
    }
}

/// What happens when contradicting flags of one property are given.
public struct FlagExclusivity: Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case exclusive, chooseFirst, chooseLast
    }

    let form: Form

    /// A second one is an error.
    public static var exclusive: FlagExclusivity { FlagExclusivity(form: .exclusive) }

    /// The first one counts.
    public static var chooseFirst: FlagExclusivity { FlagExclusivity(form: .chooseFirst) }

    /// The last one counts.
    public static var chooseLast: FlagExclusivity { FlagExclusivity(form: .chooseLast) }
}

extension Name {
    fileprivate func prefixed(_ prefix: String) -> Name {
        switch self {
        case .long(let text): .long("\(prefix)-\(text)")
        case .longWithSingleDash(let text): .longWithSingleDash("\(prefix)-\(text)")
        case .short: self
        }
    }
}
