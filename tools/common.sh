# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Says that a toolchain is missing for a part of a suite: an error in CI, elsewhere a skip that `make test` counts.
partly_missing() {
    if [ -n "${CI:-}" ]; then
        echo "error: $1" >&2
        exit 1
    fi
    echo "SKIPPED: $1" >&2
    mkdir -p target
    echo "$1" >>target/skipped
}

# The same for a suite that can do nothing without it.
missing() {
    partly_missing "$1"
    exit 0
}

# Installs Debian packages when one of the commands is missing and this is a Debian machine where we are root.
debian_packages() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    mkdir -p target
    # Suites that run beside each other take turns: apt refuses a second one.
    {
        flock 9
        [ -n "$(find target/apt.lists -mmin -60 2>/dev/null)" ] || { apt-get update -qq && touch target/apt.lists; }
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >&2 9>target/apt.lock
}

# The time and, where there are such, the compilers' flags of Debian's packages, for what the shell builds from here on.
debian_environment() {
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)
    export SOURCE_DATE_EPOCH
    ! command -v dpkg-buildflags >/dev/null || eval "$(dpkg-buildflags --export=sh)"
}

# Of the Rust suites, and of all that is built together with them.
rust_features=acs-auth/azure-identity,acs-auth/handler,acs-auth/redis

# Builds the libraries and programs that tests use, with further options of cargo. One list for all, since cargo builds anew what they rest
# on for each list; and where the Rust suites run too (ACS_BUILD=all), theirs.
build_debug() {
    local packages=(-p acs-auth-c-artifact -p acs-auth-cli -p acs-auth-uniffi -p acs-conformance -p acs-emulator -p acs-uniffi-bindgen)
    [ "${ACS_BUILD:-}" != all ] || packages=(--workspace --all-targets --features "$rust_features")
    cargo build --quiet --locked "${packages[@]}" "$@"
}
