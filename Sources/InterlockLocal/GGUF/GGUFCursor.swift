/// Reads a GGUF header front to back through a small window, and keeps account of what that costs.
///
/// Lengths that the file claims are compared with what the file has left before anything is allocated.
struct GGUFCursor: ~Copyable {
    private let source: GGUFSource
    private let limits: GGUFLimits
    private var window: [UInt8] = []
    private var windowStart = 0
    private(set) var position = 0
    /// The bytes of memory charged so far against ``GGUFLimits/retainedBytes``.
    private(set) var retainedBytes = 0

    private static let windowSize = 64 << 10

    init(source: consuming GGUFSource, limits: GGUFLimits) {
        self.source = source
        self.limits = limits
    }

    var path: String { source.path }
    var fileSize: Int { source.size }
    var identity: GGUFFileIdentity { source.identity }
    var remaining: Int { source.size - position }

    /// The first bytes of the file, without moving.
    mutating func prefix(_ count: Int) throws(GGUFError) -> [UInt8] {
        try fill(from: 0)
        return Array(window.prefix(count))
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _: Value.Type = Value.self,
        _ what: @autoclosure () -> String
    ) throws(GGUFError) -> Value {
        let size = MemoryLayout<Value>.size
        try require(size, what())
        if position + size > windowStart + window.count || position < windowStart {
            try fill(from: position)
        }
        defer { position += size }
        return window.littleEndian(at: position - windowStart, as: Value.self)
    }

    /// A 64-bit length and that many bytes, charged as retained with `overhead` on top.
    mutating func string(overhead: Int, _ what: @autoclosure () -> String) throws(GGUFError) -> [UInt8] {
        let length = try stringLength(what())
        return try bytes(length, overhead: overhead, what())
    }

    mutating func bytes(
        _ count: Int,
        overhead: Int = 0,
        _ what: @autoclosure () -> String
    ) throws(GGUFError) -> [UInt8] {
        try require(count, what())
        try charge(count + overhead)
        if position < windowStart || position + count > windowStart + window.count {
            if count > Self.windowSize {
                var result = [UInt8](repeating: 0, count: count)
                try source.read(at: position, into: &result)
                position += count
                return result
            }
            try fill(from: position)
        }
        let start = position - windowStart
        position += count
        return Array(window[start..<start + count])
    }

    /// Moves over bytes without reading them.
    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
        try require(count, what())
        position += count
    }

    /// Moves back to a place already passed.
    mutating func rewind(to earlier: Int) {
        position = min(position, earlier)
    }

    /// Moves over strings, each a 64-bit length and that many bytes: a vocabulary has 100,000s of them.
    mutating func skipStrings(_ count: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
        // Every string has its length in front: so many must fit.
        guard count <= remaining / 8 else { throw truncated(what()) }
        var left = count
        while left > 0 {
            // Those that lie in the window, without a call each.
            let end = window.count - 8
            var place = position - windowStart
            while left > 0, place >= 0, place <= end {
                let length = window.littleEndian(at: place, as: UInt64.self)
                guard length <= UInt64(max(0, end - place)) else { break }
                place += 8 + Int(length)
                left -= 1
            }
            try skip(place + windowStart - position, what())
            guard left > 0 else { return }
            try skip(stringLength(what()), what())
            left -= 1
        }
    }

    /// Counts memory that the header will keep.
    mutating func charge(_ bytes: Int) throws(GGUFError) {
        guard bytes <= limits.retainedBytes - retainedBytes else {
            throw GGUFError(
                .limitExceeded,
                path: path,
                "its header needs more than \(GGUFText.count(limits.retainedBytes, "byte")) of memory"
                    + " (at byte \(GGUFText.grouped(position)))",
                hint: "No known model needs that: check where the file comes from, or raise GGUFLimits.retainedBytes."
            )
        }
        retainedBytes += bytes
    }

    func truncated(_ what: String) -> GGUFError {
        GGUFError(
            .truncatedHeader,
            path: path,
            "the file ends after \(GGUFText.count(fileSize, "byte")), inside its header (in \(what))",
            hint: "The download is incomplete, or the file is damaged: download it again."
        )
    }

    /// The longest string that ggml accepts (`GGUF_MAX_STRING_LENGTH` of `src/gguf.cpp`).
    private static var longestString: UInt64 { 1 << 30 }

    private mutating func stringLength(_ what: @autoclosure () -> String) throws(GGUFError) -> Int {
        let length = try integer(UInt64.self, what())
        guard length <= Self.longestString else {
            throw .corrupt(
                path,
                "\(what()) claims a length of \(GGUFText.count(length, "byte")) (at byte \(GGUFText.grouped(position - 8)))"
            )
        }
        return Int(length)
    }

    private func require(_ count: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
        guard count <= remaining else { throw truncated(what()) }
        guard count <= limits.headerBytes - position else {
            throw GGUFError(
                .limitExceeded,
                path: path,
                "its header is longer than \(GGUFText.count(limits.headerBytes, "byte"))",
                hint: "No known model's is: check where the file comes from, or raise GGUFLimits.headerBytes."
            )
        }
    }

    private mutating func fill(from offset: Int) throws(GGUFError) {
        let count = min(Self.windowSize, source.size - offset)
        if window.count != count { window = [UInt8](repeating: 0, count: count) }
        try source.read(at: offset, into: &window)
        windowStart = offset
    }
}
