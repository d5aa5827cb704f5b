// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "custom-backend",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "MarkovBackend", targets: ["MarkovBackend"]),
        .executable(name: "markov", targets: ["MarkovTool"]),
    ],
    dependencies: [
        .package(name: "interlock", path: "../..")
    ],
    targets: [
        // snippet: custom-manifest
        .target(
            name: "MarkovBackend",
            dependencies: [.product(name: "Interlock", package: "interlock")],
            // Interlock's protocols are written with it: without, `run` would need `nonisolated(nonsending)` spelled out.
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        // end snippet
        .executableTarget(
            name: "MarkovTool",
            dependencies: [
                "MarkovBackend",
                .product(name: "Interlock", package: "interlock"),
                .product(name: "InterlockTool", package: "interlock"),
            ]
        ),
    ]
)
