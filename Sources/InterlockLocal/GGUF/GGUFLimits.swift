/// Bounds on what reading one model's header may cost, whatever the file says about itself.
///
/// The defaults are far above any published model: the largest headers (a 260,000-token vocabulary with merges, or a
/// mixture of experts with its 50,000 tensors apart) have some 20 MB.
public struct GGUFLimits: Hashable, Sendable {
    /// The most bytes a header may have in the file (for a model in several files, all headers together).
    public var headerBytes: Int
    /// The most memory, in bytes, for what is kept of a header: keys, strings, small arrays and tensor descriptions.
    public var retainedBytes: Int
    /// The size in the file, in bytes, up to which an array's elements are kept; of larger ones only type, count and place.
    public var inlineArrayBytes: Int

    /// Creates limits; the defaults suit every real model.
    public init(headerBytes: Int = 1 << 30, retainedBytes: Int = 128 << 20, inlineArrayBytes: Int = 64 << 10) {
        self.headerBytes = headerBytes
        self.retainedBytes = retainedBytes
        self.inlineArrayBytes = inlineArrayBytes
    }
}
