# Tests how find_package and pkg-config handle versions, components and a preference for static libraries.

# finds ARGUMENTS of find_package, then further lines of CMake.
finds() {
    local folder
    folder=$(mktemp -d "$scratch/find.XXXXXX")
    { printf 'cmake_minimum_required(VERSION 3.22)\nproject(finds LANGUAGES C)\n%s\n' "${2:-}"
      printf 'find_package(acs_auth %s)\n%s\n' "$1" "${3:-}"; } >"$folder/CMakeLists.txt"
    "${clean[@]}" cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix"
}

refuses() {
    local said
    if said=$(finds "$@" 2>&1); then
        return 1
    fi
    echo "$said"
    [[ $said == *acs_auth* ]]
}

is_static_where_wanted() {
    finds REQUIRED 'set(acs_auth_USE_STATIC_LIBS ON)' '
        get_target_property(kind acs_auth::acs_auth TYPE)
        get_target_property(file acs_auth::acs_auth IMPORTED_LOCATION)
        get_target_property(needs acs_auth::acs_auth INTERFACE_LINK_LIBRARIES)
        if(NOT kind STREQUAL "STATIC_LIBRARY" OR NOT file MATCHES "libacs_auth[.]a$" OR NOT needs MATCHES "^gcc_s;")
            message(FATAL_ERROR "${kind} ${file} ${needs}")
        endif()'
}

is_found_twice() { finds REQUIRED '' 'find_package(acs_auth 0.1 REQUIRED)'; }

pkg_config() { "${clean[@]}" PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config "$@" acs_auth; }

says_the_version() {
    [ "$(pkg_config --modversion)" = "$version" ]
    pkg_config --atleast-version=0.1
    if pkg_config --atleast-version=0.2; then
        return 1
    fi
}

# With the shared library a program needs only -lacs_auth; with the static one, also the listed libraries.
says_what_to_link() {
    [ "$(pkg_config --libs-only-l | xargs)" = -lacs_auth ]
    [ "$(pkg_config --static --libs-only-l | xargs)" = "-lacs_auth $(needed_libraries | sed 's/^/-l/' | xargs)" ]
}

for wanted in "" 0.1 "$version EXACT" 0.1...0.9 "0.1...<1"; do
    check "find_package(acs_auth $wanted)" finds "$wanted REQUIRED"
done
for wanted in 0.2 0.0 1 0.1.99 "0.1.99 EXACT" 0.2...0.9; do
    check "find_package(acs_auth $wanted) is refused" refuses "$wanted REQUIRED"
done
check "an unknown component is refused" refuses "REQUIRED COMPONENTS gui"
check "an incomplete installation is refused" refuses REQUIRED "file(REMOVE_RECURSE $scratch/part)
    file(COPY $prefix/lib/cmake DESTINATION $scratch/part/lib)
    list(PREPEND CMAKE_PREFIX_PATH $scratch/part)"
check "acs_auth_USE_STATIC_LIBS" is_static_where_wanted
check "find_package twice" is_found_twice
check "pkg-config says the version" says_the_version
check "pkg-config says what to link" says_what_to_link
