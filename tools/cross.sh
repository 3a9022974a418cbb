# Targets other than this machine's; sourced by tools/cross and tools/test-cross.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
root=$PWD

# Each target, with the compiler and linker for C, what runs its programs here (-: nothing), and its shared library.
cross_targets='
x86_64-unknown-linux-gnu   zig    -        libacs_auth.so
x86_64-pc-windows-gnu      mingw  wine     acs_auth.dll
aarch64-pc-windows-gnullvm zig    -        acs_auth.dll
aarch64-unknown-linux-gnu  zig    root     libacs_auth.so
x86_64-unknown-linux-musl  zig    root     libacs_auth.so
aarch64-unknown-linux-musl zig    root     libacs_auth.so
x86_64-apple-darwin        zig    -        libacs_auth.dylib
aarch64-apple-darwin       zig    -        libacs_auth.dylib
'

# The oldest systems that products run on: the glibc in the tags of Python's wheels, and the first macOS for Apple silicon.
oldest_glibc=2.28
export MACOSX_DEPLOYMENT_TARGET=11.0

# Sets `target`, `compiler`, `runner`, `library` and `cross`, the folder of everything that cargo doesn't build.
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

# Prints the prefix of the binutils (strip, objcopy …) that know the target's files.
cross_binutils() {
    case $target in
        x86_64-*-windows-*) echo x86_64-w64-mingw32- ;;
        aarch64-*-linux-*)
            debian_packages aarch64-linux-gnu-ld binutils-aarch64-linux-gnu || missing "binutils for aarch64 are needed"
            echo aarch64-linux-gnu-
            ;;
        x86_64-*-linux-*) ;;
        *)
            debian_packages llvm-strip llvm || missing "LLVM's binutils are needed for $target"
            echo llvm-
            ;;
    esac
}

# zig's name for the target.
zig_target() {
    case $target in
        *-linux-gnu) echo "${target%%-*}-linux-gnu.$oldest_glibc" ;;
        *-linux-musl) echo "${target%%-*}-linux-musl" ;;
        *-windows-*) echo "${target%%-*}-windows-gnu" ;;
        *-apple-darwin) echo "${target%%-*}-macos.$MACOSX_DEPLOYMENT_TARGET" ;;
    esac
}

# Makes $cross/libgcc_s.so.1, a stub of the functions by which Rust unwinds, to link with; at run time the system's is used. Without it,
# cargo-zigbuild would link zig's unwinder into the library, and a C++ exception can't pass the frames of another unwinder: it wouldn't even
# reach the guard that names the callback which it left.
system_unwinder() {
    local source=$cross/libgcc_s.c
    cat >"$source.map" <<'END'
GCC_3.0 { _Unwind_DeleteException; _Unwind_GetDataRelBase; _Unwind_GetGR; _Unwind_GetIP; _Unwind_GetLanguageSpecificData;
    _Unwind_GetRegionStart; _Unwind_GetTextRelBase; _Unwind_RaiseException; _Unwind_Resume; _Unwind_SetGR; _Unwind_SetIP; };
GCC_3.3 { _Unwind_Backtrace; _Unwind_FindEnclosingFunction; _Unwind_GetCFA; _Unwind_Resume_or_Rethrow; };
GCC_4.2.0 { _Unwind_GetIPInfo; };
END
    grep -oE '_Unwind_\w+' "$source.map" | sed 's/.*/void &(void) {}/' >"$source"
    "$zig_environment/bin/python" -m ziglang cc -target "$(zig_target)" -shared -nostdlib -Wl,-soname,libgcc_s.so.1 \
        "-Wl,--version-script=$source.map" "$source" -o "$cross/libgcc_s.so.1"
}

# Sets the environment of builds for macOS. Libraries of which nothing is used, such as Rust's libiconv, aren't linked. Debug information is
# stripped, since it names this machine's folders: by rustc with LLVM's objcopy, which renews the signature that arm64 requires.
cross_macos() {
    local upper=${target^^} name
    upper=${upper//-/_}
    export SDKROOT=$PWD/packaging/macos CARGO_PROFILE_DEV_STRIP=debuginfo CARGO_PROFILE_RELEASE_STRIP=symbols
    export "CARGO_TARGET_${upper}_RUSTFLAGS=-Clink-arg=-Wl,-dead_strip_dylibs" "CARGO_TARGET_${upper}_LINKER=$PWD/tools/cross-ld64"
    # zig's stub of the C library, under each name that Rust links, and without the processors that LLD doesn't know yet.
    export CROSS_LIBRARIES=$cross/lib
    mkdir -p "$CROSS_LIBRARIES"
    for name in System c m iconv; do
        sed -E 's/,? *arm64e\.x1-[a-z]+//g' "$zig_environment"/lib/python3*/site-packages/ziglang/lib/libc/darwin/libSystem.tbd \
            >"$CROSS_LIBRARIES/lib$name.tbd"
    done
}

# Runs cargo for the target, without debug information in debug builds. Build scripts and macros are shared with builds for this machine.
cross_cargo() {
    local command=$1 name=$target
    shift
    # A release's C flags, even if the environment has those of Debian's packages: cargo rebuilds if they change.
    [ -z "${ACS_CFLAGS:-}" ] || local -x CFLAGS=$ACS_CFLAGS CXXFLAGS=$ACS_CFLAGS
    export CARGO_PROFILE_DEV_DEBUG=0
    case $compiler-$target in
        mingw-*) PATH=$root/tools/wrappers:$PATH cargo "$command" --locked --target "$target" "$@" ;;
        zig-*)
            # Relative paths (the linker runs in the checkout): absolute ones would be in the names of symbols.
            if [[ $target == *-linux-* ]]; then
                # Debuggers and Debian's packages find the symbols of a stripped file by its build ID, which zig's linker doesn't add by default.
                local -x RUSTFLAGS="${RUSTFLAGS:-} -Clink-arg=-Wl,--build-id=sha1 -Clink-arg=-Wl,-T,tools/cross-no-debug-info.ld"
            fi
            if [[ $target == *-linux-gnu ]]; then
                name=$target.$oldest_glibc
                system_unwinder
                RUSTFLAGS+=" -Clink-arg=${cross#"$root/"}/libgcc_s.so.1"
            fi
            (
                [[ $target != *-apple-darwin ]] || cross_macos
                # Otherwise zig's linker writes a PDB, and its hash, which depends on this machine's folders, into the file.
                [[ $target != *-windows-* ]] || export CARGO_PROFILE_RELEASE_STRIP=symbols
                # Without this, cargo-zigbuild drops the list of what a library exports.
                export CARGO_TARGET_AARCH64_PC_WINDOWS_GNULLVM_LINKER=$PWD/tools/cross-link-windows
                PATH=$zig_environment/bin:$PATH cargo-zigbuild "$command" --locked --target "$name" "$@"
            )
            ;;
    esac
}

# Writes compilers and a toolchain file for CMake, and prints that file's name.
cmake_toolchain() {
    local file=$cross/toolchain.cmake system cc cxx ar ranlib emulator tool
    case $target in *-linux-*) system=Linux ;; *-windows-*) system=Windows ;; *) system=Darwin ;; esac
    case $compiler-$target in
        mingw-*) cc=x86_64-w64-mingw32-gcc cxx=x86_64-w64-mingw32-g++ ar=x86_64-w64-mingw32-ar ranlib=x86_64-w64-mingw32-ranlib ;;
        # zig's C++ has its own unwinder, with which no exception passes a library that uses the system's.
        zig-aarch64-unknown-linux-gnu) cc=aarch64-linux-gnu-gcc cxx=aarch64-linux-gnu-g++ ar=aarch64-linux-gnu-ar ranlib=aarch64-linux-gnu-ranlib ;;
        zig-*)
            for tool in cc c++; do
                # Without the sanitizer that zig adds to unoptimised code: it needs a newer musl than the root has. For Windows, zig itself adds an
                # option that Clang warns about.
                printf '#!/bin/sh\nexec "%s" -m ziglang %s -target %s -fno-sanitize=all -Wno-unused-command-line-argument "$@"\n' \
                    "$zig_environment/bin/python" "$tool" "$(zig_target)" >"$cross/bin/$tool"
            done
            for tool in ar ranlib; do
                printf '#!/bin/sh\nexec "%s" -m ziglang %s "$@"\n' "$zig_environment/bin/python" "$tool" >"$cross/bin/$tool"
            done
            chmod +x "$cross"/bin/*
            cc=$cross/bin/cc cxx=$cross/bin/c++ ar=$cross/bin/ar ranlib=$cross/bin/ranlib
            ;;
    esac
    emulator=$(cross_runner)
    {
        echo "set(CMAKE_SYSTEM_NAME $system)"
        echo "set(CMAKE_SYSTEM_PROCESSOR ${target%%-*})"
        # When it cross-compiles, CMake assumes a macOS that is too old for @rpath.
        if [ $system = Darwin ]; then
            echo 'set(CMAKE_SHARED_LIBRARY_RUNTIME_C_FLAG "-Wl,-rpath,")' >"$cross/rules.cmake"
            echo "set(CMAKE_USER_MAKE_RULES_OVERRIDE $cross/rules.cmake)"
        fi
        echo "set(CMAKE_C_COMPILER $cc)"
        echo "set(CMAKE_CXX_COMPILER $cxx)"
        echo "set(CMAKE_AR $ar)"
        echo "set(CMAKE_RANLIB $ranlib)"
        # Position-independent: the variables in zig's libc.so have no size, so copy relocations would put all of them at one address.
        [[ $target != *-musl ]] || printf 'set(CMAKE_%s_INIT %s)\n' C_FLAGS -fPIC CXX_FLAGS -fPIC EXE_LINKER_FLAGS '"-dynamic -pie"'
        echo "set(CMAKE_FIND_ROOT_PATH $cross/libraries)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)"
        echo "set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)"
        [ -z "$emulator" ] || echo "set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator// /;})"
    } >"$file"
    echo "$file"
}

# Prints the command that runs a program of the target here.
cross_runner() {
    case $runner in
        wine) echo "$PWD/tools/cross-wine" ;;
        root) echo "$PWD/tools/cross-root $cross/root" ;;
    esac
}
