/// What a loop watches a descriptor for, and what it found there.
package struct PollInterest: OptionSet, Sendable {
    /// The bits; their values mean nothing outside this type.
    package let rawValue: UInt8

    /// Makes a set from its bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// There is something to read, be it the end.
    package static let readable = PollInterest(rawValue: 1)
    /// Something can be written.
    package static let writable = PollInterest(rawValue: 2)
    /// The peer has closed its side, or the whole connection.
    package static let peerClosed = PollInterest(rawValue: 4)
    /// The descriptor failed; reported whether it was asked for or not.
    package static let error = PollInterest(rawValue: 8)
}
