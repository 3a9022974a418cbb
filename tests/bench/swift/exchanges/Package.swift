// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "exchanges",
    dependencies: [.package(name: "AcsAuth", path: "../../../../bindings/swift")],
    targets: [.executableTarget(name: "exchanges", dependencies: [.product(name: "AcsAuth", package: "AcsAuth")])],
    swiftLanguageModes: [.v6]
)
