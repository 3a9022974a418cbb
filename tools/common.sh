# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Says that a toolchain is missing: an error in CI, elsewhere a skip that `make test` counts.
missing() {
    if [ -n "${CI:-}" ]; then
        echo "error: $1" >&2
        exit 1
    fi
    echo "SKIPPED: $1" >&2
    mkdir -p target
    echo "$1" >>target/skipped
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
    { flock 9 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2 9>target/apt.lock
}

# Builds the libraries and programs that tests use. One list for all, since cargo builds anew what they rest on for each list.
build_debug() {
    cargo build --quiet --locked -p acs-auth-c -p acs-auth-cli -p acs-auth-uniffi -p acs-emulator -p acs-uniffi-bindgen
}
