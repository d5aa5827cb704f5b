// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "interlock", path: "..", traits: ["LlamaCpp"])],
    targets: [
        // The server, plain libcurl to compare with, and what the system knows about this process.
        .target(name: "CBench", path: "Sources/CBench", linkerSettings: [.linkedLibrary("curl")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "CBench",
                .product(name: "Interlock", package: "interlock"),
                .product(name: "InterlockTesting", package: "interlock"),
            ],
            path: "Sources/Benchmarks",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .treatAllWarnings(as: .error),
                // The HTTP client is for the package itself, and to be measured by this one all the same.
                .unsafeFlags(["-Xfrontend", "-disable-access-control"]),
            ]
        ),
    ]
)
