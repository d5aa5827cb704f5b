#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How many processors this process may use.
enum ProcessorCount {
    /// One for every physical core: two threads on one core only take turns at its arithmetic units.
    static var physical: Int {
        #if os(Linux)
        var cores: Set<String> = []
        for processor in allowed {
            let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
            cores.insert(lines(of: path, atMost: 1).first ?? "\(processor)")
        }
        return max(1, cores.count)
        #elseif canImport(Darwin)
        var count: Int32 = 0
        var size = MemoryLayout<Int32>.size
        sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nil, 0)
        return count > 0 ? Int(count) : max(1, Int(sysconf(_SC_NPROCESSORS_ONLN)))
        #else
        return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        #endif
    }

    #if os(Linux)
    /// The processors that the scheduler may put this process on, as the kernel lists them: `0-3,8`.
    private static var allowed: [Int] {
        let key = "Cpus_allowed_list:"
        guard let line = lines(of: "/proc/self/status", atMost: 200).first(where: { $0.hasPrefix(key) }) else {
            return Array(0..<max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        }
        return line.dropFirst(key.count).split(whereSeparator: { ", \t".contains($0) }).flatMap { range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
            return Array(first...last)
        }
    }

    private static func lines(of path: String, atMost limit: Int) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 4096)
        while lines.count < limit, fgets(&buffer, Int32(buffer.count), file) != nil {
            let bytes = buffer.prefix { $0 != 0 && $0 != 10 }
            lines.append(String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return lines
    }
    #endif
}
