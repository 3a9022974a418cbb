#!/usr/bin/env bash
# Swift's tests on another platform, built by Debian's Swift for this machine: sourced by tools/test-cross.

# Builds the package, its tests and the testee for the target. Sets `swift_built`, their folder, and `run_swift`, the command that runs them.
build_swift() {
    local version options library=bindings/swift/lib/linux-${target%%-*} swift_root=$cross/swift/root
    swift_built=$cross/swift/build/$target/debug
    # A compiler reads the modules of its own version only.
    # shellcheck disable=SC2016  # dpkg-query replaces it
    version=$(tools/swift-toolchain --debian 'dpkg-query --show --showformat="\${Version}" swiftlang') || return
    debian_root "$swift_root" .toolchains/swift/etc/apt arm64 "swiftlang=$version" "libswiftlang=$version" libc6-dev libstdc++-14-dev || return
    ln -sfn ../libexec/swift/lib/swift "$swift_root/usr/lib/swift"
    tools/swift-native debug "$target=$built/libacs_auth_uniffi.so" || return
    options="--triple $target --sdk $swift_root --scratch-path $cross/swift/build -Xswiftc -use-ld=lld"
    options+=" -Xswiftc -sdk -Xswiftc $swift_root -Xswiftc -resource-dir -Xswiftc $swift_root/usr/lib/swift"
    ACS_SWIFT_LIBRARY=$library logged "$cross/swift.log" "swift build: the package and its tests" \
        tools/swift-toolchain --debian "cd bindings/swift && swift build --build-tests $options" || { tail -40 "$cross/swift.log"; return 1; }
    run_swift=(env "LD_LIBRARY_PATH=$PWD/$library" "ACS_ENDS=$swift_built/Ends" tools/cross-root "$swift_root")
}

# The suite, except for the samples, which aren't built for the target. With the emulator of this machine: test_emulator tests the target's.
test_swift() {
    build_swift || return
    timeout $swift_seconds "${run_swift[@]}" "$swift_built/AcsAuthPackageTests.xctest" --testing-library swift-testing --no-parallel \
        --skip SampleTests >"$cross/swift-tests.log" 2>&1 && grep '^✔ Test run with' "$cross/swift-tests.log" ||
        { grep '^✘' "$cross/swift-tests.log"; tail -40 "$cross/swift-tests.log"; return 1; }
}

test_swift_cases() {
    timeout $swift_seconds target/debug/acs-conformance --host "swift $target" --keys-within 60 -- "${run_swift[@]}" "$swift_built/Testee"
}
