# Inspects the libraries and programs that were built for Windows: sourced by tools/test-cross.

# The only libraries that they may import from. Each is part of Windows.
windows_libraries='kernel32|ntdll|advapi32|bcrypt|bcryptprimitives|crypt32|ktmw32|msvcrt|ncrypt|oleaut32|secur32|userenv|ws2_32|api-ms-win-[a-z0-9-]+'

# Except, for programs, the functions of aws-lc's entropy source: it exports them by __declspec(dllexport). The emulator needs aws-lc.
exports_of() {
    local ignored='^$'
    [[ $1 != *.exe ]] || ignored='^aws_lc_[0-9_]+_jent_[a-z_]+$'
    llvm-readobj --coff-exports "$1" | sed -n 's/^ *Name: //p' | grep -vE "$ignored" | LC_ALL=C sort
}

# Checks that a program or library is for the target's processor, and imports only from Windows and from our library.
inspect_windows_program() {
    local machine=ARM64
    [[ $target != x86_64-* ]] || machine=AMD64
    llvm-readobj --file-headers "$1" | grep "Machine: IMAGE_FILE_MACHINE_$machine " >/dev/null || { echo "$1 is not for $machine"; return 1; }
    ! llvm-readobj --coff-imports "$1" | sed -n 's/^  Name: //p' | grep -viE "^($windows_libraries|acs_auth)\.dll$" ||
        { echo "$1 imports from these"; return 1; }
}

# inspect_windows_file WANTED FILE: checks also that it needs no other library of ours, and exports exactly what the list WANTED names.
inspect_windows_file() {
    local wanted=$1 file=$2
    inspect_windows_program "$file" && ! needs_dll "$file" || return
    diff "$wanted" <(exports_of "$file") || { echo "$file differs from $wanted"; return 1; }
}

# The facade's library exports what this machine's does; programs export nothing.
test_windows_files() {
    local own=$cross/exports-uniffi
    nm -D --defined-only target/debug/libacs_auth_uniffi.so | awk '{ print $3 }' | LC_ALL=C sort >"$own"
    [ "$(grep -c '^uniffi_' "$own")" -gt 100 ] || { echo "$own lists too little"; return 1; }
    inspect_windows_file tests/surface/exports.txt "$built/acs_auth.dll" && inspect_windows_file "$own" "$built/acs_auth_uniffi.dll" &&
        inspect_windows_file /dev/null "$built/acs-auth.exe" && inspect_windows_file /dev/null "$built/acs-emulator.exe" || return
    # The check must find a missing export and an additional one.
    ! inspect_windows_file "$own" "$built/acs_auth.dll" >/dev/null && ! inspect_windows_file /dev/null "$built/acs_auth.dll" >/dev/null ||
        { echo "a library with other exports passed"; return 1; }
    [ -s "$built/acs_auth.lib" ]
}
