// swift-tools-version: 6.0
import PackageDescription

#if os(Linux)
    // The installed native library: that of the Debian package, or one that PKG_CONFIG_PATH names.
    let native = Target.systemLibrary(
        name: "acsFFI", pkgConfig: "acs_auth_uniffi", providers: [.apt(["libacs-auth-swift"])])
#else
    let native = Target.binaryTarget(name: "acsFFI", path: "lib/acsFFI.xcframework.zip")
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
                // A static library doesn't record these: it reads the system's trust store and proxy settings.
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
