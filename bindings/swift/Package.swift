// swift-tools-version: 6.0
import PackageDescription

// The native library lies beside this file, where tools/test-swift or tools/package-swift put it. A program finds it
// there while it is on this machine, and beside itself where it is installed.
#if arch(arm64)
    let library = "\(Context.packageDirectory)/lib/linux-aarch64"
#else
    let library = "\(Context.packageDirectory)/lib/linux-x86_64"
#endif

#if os(Linux)
    let native = Target.systemLibrary(name: "acsFFI")
#else
    // xcframework.sh makes it.
    let native = Target.binaryTarget(name: "acsFFI", path: "lib/acsFFI.xcframework")
#endif

let package = Package(
    name: "AcsAuth",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "AcsAuth", targets: ["AcsAuth"])],
    targets: [
        native,
        .target(
            name: "AcsAuthNative",
            dependencies: ["acsFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [
                .unsafeFlags(["-L\(library)", "-Xlinker", "-rpath", "-Xlinker", library], .when(platforms: [.linux])),
                // A static library does not say what it needs of the system: its trust store, and the proxy's settings.
                .linkedFramework("CoreFoundation", .when(platforms: [.macOS, .iOS])),
                .linkedFramework("Security", .when(platforms: [.macOS, .iOS])),
                .linkedFramework("SystemConfiguration", .when(platforms: [.macOS])),
            ]
        ),
        .target(name: "AcsAuth", dependencies: ["AcsAuthNative", "acsFFI"]),
        .target(name: "TestSupport", dependencies: ["AcsAuth"], path: "Tests/TestSupport"),
        .testTarget(name: "AcsAuthTests", dependencies: ["AcsAuth", "TestSupport"], path: "Tests/AcsAuthTests"),
        .executableTarget(name: "Testee", dependencies: ["AcsAuth", "TestSupport"], path: "Tests/Testee"),
        .executableTarget(name: "Ends", dependencies: ["AcsAuth"], path: "Tests/Ends"),
    ],
    swiftLanguageModes: [.v6]
)
