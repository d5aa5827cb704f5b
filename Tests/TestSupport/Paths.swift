/// Where things are in the source tree.
public enum Paths {
    /// The folder of the package.
    public static let packageRoot: String = {
        var path = #filePath[...]
        for _ in 0..<3 { path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
        return String(path)
    }()
}
