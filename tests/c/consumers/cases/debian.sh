# Tests the Debian packages: installs them with dpkg on a temporary copy of this system, uses and purges them.

field() { dpkg-deb -f "target/debian/$1_${version}_$(dpkg --print-architecture).deb" "$2"; }

has_dependencies() {
    field libacs-auth0 Depends | grep 'libc6 (>= .*libgcc-s1 (>= '
    [ "$(field libacs-auth-dev Depends)" = "libacs-auth0 (= $version)" ]
}

declares_shlibs() {
    dpkg-deb --ctrl-tarfile "target/debian/libacs-auth0_${version}_$(dpkg --print-architecture).deb" |
        tar -xO ./shlibs | grep -x "libacs_auth 0 libacs-auth0 (>= $version)"
}

satisfies_lintian() { lintian --allow-root --fail-on error,warning target/debian/*.deb; }

is_used_and_purged() {
    on_a_copy "${clean[@]}" DEBIAN_FRONTEND=noninteractive bash -euo pipefail -c '
        cd "$1"
        dpkg -i target/debian/libacs-auth0_*.deb target/debian/libacs-auth-dev_*.deb
        for how in pkg-config-make static cmake meson; do
            tests/c/consumers/consume "$how"
        done
        library=$(echo /usr/lib/*/libacs_auth.so.0)
        if tests/c/consumers/debug-symbols "$library"; then
            exit 1
        fi
        dpkg -i target/debian/libacs-auth0-dbgsym_*.deb
        tests/c/consumers/debug-symbols "$library"
        dpkg --purge libacs-auth0-dbgsym libacs-auth-dev libacs-auth0
        if find /usr -name "*acs_auth*" | grep . || ldconfig -p | grep acs_auth; then
            exit 1
        fi
    ' is_used_and_purged "$PWD"
}

check "tools/package-deb" tools/package-deb
check "the packages' dependencies" has_dependencies
check "the runtime package's shlibs" declares_shlibs
check "lintian" satisfies_lintian
check "installed, used and purged with dpkg" is_used_and_purged
