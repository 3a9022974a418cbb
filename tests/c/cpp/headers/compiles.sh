#!/usr/bin/env bash
# Compiles each header of the wrapper by itself, and a program that uses all of it with every supported standard, with
# and without exceptions and run-time type information; warnings are errors. usage: compiles.sh G++ CLANG++
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
warnings=(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count=0
compile() {
    "$@" "${warnings[@]}" -Iinclude -fsyntax-only || { echo "failed: $*"; exit 1; }
    count=$((count + 1))
}
for header in include/acs_auth/*.hpp; do
    printf '#include "%s"\n#include "%s"\n' "${header#include/}" "${header#include/}" >"$folder/alone.cpp"
    compile "$1" -std=c++17 "$folder/alone.cpp"
done
for compiler in "$1" "$2"; do
    for standard in c++17 c++20 c++23; do
        compile "$compiler" -std=$standard tests/c/cpp/headers/usage.cpp
        compile "$compiler" -std=$standard -fno-exceptions -fno-rtti tests/c/cpp/headers/usage.cpp
    done
    compile "$compiler" -std=c++20 -fno-rtti tests/c/cpp/headers/usage.cpp
    compile "$compiler" -std=c++20 -DACS_AUTH_NO_EXCEPTIONS tests/c/cpp/headers/usage.cpp
done
echo "wrapper: compiles $count times, as C++17 to C++23 ($("$1" --version | head -1); $("$2" --version | head -1))"
