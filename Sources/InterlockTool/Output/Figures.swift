import Interlock

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Numbers as people read them.
enum Figures {
    /// `12 ms`, `3.4 s`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.seconds
        return seconds < 0.9995 ? "\(rounded(seconds * 1000)) ms" : "\(rounded(seconds)) s"
    }

    /// `34 MB`, in powers of ten.
    static func bytes(_ count: UInt64) -> String {
        switch count {
        case ..<1_000: "\(count) bytes"
        case ..<1_000_000: "\(rounded(Double(count) / 1e3)) kB"
        case ..<1_000_000_000: "\(rounded(Double(count) / 1e6)) MB"
        default: "\(rounded(Double(count) / 1e9)) GB"
        }
    }

    /// `231 tokens/s`.
    static func rate(_ tokens: Int, in duration: Duration) -> String? {
        guard tokens > 0, duration > .zero else { return nil }
        return "\(rounded(Double(tokens) / duration.seconds)) tokens/s"
    }

    /// Three digits.
    private static func rounded(_ value: Double) -> String {
        let digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        let factor = [1.0, 10.0, 100.0][digits]
        let scaled = Int((value * factor).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = "\(scaled % Int(factor))"
        return "\(scaled / Int(factor)).\(String(repeating: "0", count: digits - fraction.utf8.count))\(fraction)"
    }

    /// The most memory that this process has had in use so far, in bytes.
    static var peakMemory: UInt64 {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        #if canImport(Darwin)
        return UInt64(usage.ru_maxrss)
        #else
        return UInt64(usage.ru_maxrss) * 1024
        #endif
    }

    /// A reply's figures in one line.
    static func summary(of reply: Reply) -> String {
        var parts: [String] = []
        let timings = reply.timings
        if let output = reply.usage.outputTokens {
            var part = "\(output) token\(output == 1 ? "" : "s")"
            if let generation = timings.generation {
                part += " in \(text(generation))"
                if let rate = rate(output, in: generation) { part += " (\(rate))" }
            }
            parts.append(part)
        }
        if let input = reply.usage.inputTokens {
            var part = "prompt \(input)"
            if let prompt = timings.prompt {
                part += " in \(text(prompt))"
                if let rate = rate(input, in: prompt) { part += " (\(rate))" }
            }
            parts.append(part)
        }
        if let load = timings.load { parts.append("load \(text(load))") }
        if let total = timings.total { parts.append("total \(text(total))") }
        parts.append("peak memory \(bytes(peakMemory))")
        return parts.joined(separator: ", ")
    }
}
