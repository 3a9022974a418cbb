# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Names on standard error what is done next.
step() { printf -- '-- %s\n' "$*" >&2; }

# ticking NAME COMMAND…: runs a command whose output is not shown: names it first and then every 30 s, with the time so far.
ticking() {
    local name=$1 started=$SECONDS ticker status=0
    shift
    step "$name"
    (
        # Sleeps without another process, which would hold pipes open after the end. Ends with this script, however that ends.
        exec {never}<> <(:) >/dev/null
        while read -r -t "${ACS_TICK:-30}" -u "$never" || kill -0 $$ 2>/dev/null; do
            step "$name: $((SECONDS - started)) s so far"
        done
    ) &
    ticker=$!
    "$@" || status=$?
    { kill "$ticker" && wait "$ticker"; } 2>/dev/null || true
    return "$status"
}

# logged LOG NAME COMMAND…: the same, with the command's output in a file.
logged() {
    local log=$1 name=$2
    shift 2
    ticking "$name" in_file "$log" "$@"
}
in_file() { "${@:2}" >"$1" 2>&1; }

# What cargo and npm are quiet about is shown on a terminal, by their own progress; elsewhere as `ticking` does.
quiet=(--quiet)
[ ! -t 2 ] || quiet=()

# without WORDS COMMAND…: runs a command without these words, up to a `--`.
without() {
    local words=" $1 " arguments=() argument
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        [[ $words == *" $1 "* ]] || arguments+=("$1")
        shift
    done
    command "${arguments[@]}" "$@"
}

cargo() {
    case " $* " in
        " build "*"--quiet "* | " check "*"--quiet "* | " clippy "*"--quiet "* | " doc "*"--quiet "* | " install "*"--quiet "*)
            if [ -t 2 ]; then without --quiet cargo "$@"; else ticking "$(without "--quiet --locked" echo cargo "$@")" command cargo "$@"; fi
            ;;
        *) command cargo "$@" ;;
    esac
}

npm() {
    case $1 in
        ci | install)
            if [ -t 2 ]; then
                without "--no-progress --loglevel=error" npm "$@"
            else
                ticking "npm $1 in ${PWD##*/}" command npm "$@"
            fi
            ;;
        *) command npm "$@" ;;
    esac
}

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
        step "apt-get install $*"
        flock 9
        [ -n "$(find target/apt.lists -mmin -60 2>/dev/null)" ] || { apt-get update -qq && touch target/apt.lists; }
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >&2 9>target/apt.lock
}

# The version of everything that is made here.
project_version() { sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml; }

# Installs what locks have into the environment of the Python $1: by hash, and nothing that runs code of its own at that. tools/supply/locks.py
# makes them from the lists beside them.
pip_locked() {
    local python=$1
    shift
    step "pip, for $(basename "$(dirname "$(dirname "$python")")"): ${*##*/}"
    "$python" -m pip install "${quiet[@]}" --disable-pip-version-check --require-hashes --only-binary=:all: "${@/#/--requirement=}"
}

# Makes sure that the virtual environment $2 of the Python $1 has what the locks after them have, and those of earlier calls.
python_environment() {
    local python=$1 venv=$2 list stamp
    for list in "${@:3}"; do
        stamp=$venv/$(basename "$list")
        ! cmp --silent "$list" "$stamp" || continue
        [ -x "$venv/bin/python" ] || "$python" -m venv --clear "$venv"
        pip_locked "$venv/bin/python" "$list"
        cp "$list" "$stamp"
    done
}

# Installs a program of crates.io in a version, into an ignored folder that is first on the PATH from here on.
cargo_tool() {
    local name=$1 version=$2 receipt=.toolchains/cargo/.crates.toml
    export PATH="$PWD/.toolchains/cargo/bin:$PATH"
    ! grep -qF "\"$name $version " "$receipt" 2>/dev/null || return 0
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=.toolchains/cargo-target cargo install --quiet --locked --debug --root .toolchains/cargo \
        "${@:3}" "$name@$version" || missing "$name $version cannot be installed"
}

# The newest glibc that a program or library asks for, as a tag writes it: 2_28. Nothing for one of musl.
newest_glibc() {
    readelf --version-info --wide "$1" | { grep -oE 'GLIBC_2\.[0-9.]+' || true; } | sort -Vu | tail -1 | sed 's/GLIBC_//; s/\./_/'
}

# platform TARGET COLUMN: what packaging/platforms.txt has of a target of Rust; columns are tag, folder, library and emulator.
platform() {
    local columns=(tag folder library emulator) at
    for at in "${!columns[@]}"; do
        [ "${columns[$at]}" = "$2" ] || continue
        awk -v target="$1" -v column=$((at + 2)) '$1 == target { print $column; found = 1 } END { exit !found }' packaging/platforms.txt && return
        echo "$(basename "$0"): unknown target: $1; packaging/platforms.txt has the known ones" >&2
        return 64
    done
}

# The targets of Rust for which there are packages.
platform_targets() { sed '/^#/d; s/ .*//' packaging/platforms.txt; }

# Whether tools/release-build makes files for a target of Rust.
is_released() { [[ " ${RELEASE_PLATFORMS:-} " == *" $1 "* ]]; }

# This machine's target of Rust.
host_target() { rustc -vV | sed -n 's/^host: //p'; }

# put_notices PACKAGE FOLDER [TARGET…]: puts into the folder which crates of others the package is linked with, for these targets or this
# machine: THIRD-PARTY with their licences and, in a release, for which ACS_SBOMS names the folder of such lists, sbom.cdx.json.
put_notices() {
    local package=$1 folder=$2
    shift 2
    mkdir -p "$folder"
    tools/third-party "${@/#/--target=}" "$package" >"$folder/THIRD-PARTY"
    [ -z "${ACS_SBOMS:-}" ] || install -m 644 "$ACS_SBOMS/$package.cdx.json" "$folder/sbom.cdx.json"
}

# The time that archives have: the commit's.
commit_time() {
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)}
    export SOURCE_DATE_EPOCH
}

# That time and, where there are such, the compilers' flags of Debian's packages, for what the shell builds from here on.
debian_environment() {
    commit_time
    ! command -v dpkg-buildflags >/dev/null || eval "$(dpkg-buildflags --export=sh)"
}

# Of the Rust suites, and of all that is built together with them.
rust_features=acs-auth/azure-identity,acs-auth/handler,acs-auth/redis

# Builds the libraries and programs that tests use, with further options of cargo. One list for all, since cargo builds anew what they rest
# on for each list; where the Rust suites run too (ACS_BUILD=all), theirs; and of a release (ACS_BUILD=facade) what its packages are made with.
build_debug() {
    local packages=(-p acs-auth-c-artifact -p acs-auth-cli -p acs-auth-uniffi -p acs-conformance -p acs-emulator -p acs-uniffi-bindgen)
    case ${ACS_BUILD:-} in
        all) packages=(--workspace --all-targets --features "$rust_features") ;;
        facade) packages=(-p acs-auth-uniffi -p acs-uniffi-bindgen) ;;
    esac
    cargo build --quiet --locked "${packages[@]}" "$@"
}

# Builds the facade of Python, Kotlin and Swift, for debug or release, and the generator that reads it. Sets `facade`, its library for this
# machine, or in a release for systems as old as tools/cross makes it for.
build_facade() {
    local host
    host=$(host_target)
    facade=target/$1/$(platform "$host" library)
    if [ "$1" = debug ]; then
        build_debug
        return
    fi
    if is_released "$host"; then
        tools/cross "$host" acs-auth-uniffi -- --quiet --release
        facade=target/$host/release/$(platform "$host" library)
    else
        cargo build --quiet --locked --release -p acs-auth-uniffi
    fi
    ACS_BUILD=facade build_debug
}
