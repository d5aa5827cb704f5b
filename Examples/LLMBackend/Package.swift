// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "llm-backend",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "interlock", path: "../..")],
    targets: [
        .executableTarget(
            name: "LLMBackend",
            dependencies: [
                .product(name: "Interlock", package: "interlock"),
                .product(name: "InterlockTesting", package: "interlock"),
            ],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        )
    ]
)
