// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "swift-service",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "AcsAuth", path: "../../bindings/swift")],
    targets: [
        .executableTarget(name: "swift-service", dependencies: [.product(name: "AcsAuth", package: "AcsAuth")]),
        .executableTarget(name: "teams-token", dependencies: [.product(name: "AcsAuth", package: "AcsAuth")]),
    ],
    swiftLanguageModes: [.v6]
)
