#!/usr/bin/env bash
# Compiles the header alone with every supported standard, by gcc and clang; warnings are errors.
# usage: compiles.sh GCC G++ CLANG CLANG++
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
warnings=(-Wall -Wextra -Wpedantic -Werror -Wstrict-prototypes)
cxx_warnings=(-Wall -Wextra -Wpedantic -Werror -Wold-style-cast)
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
printf '#include "acs_auth.h"\n#include "acs_auth.h"\ntypedef acs_status used;\n' >"$source/unit.c"
cp "$source/unit.c" "$source/unit.cpp"
count=0
compile() {
    local name=$1 standard=$2
    shift 2
    "$@" -Iinclude -fsyntax-only || { echo "failed: $name -std=$standard"; exit 1; }
    count=$((count + 1))
}
for c in "$1" "$3"; do
    for standard in c99 c11 c17 c2x; do
        compile "$c" "$standard" "$c" "-std=$standard" "${warnings[@]}" "$source/unit.c"
    done
done
for cxx in "$2" "$4"; do
    for standard in c++11 c++14 c++17 c++20 c++23; do
        compile "$cxx" "$standard" "$cxx" "-std=$standard" "${cxx_warnings[@]}" "$source/unit.cpp"
    done
done
echo "header: compiles $count times, as C99 to C23 and C++11 to C++23 ($("$1" --version | head -1); $("$3" --version | head -1))"
