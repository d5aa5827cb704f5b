// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "quickstart",
    platforms: [.macOS(.v15)],
    traits: [
        .trait(name: "LlamaCpp", description: "GGUF models through llama.cpp; see docs/local-models.md.")
    ],
    dependencies: [
        // snippet: manifest-dependency
        .package(
            name: "interlock", path: "../..",
            traits: [.defaults, .trait(name: "LlamaCpp", condition: .when(traits: ["LlamaCpp"]))])
        // end snippet
    ],
    targets: [
        // snippet: manifest-target
        .executableTarget(
            name: "Hello",
            dependencies: [.product(name: "Interlock", package: "interlock")]
        ),
        // end snippet
        .executableTarget(
            name: "Quickstart",
            dependencies: [
                .product(name: "Interlock", package: "interlock"),
                .product(name: "InterlockTesting", package: "interlock"),
            ],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
    ]
)
