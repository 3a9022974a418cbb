# Programs built with the C library as it is installed for Windows: sourced by tools/test-cross, and run under Wine if Wine can run them.

# Installs the library that the tests built. The paths in its files are relative.
install_for_consumers() {
    prefix=$cross/prefix-debug
    rm -rf "$prefix"
    tools/install-c PREFIX="$prefix" TARGET="$target" PROFILE=debug || return
    (cd "$prefix" && find . -type f ! -path './include/*' | LC_ALL=C sort) >"$cross/installed"
    printf '%s\n' ./bin/acs_auth.dll ./lib/acs_auth.lib \
        ./lib/cmake/acs_auth/acs_auth-{config-version,config,targets}.cmake \
        ./lib/libacs_auth.a ./lib/libacs_auth.dll.a ./lib/pkgconfig/acs_auth.pc \
        ./share/doc/acs_auth/{LICENSE-APACHE,LICENSE-MIT,THIRD-PARTY} | diff - "$cross/installed" || return
    # THIRD-PARTY also has the crates that only the library for Windows is linked with.
    grep -q '^windows-sys v' "$prefix/share/doc/acs_auth/THIRD-PARTY"
}

# Runs a program of a consumer: it signs, and uses the emulator whose first line was read.
run_consumer() {
    local output
    output=$(COMMUNICATION_SERVICES_CONNECTION_STRING=$(said .connection_string_http) WINEPATH=$prefix/bin \
        timeout $program_seconds "${run[@]}" "$1" 2>&1) || { echo "$output"; return 1; }
    [[ $output == *"signed /identities?api-version="*"created and deleted 8:acs:"* ]] || { echo "$output"; return 1; }
}

consumers=(consumer consumer-cpp consumer-static consumer-cpp-static consumer-pkg-config)

# Programs built by CMake's find_package and by pkg-config, each with the shared library and with the static one.
build_consumers() {
    local folder=$cross/consumers name flags options=() cc=$cross/bin/cc
    install_for_consumers || return
    rm -rf "$folder"
    mkdir -p "$folder"
    cp tests/c/consumers/consumer.{c,cpp} tests/c/consumers/cmake/CMakeLists.txt "$folder"
    if [ "$compiler" = mingw ]; then
        cc=x86_64-w64-mingw32-gcc
        # As with MinGW-w64's own compiler, its libraries are not beside the program.
        options=(-DCMAKE_EXE_LINKER_FLAGS=-static)
    fi
    cmake -G Ninja -S "$folder" -B "$folder" -DCMAKE_TOOLCHAIN_FILE="$toolchain" -Dacs_auth_DIR="$prefix/lib/cmake/acs_auth" \
        "${options[@]}" >"$folder/log" 2>&1 && cmake --build "$folder" >>"$folder/log" 2>&1 || { tail -40 "$folder/log"; return 1; }
    flags=$(PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig pkg-config --cflags --libs acs_auth) &&
        "$cc" -std=c11 "$folder/consumer.c" $flags -o "$folder/consumer-pkg-config.exe" || return
    for name in "${consumers[@]}"; do
        inspect_windows_program "$folder/$name.exe" || return
        case $name in
            *-static) ! needs_dll "$folder/$name.exe" || { echo "$name needs the shared library"; return 1; } ;;
            *) needs_dll "$folder/$name.exe" || { echo "$name is not linked with the shared library"; return 1; } ;;
        esac
    done
}

test_consumers() {
    local name
    build_consumers || return
    [ "$runner" = wine ] || return 0
    start_program "$built/acs-emulator$suffix" --until-stdin-closes || return
    for name in "${consumers[@]}"; do
        run_consumer "$cross/consumers/$name.exe" || { echo "$name failed"; return 1; }
    done
    end_program
}

needs_dll() { llvm-readobj --coff-imports "$1" | grep -x '  Name: acs_auth.dll' >/dev/null; }

# Links acs_auth.lib with an object of MSVC's ABI, by LLVM's lld-link, which works like MSVC's linker, and without Microsoft's C library.
test_msvc() {
    local folder=$cross/msvc output machine=arm64
    [[ $target != x86_64-* ]] || machine=i386:x86-64
    mkdir -p "$folder"
    clang-22 "--target=${target%%-*}-pc-windows-msvc" -std=c11 -ffreestanding -O1 -Wall -Wextra -Werror -I include \
        -c tests/windows/msvc.c -o "$folder/msvc.obj" || return
    printf 'LIBRARY kernel32.dll\nEXPORTS\nExitProcess\nGetStdHandle\nWriteFile\n' >"$folder/kernel32.def"
    llvm-dlltool -m $machine -d "$folder/kernel32.def" -l "$folder/kernel32.lib" || return
    lld-link-22 /nologo /subsystem:console /entry:start /nodefaultlib "/out:$folder/msvc.exe" "$folder/msvc.obj" \
        "$prefix/lib/acs_auth.lib" "$folder/kernel32.lib" || return
    inspect_windows_program "$folder/msvc.exe" && needs_dll "$folder/msvc.exe" || return
    [ "$runner" = wine ] || return 0
    output=$(WINEPATH=$prefix/bin timeout $program_seconds "${run[@]}" "$folder/msvc.exe") || return
    [ "$output" = "signed /identities?api-version=2023-10-01 by version $(project_version)" ] || { echo "$output"; return 1; }
}
