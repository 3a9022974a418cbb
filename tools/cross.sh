# Targets other than this machine's; sourced by tools/cross and tools/test-cross.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
root=$PWD

# A target, who compiles and links C for it, what runs its programs here (- for nothing), and its shared library.
cross_targets='
x86_64-unknown-linux-gnu   zig    -        libacs_auth.so
x86_64-pc-windows-gnu      mingw  wine     acs_auth.dll
aarch64-pc-windows-gnullvm zig    -        acs_auth.dll
aarch64-unknown-linux-gnu  zig    qemu     libacs_auth.so
x86_64-unknown-linux-musl  zig    musl     libacs_auth.so
aarch64-unknown-linux-musl zig    qemu     libacs_auth.so
x86_64-apple-darwin        zig    -        libacs_auth.dylib
aarch64-apple-darwin       zig    -        libacs_auth.dylib
'

# The oldest systems that programs are made for: glibc as that of Python's wheels, and what Rust supports of macOS.
oldest_glibc=2.28
export MACOSX_DEPLOYMENT_TARGET=11.0

# Sets `target`, `compiler`, `runner`, `library` and `cross`, the folder of all that is no artifact of cargo.
choose_target() {
    read -r target compiler runner library < <(awk -v target="$1" '$1 == target' <<<"$cross_targets") || {
        echo "$(basename "$0"): unknown target: $1; one of"$'\n'"$cross_targets" >&2
        exit 64
    }
    cross=$PWD/target/cross/$target
    mkdir -p "$cross/bin"
}

zig_environment=$PWD/target/cross/zig

install_zig() { python_environment python3 "$zig_environment" bindings/c/cross-requirements.lock; }

install_compiler() {
    rustup target list --installed | grep -qx "$target" || rustup --quiet target add "$target"
    case $compiler in
        mingw)
            debian_packages x86_64-w64-mingw32-g++ gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix ||
                missing "mingw-w64 is needed for $target"
            ;;
        zig) install_zig || missing "zig of PyPI is needed for $target" ;;
    esac
}

# zig's name of the target.
zig_target() {
    case $target in
        *-linux-gnu) echo "${target%%-*}-linux-gnu.$oldest_glibc" ;;
        *-linux-musl) echo "${target%%-*}-linux-musl" ;;
        *-windows-*) echo "${target%%-*}-windows-gnu" ;;
        *-apple-darwin) echo "${target%%-*}-macos.$MACOSX_DEPLOYMENT_TARGET" ;;
    esac
}

# Builds with cargo. What is not optimised needs no debug information here; the folder's own builds share what runs at build time.
cross_cargo() {
    local command=$1 name=$target
    shift
    export CARGO_PROFILE_DEV_DEBUG=0
    case $compiler-$target in
        mingw-*) cargo "$command" --locked --target "$target" "$@" ;;
        zig-*)
            [[ $command != build ]] || command=zigbuild
            [[ $target != *-linux-gnu ]] || name=$target.$oldest_glibc
            [[ $target != *-apple-darwin ]] || export SDKROOT=$PWD/packaging/macos
            PATH=$zig_environment/bin:$PATH cargo "$command" --locked --target "$name" "$@"
            ;;
    esac
}

# Writes compilers and a toolchain file for CMake, and prints that file's name.
cmake_toolchain() {
    local file=$cross/toolchain.cmake system cc cxx ar emulator tool
    case $target in *-linux-*) system=Linux ;; *-windows-*) system=Windows ;; *) system=Darwin ;; esac
    case $compiler in
        mingw) cc=x86_64-w64-mingw32-gcc cxx=x86_64-w64-mingw32-g++ ar=x86_64-w64-mingw32-ar ;;
        zig)
            for tool in cc c++; do
                printf '#!/bin/sh\nexec "%s" -m ziglang %s -target %s "$@"\n' \
                    "$zig_environment/bin/python" "$tool" "$(zig_target)" >"$cross/bin/$tool"
            done
            for tool in ar ranlib; do
                printf '#!/bin/sh\nexec "%s" -m ziglang %s "$@"\n' "$zig_environment/bin/python" "$tool" >"$cross/bin/$tool"
            done
            chmod +x "$cross"/bin/*
            cc=$cross/bin/cc cxx=$cross/bin/c++ ar=$cross/bin/ar
            ;;
    esac
    emulator=$(cross_runner)
    {
        echo "set(CMAKE_SYSTEM_NAME $system)"
        echo "set(CMAKE_SYSTEM_PROCESSOR ${target%%-*})"
        echo "set(CMAKE_C_COMPILER $cc)"
        echo "set(CMAKE_CXX_COMPILER $cxx)"
        echo "set(CMAKE_AR $ar)"
        [ "$compiler" = mingw ] || echo "set(CMAKE_RANLIB $cross/bin/ranlib)"
        [[ $target != *-musl ]] || echo "set(CMAKE_EXE_LINKER_FLAGS_INIT -dynamic)"
        echo "set(CMAKE_FIND_ROOT_PATH $cross/libraries)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)"
        [ -z "$emulator" ] || echo "set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator// /;})"
    } >"$file"
    echo "$file"
}

# What stands before a program of the target to run it here.
cross_runner() {
    case $runner in
        wine) echo "$PWD/tools/cross-wine" ;;
        qemu) echo "qemu-${target%%-*}-static -L $cross/root" ;;
    esac
}
