# Programs built with the C library as it is installed for macOS: sourced by tools/test-cross. None of them is run.

# The libraries that a program needs: the shared one by its install name, or with the static one only the system's.
needs_library() { target/python/packages/bin/python tests/macos/macho.py --libraries "$1" | grep -x "@rpath/libacs_auth.0.dylib" >/dev/null; }

test_macos_consumers() {
    local folder=$cross/consumers version flags architecture
    prefix=$cross/prefix-debug
    version=$(project_version)
    rm -rf "$prefix" "$folder"
    mkdir -p "$folder"
    tools/install-c PREFIX="$prefix" TARGET="$target" PROFILE=debug || return
    (cd "$prefix" && find . ! -type d ! -path './include/*' | LC_ALL=C sort) >"$folder/installed"
    printf '%s\n' ./lib/cmake/acs_auth/acs_auth-{config-version,config,targets}.cmake \
        "./lib/libacs_auth.$version.dylib" "./lib/libacs_auth.${version%%.*}.dylib" ./lib/libacs_auth.a ./lib/libacs_auth.dylib \
        ./lib/pkgconfig/acs_auth.pc ./share/doc/acs_auth/{LICENSE-APACHE,LICENSE-MIT,THIRD-PARTY} | LC_ALL=C sort |
        diff - "$folder/installed" || return
    grep -q '^security-framework v' "$prefix/share/doc/acs_auth/THIRD-PARTY" || return

    # find_package, linked by zig: only the shared library, since zig's linker also resolves what unused parts of a static one refer to.
    cp tests/c/consumers/consumer.{c,cpp} tests/c/consumers/cmake/CMakeLists.txt "$folder"
    cmake -G Ninja -S "$folder" -B "$folder" -DCMAKE_TOOLCHAIN_FILE="$toolchain" -Dacs_auth_DIR="$prefix/lib/cmake/acs_auth" \
        >"$folder/log" 2>&1 && cmake --build "$folder" --target consumer consumer-cpp >>"$folder/log" 2>&1 ||
        { tail -40 "$folder/log"; return 1; }
    needs_library "$folder/consumer" && needs_library "$folder/consumer-cpp" || return

    # pkg-config, linked by LLD, which like Apple's linker ignores unused parts.
    case $target in aarch64-*) architecture=arm64 ;; *) architecture=x86_64 ;; esac
    local -x CROSS_LIBRARIES=$cross/lib
    flags=$(PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig pkg-config --static --libs acs_auth)
    "$cross/bin/cc" -std=c11 -c -I "$prefix/include" "$folder/consumer.c" -o "$folder/consumer.o" &&
        tools/cross-ld64 -arch $architecture -dead_strip -S -o "$folder/consumer-pkg-config" "$folder/consumer.o" $flags -lSystem &&
        tools/cross-ld64 -arch $architecture -dead_strip -S -o "$folder/consumer-static" "$folder/consumer.o" \
            ${flags/-lacs_auth/"$prefix/lib/libacs_auth.a"} -lSystem || return
    needs_library "$folder/consumer-pkg-config" && ! needs_library "$folder/consumer-static" || return
    target/python/packages/bin/python tests/macos/macho.py "$target" "$folder/consumer-static"
}
