import Testing

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// SplitMix64, so that a printed seed repeats a run exactly.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

@Suite("GGUF: hostile bytes")
struct GGUFFuzzTests {
    static let limits = GGUFLimits(headerBytes: 1 << 20, retainedBytes: 64 << 10, inlineArrayBytes: 1 << 10)

    let folder: GGUFTestFolder

    init() throws {
        folder = try GGUFTestFolder()
    }

    /// Reads a file and checks what must hold of every outcome; returns whether it was accepted.
    private func read(_ bytes: [UInt8], _ comment: @autoclosure () -> String) throws -> Bool {
        let path = try folder.write(bytes)
        do throws(GGUFError) {
            let header = try GGUFHeader.read(path: path, limits: Self.limits)
            #expect(header.retainedBytes <= Self.limits.retainedBytes, "\(comment())")
            #expect(header.dataEnd <= bytes.count, "\(comment())")
            for tensor in header.tensors {
                #expect(header.dataOffset + tensor.offset + tensor.byteCount <= bytes.count, "\(comment())")
            }
            for entry in header.metadata {
                guard let array = entry.value.array else { continue }
                #expect(array.fileOffset + array.byteCount <= bytes.count, "\(comment())")
                let loaded = try header.loadArray(entry.key)
                #expect(loaded?.elements?.count == array.count, "\(comment())")
            }
            return true
        } catch {
            #expect(error.path == path, "\(comment())")
            #expect(!error.message.isEmpty && error.hint.hasSuffix("."), "\(comment())")
            #expect(error.message.utf8.count + error.hint.utf8.count < 1_000, "\(comment())")
            #expect(!error.description.utf8.contains { $0 < 0x20 || $0 == 0x7f }, "\(comment())")
            return false
        }
    }

    @Test("a file cut at any byte is refused as cut")
    func truncation() throws {
        let writer = GGUFWriter.sample()
        let whole = writer.bytes()
        let headerEnd = writer.header().count
        #expect(try read(whole, "whole"))
        for length in 0..<whole.count {
            let accepted = try read(Array(whole.prefix(length)), "cut to \(length) bytes")
            #expect(!accepted, "cut to \(length) bytes")
            let error = try folder.headerError(folder.file("model.gguf"), limits: Self.limits)
            let expected: GGUFError.Code =
                switch length {
                case 0: .emptyFile
                case ..<4: .notGGUF
                case ..<((headerEnd + 31) / 32 * 32): .truncatedHeader
                default: .truncatedData
                }
            #expect(error.code == expected, "cut to \(length) bytes: \(error)")
        }
    }

    @Test("mutated headers are read or refused, within their limits")
    func mutations() throws {
        let given = getenv("INTERLOCK_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("GGUF fuzz seed: \(seed) (repeat with INTERLOCK_FUZZ_SEED=\(seed))")
        var random = SeededGenerator(state: seed)
        let writer = GGUFWriter.sample()
        let whole = writer.bytes()
        let header = writer.header().count
        var accepted = 0
        for round in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Self.mutate(&bytes, within: min(header, bytes.count), using: &random)
            }
            if try read(bytes, "seed \(seed), round \(round)") { accepted += 1 }
        }
        #expect((30..<2_970).contains(accepted), "seed \(seed): \(accepted) accepted: the mutations say nothing")
    }

    private static func mutate(_ bytes: inout [UInt8], within end: Int, using random: inout SeededGenerator) {
        let numbers: [UInt64] = [
            0, 1, 8, 9, 12, 31, 64, 255, 1 << 16, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max, .max - 31,
            UInt64.random(in: 0...UInt64.max, using: &random),
        ]
        let number = GGUFWriter.littleEndian(numbers.randomElement(using: &random) ?? 0)
        let place = Int.random(in: 0..<max(1, end - 8), using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.replaceSubrange(place..<place + 8, with: number)
        case 3: bytes.replaceSubrange(place..<place + 4, with: number.prefix(4))
        case 4: bytes.removeSubrange(place..<place + Int.random(in: 1...8, using: &random))
        default: bytes.insert(contentsOf: number.prefix(Int.random(in: 1...8, using: &random)), at: place)
        }
    }

    @Test("limits hold: a header that asks for more memory or length is refused")
    func limitsHold() throws {
        var writer = GGUFWriter()
        for index in 0..<1_000 { writer.add("key.\(index)", uint32: 0) }
        let path = try folder.write(writer.bytes())
        let memory = try folder.headerError(path, limits: GGUFLimits(retainedBytes: 10_000))
        #expect(memory.code == .limitExceeded)
        #expect(memory.message == "its header needs more than 10,000 bytes of memory (at byte 1,298)")
        #expect(
            memory.hint
                == "No known model needs that: check where the file comes from, or raise GGUFLimits.retainedBytes."
        )
        let length = try folder.headerError(path, limits: GGUFLimits(headerBytes: 500))
        #expect(length.code == .limitExceeded)
        #expect(length.message == "its header is longer than 500 bytes")
        #expect(
            length.hint == "No known model's is: check where the file comes from, or raise GGUFLimits.headerBytes."
        )
    }

    @Test("a huge sparse file costs no more than the limits")
    func sparse() throws {
        var writer = GGUFWriter()
        writer.add("text", type: .string, GGUFWriter.littleEndian(UInt64(900 << 20)))
        let path = try folder.write(writer.bytes())
        try #require(truncate(path, 4 << 30) == 0)
        let error = try folder.headerError(path)
        #expect(error.code == .limitExceeded)
        #expect(error.message == "its header needs more than 134,217,728 bytes of memory (at byte 48)")
    }
}
