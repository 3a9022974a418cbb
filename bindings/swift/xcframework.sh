#!/usr/bin/env bash
# Makes lib/acsFFI.xcframework for macOS, iOS and its simulator: on a Mac with Xcode and rustup, in a checkout.
# UNTESTED: the project's own tests run on Linux alone. The steps are those of uniffi's documentation.
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=(aarch64-apple-darwin x86_64-apple-darwin aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios)
swift=bindings/swift
work=target/xcframework
library=libacs_auth_uniffi.a

rustup target add "${targets[@]}"
for target in "${targets[@]}"; do
    cargo rustc --release --locked -p acs-auth-uniffi --target "$target" --crate-type staticlib
done
cargo build --locked -p acs-auth-uniffi -p acs-uniffi-bindgen
rm -rf "$work" $swift/lib/acsFFI.xcframework
mkdir -p "$work"/{headers,macos,ios,simulator} $swift/lib
target/debug/uniffi-bindgen generate --no-format --language swift --out-dir "$work" \
    target/debug/libacs_auth_uniffi.dylib
mv "$work/acsFFI.h" "$work/headers/"
cp include/acs_auth.h "$work/headers/"
# Without `link`: the framework itself is what is linked.
printf 'module acsFFI {\n    header "acsFFI.h"\n    header "acs_auth.h"\n    export *\n}\n' >"$work/headers/module.modulemap"
mkdir -p $swift/Sources/AcsAuthNative
mv "$work/AcsAuthNative.swift" $swift/Sources/AcsAuthNative/

lipo -create -output "$work/macos/$library" target/{aarch64,x86_64}-apple-darwin/release/$library
lipo -create -output "$work/simulator/$library" target/{aarch64-apple-ios-sim,x86_64-apple-ios}/release/$library
cp target/aarch64-apple-ios/release/$library "$work/ios/"
xcodebuild -create-xcframework \
    -library "$work/macos/$library" -headers "$work/headers" \
    -library "$work/ios/$library" -headers "$work/headers" \
    -library "$work/simulator/$library" -headers "$work/headers" \
    -output $swift/lib/acsFFI.xcframework
