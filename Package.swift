// swift-tools-version: 6.2
import PackageDescription

/// One list for every target, so that no room is compiled by other rules than the next.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "interlock",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Interlock", targets: ["Interlock"]),
        .library(name: "InterlockTesting", targets: ["InterlockTesting"]),
        .library(name: "InterlockTool", targets: ["InterlockTool"]),
        .executable(name: "interlock", targets: ["InterlockMain"]),
    ],
    traits: [
        .trait(name: "LlamaCpp", description: "GGUF models in this process through llama.cpp; needs `make setup`."),
        .trait(name: "Server", description: "The HTTP server of `interlock serve` through libmicrohttpd."),
        .trait(name: "LineEditing", description: "Line editing and history in `interlock chat` through libedit."),
    ],
    targets: [
        // Values and protocols. No Foundation, no input or output.
        .target(name: "InterlockCore", swiftSettings: settings),

        // Models that run here.
        .systemLibrary(name: "CLlama", pkgConfig: "llama"),
        .target(
            name: "InterlockLocal",
            dependencies: [
                "InterlockCore",
                .target(name: "CLlama", condition: .when(traits: ["LlamaCpp"])),
            ],
            swiftSettings: settings
        ),

        // Layers between a caller and a model.
        .target(name: "InterlockRouting", dependencies: ["InterlockCore"], swiftSettings: settings),

        // Models behind a network.
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]
        ),
        .systemLibrary(name: "CLoop"),
        .systemLibrary(
            name: "CMicroHTTPD",
            pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]
        ),
        .target(
            name: "InterlockHTTP",
            dependencies: [
                "CCurl", "CLoop", "InterlockCore",
                .target(name: "CMicroHTTPD", condition: .when(traits: ["Server"])),
            ],
            swiftSettings: settings
        ),
        .target(name: "InterlockGateway", dependencies: ["InterlockCore", "InterlockHTTP"], swiftSettings: settings),
        .target(name: "InterlockRemote", dependencies: ["InterlockCore", "InterlockHTTP"], swiftSettings: settings),

        // What an application imports.
        .target(
            name: "Interlock",
            dependencies: [
                "InterlockCore", "InterlockHTTP", "InterlockLocal", "InterlockRemote", "InterlockRouting",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "InterlockTesting",
            dependencies: ["InterlockCore", "InterlockLocal"],
            swiftSettings: settings
        ),

        // The command-line tool.
        .target(name: "InterlockArguments", dependencies: ["InterlockCore"], swiftSettings: settings),
        .systemLibrary(
            name: "CEdit",
            pkgConfig: "libedit",
            providers: [.apt(["libedit-dev"]), .brew(["libedit"])]
        ),
        .target(
            name: "InterlockTerminal",
            dependencies: [
                "InterlockCore",
                .target(name: "CEdit", condition: .when(traits: ["LineEditing"])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "InterlockTool",
            dependencies: [
                "Interlock", "InterlockArguments", "InterlockCore", "InterlockGateway", "InterlockHTTP",
                "InterlockLocal", "InterlockRemote", "InterlockTerminal", "InterlockTesting",
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "InterlockMain", dependencies: ["InterlockTool"], swiftSettings: settings),

        // Processes and terminals for the tests.
        .target(
            name: "TestSupport", dependencies: ["InterlockCore"], path: "Tests/TestSupport", swiftSettings: settings
        ),
        .executableTarget(
            name: "terminal-probe", dependencies: ["InterlockTerminal"], path: "Tests/TerminalProbe",
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockTerminalTests",
            dependencies: ["InterlockCore", "InterlockTerminal", "TestSupport", "terminal-probe"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockToolTests",
            dependencies: [
                "InterlockArguments", "InterlockCore", "InterlockMain", "InterlockTesting", "InterlockTool",
                "TestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockArgumentsTests", dependencies: ["InterlockArguments"], swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockCoreTests",
            dependencies: ["InterlockCore", "InterlockTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockGatewayTests",
            dependencies: ["InterlockCore", "InterlockGateway", "InterlockHTTP", "InterlockTesting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockHTTPTests",
            dependencies: ["InterlockCore", "InterlockHTTP", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockRemoteTests",
            dependencies: [
                "Interlock", "InterlockCore", "InterlockHTTP", "InterlockRemote", "InterlockTesting", "TestSupport",
            ],
            exclude: ["Golden", "Recorded"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockTestingTests",
            dependencies: ["InterlockCore", "InterlockTesting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockRoutingTests",
            dependencies: ["Interlock", "InterlockCore", "InterlockRouting", "InterlockTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockTests",
            dependencies: ["Interlock", "InterlockCore", "InterlockLocal", "InterlockTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterlockLocalTests",
            dependencies: ["InterlockCore", "InterlockLocal", "InterlockTesting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DocumentationTests",
            dependencies: ["InterlockArguments", "InterlockCore", "InterlockLocal", "InterlockTool", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
