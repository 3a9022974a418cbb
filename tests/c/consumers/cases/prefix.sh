# Tests the files that are installed into the prefix.

is_complete() {
    (cd "$prefix" && find . ! -type d | LC_ALL=C sort) >"$scratch/installed"
    {
        (cd include && find . -name '*.h' -o -name '*.hpp') | sed 's|^\.|./include|'
        printf './lib/%s\n' libacs_auth.a libacs_auth.so libacs_auth.so.0 "libacs_auth.so.$version" pkgconfig/acs_auth.pc \
            cmake/acs_auth/acs_auth-{config,config-version,targets}.cmake
        printf './share/doc/acs_auth/%s\n' LICENSE-APACHE LICENSE-MIT THIRD-PARTY
    } | LC_ALL=C sort | diff - "$scratch/installed"
    diff -r include "$prefix/include"
}

has_links() {
    [ "$(readlink "$prefix/lib/libacs_auth.so")" = libacs_auth.so.0 ]
    [ "$(readlink "$prefix/lib/libacs_auth.so.0")" = "libacs_auth.so.$version" ]
}

# The shared library: SONAME, its dependencies, read-only after relocation, no executable stack, never unloaded, no search path.
is_well_linked() {
    readelf -dW "$shared" >"$scratch/dynamic"
    grep -q 'SONAME.*\[libacs_auth.so.0\]' "$scratch/dynamic"
    grep -q 'FLAGS_1.*NOW NODELETE' "$scratch/dynamic"
    lacks -E 'RPATH|RUNPATH|TEXTREL' <"$scratch/dynamic"
    sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' "$scratch/dynamic" |
        lacks -vxE 'libc\.so\.6|libm\.so\.6|libgcc_s\.so\.1|ld-linux.*'
    readelf -lW "$shared" >"$scratch/segments"
    grep -q GNU_RELRO "$scratch/segments"
    grep -E 'GNU_STACK.* RW +0' "$scratch/segments"
}

is_stripped() {
    readelf -SW "$shared" | lacks -E '\.symtab|\.debug_'
    readelf -SW "$static" | lacks -E '\.debug_|\.llvmbc'
    [ "$(stat -c %s "$shared")" -lt "$(stat -c %s target/release/libacs_auth.so)" ]
}

exports_the_surface() {
    nm -D --defined-only "$shared" | awk '{ print $3 }' | LC_ALL=C sort | diff tests/surface/exports.txt -
    nm -g --defined-only "$static" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort | diff tests/surface/exports.txt -
}

names_no_folder() {
    cat "$prefix"/lib/pkgconfig/* "$prefix"/lib/cmake/*/* "$prefix"/include/*.* "$prefix"/include/*/* |
        lacks -F -e "$prefix" -e "$PWD" -e "$HOME"
}

names_licences() {
    grep -q '^rustls v' "$prefix/share/doc/acs_auth/THIRD-PARTY"
    grep -q 'Permission is hereby granted' "$prefix/share/doc/acs_auth/THIRD-PARTY"
}

check "the prefix holds what it should, and nothing else" is_complete
check "the shared library's links" has_links
check "the shared library is linked as it should be" is_well_linked
check "the libraries are stripped" is_stripped
check "both libraries define the surface, and nothing else" exports_the_surface
check "no installed file names a folder of this machine" names_no_folder
check "licences of what is linked in" names_licences
