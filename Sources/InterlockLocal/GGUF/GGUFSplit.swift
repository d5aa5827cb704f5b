/// Which part of a model in several files a file is, and where the other parts are.
///
/// llama.cpp's `gguf-split` names parts `<prefix>-00001-of-00003.gguf` (`llama_split_path` in `src/llama.cpp`, format
/// `%s-%05d-of-%05d.gguf`) and writes `split.no` (from 0), `split.count` and `split.tensors.count` into them.
public struct GGUFSplit: Hashable, Sendable {
    /// The path up to the part's number.
    public let prefix: String
    /// Which part the file is, from 1.
    public let number: Int
    /// How many parts there are.
    public let count: Int

    /// Takes a path apart by its name alone; nil if it is not named as a part of a split is.
    public init?(path: String) {
        let bytes = Array(path.utf8)
        let pattern = Array("-00000-of-00000.gguf".utf8)
        guard bytes.count > pattern.count, bytes[bytes.count - pattern.count - 1] != UInt8(ascii: "/") else {
            return nil
        }
        var digits: [Int] = []
        for (byte, expected) in zip(bytes.suffix(pattern.count), pattern) {
            if expected == UInt8(ascii: "0") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                digits.append(Int(byte) - Int(UInt8(ascii: "0")))
            } else if byte != expected {
                return nil
            }
        }
        let number = digits.prefix(5).reduce(0) { $0 * 10 + $1 }
        let count = digits.suffix(5).reduce(0) { $0 * 10 + $1 }
        guard number >= 1, number <= count else { return nil }
        self.prefix = String(decoding: bytes.dropLast(pattern.count), as: UTF8.self)
        self.number = number
        self.count = count
    }

    /// Which part of a split a file is by its metadata and its name, or nil if it is a model by itself.
    ///
    /// As for llama.cpp the metadata decide: a file without `split.count`, or with 1 there, is whole whatever its name.
    ///
    /// - Throws: ``GGUFError`` if the metadata are unsound or the name contradicts them.
    public init?(header: GGUFHeader) throws(GGUFError) {
        let path = header.path
        guard let countValue = header.metadata["split.count"] else { return nil }
        let count = try Self.uint16(countValue, key: "split.count", path: path)
        guard count > 1 else { return nil }
        guard let numberValue = header.metadata["split.no"] else {
            throw .mismatch(path, "it has split.count \(count) but no split.no")
        }
        let number = try Self.uint16(numberValue, key: "split.no", path: path) + 1
        guard number <= count else {
            throw .mismatch(path, "it claims to be part \(number) of \(count)")
        }
        guard let named = GGUFSplit(path: path), named.number == number, named.count == count else {
            let suffix = Self.suffix(number: number, count: count)
            throw GGUFError(
                .splitMismatch,
                path: path,
                "this is part \(number) of \(count) of a model, but its name does not end in '\(suffix)'",
                hint: "Give the parts back the names they were published with, and load part 1."
            )
        }
        self = named
    }

    /// The path of one part, numbered from 1.
    public func path(ofPart number: Int) -> String {
        prefix + Self.suffix(number: number, count: count)
    }

    /// The paths of all parts, in order.
    public var paths: [String] {
        (1...count).map { path(ofPart: $0) }
    }

    /// The paths of the parts that do not exist.
    ///
    /// Asks the file system once per part.
    public func missingPaths() -> [String] {
        paths.filter { !GGUFSource.exists($0) }
    }

    static func suffix(number: Int, count: Int) -> String {
        "-\(padded(number))-of-\(padded(count)).gguf"
    }

    private static func padded(_ value: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// llama.cpp reads these keys as u16 and gives up, or aborts the process, on any other type.
    private static func uint16(_ value: GGUFValue, key: String, path: String) throws(GGUFError) -> Int {
        guard case .uint16(let number) = value else {
            throw .mismatch(path, "\(key) has the type \(value.type) where u16 is required")
        }
        return Int(number)
    }
}

extension GGUFSplit {
    /// The error for parts that do not exist, or nil if all do.
    func missingPartsError() -> GGUFError? {
        let missing = missingPaths()
        guard let first = missing.first else { return nil }
        let shown = missing.prefix(4).map { GGUFText.quoted(Self.name(of: $0), limit: 200) }.joined(separator: ", ")
        let rest = missing.count > 4 ? " and \(GGUFText.grouped(missing.count - 4)) more" : ""
        return GGUFError(
            .splitPartMissing,
            path: first,
            "\(GGUFText.grouped(missing.count)) of \(count) parts of this model \(missing.count == 1 ? "is" : "are") "
                + "missing: \(shown)\(rest)",
            hint: "Download the missing part\(missing.count == 1 ? "" : "s") into the same folder as the others."
        )
    }

    /// The error for a caller who named a later part.
    func notFirstPartError() -> GGUFError {
        GGUFError(
            .splitNotFirstPart,
            path: path(ofPart: number),
            "this is part \(number) of \(count) of a model; it is loaded by its first part",
            hint: "Give the path \(GGUFText.path(path(ofPart: 1)))."
        )
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}

extension GGUFError {
    static func mismatch(_ path: String, _ message: String) -> GGUFError {
        GGUFError(
            .splitMismatch,
            path: path,
            message,
            hint: "Download all parts of the model again, from one place and of one version."
        )
    }
}
