# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Prints the next step on standard error.
step() { printf -- '-- %s\n' "$*" >&2; }

# ticking NAME COMMAND…: runs a command that shows no progress; prints its name first and then every 30 s, with the time so far.
ticking() {
    local name=$1 started=$SECONDS ticker status=0
    shift
    step "$name"
    (
        # Waits with `read`, since a `sleep` process would keep pipes open after the end. The loop ends when this script is gone, however it ended.
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

# On a terminal, cargo, cargo-zigbuild and npm show their own progress in spite of options like --quiet; elsewhere they run through `ticking`.
quiet=(--quiet)
[ ! -t 2 ] || quiet=()

# without WORDS COMMAND…: runs a command without these words, which are left alone after a `--`.
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

cargo-zigbuild() {
    if [ -t 2 ]; then
        without --quiet cargo-zigbuild "$@"
    else
        ticking "$(without "--quiet --locked" echo cargo-zigbuild "$@")" command cargo-zigbuild "$@"
    fi
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

# Each Maven process compiles once and exits, so an optimizing JIT, a parallel collector and a Kotlin daemon would cost more than they save.
export MAVEN_OPTS=${MAVEN_OPTS:--XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC -Dkotlin.compiler.daemon=false}

# The exit status of a script that can't run on this machine, which tools/test counts as skipped: EX_TEMPFAIL of sysexits.h. No tool that the
# scripts call uses it.
cannot_run=75
# The exit status of a script that calls partly_missing: 0, or cannot_run after a call.
partly=0

# partly_missing MESSAGE: reports that a part of a suite can't run. In CI this is an error. Elsewhere the part is skipped, and the script must end
# with `exit $partly`.
partly_missing() {
    if [ -n "${CI:-}" ]; then
        echo "error: $1" >&2
        exit 1
    fi
    echo "SKIPPED: $1" >&2
    partly=$cannot_run
}

# missing MESSAGE: the same for a suite that can't run at all; exits.
missing() {
    partly_missing "$1"
    exit "$partly"
}

# debian_packages COMMAND PACKAGE…: installs Debian packages unless the command is there. Fails without apt-get or without root.
debian_packages() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    mkdir -p target
    # Suites that run at the same time take turns, because apt refuses to run twice.
    {
        flock --nonblock 9 || ticking "waiting for another apt-get" flock 9
        [ -n "$(find target/apt.lists -mmin -60 2>/dev/null)" ] || { ticking "apt-get update" apt-get update -qq && touch target/apt.lists; }
        # Waits up to 300 s for another program of this machine that is installing packages.
        ticking "apt-get install $*" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
            --no-install-recommends "$@"
    } >&2 9>target/apt.lock
}

# The version of all products.
project_version() { sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml; }

# pip_locked PYTHON LOCK…: installs the packages of locks into this Python's environment, by hash and from wheels alone, so that no package
# runs code while it is installed. tools/supply/locks.py makes the locks from the lists beside them.
pip_locked() {
    local python=$1
    shift
    step "pip, for $(basename "$(dirname "$(dirname "$python")")"): ${*##*/}"
    "$python" -m pip install "${quiet[@]}" --disable-pip-version-check --require-hashes --only-binary=:all: "${@/#/--requirement=}"
}

# python_environment PYTHON VENV LOCK…: makes the virtual environment if needed, and installs locks that are new or changed. What earlier calls
# installed stays.
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

# maven_without_ours FOLDER: makes a local Maven repository with everything that was downloaded, but without our own packages of earlier
# installations.
maven_without_ours() {
    mkdir -p "$1/dev" "$HOME/.m2/repository"
    find "$HOME/.m2/repository" -mindepth 1 -maxdepth 1 ! -name dev -exec ln -sfn -t "$1" {} +
}

# cargo_tool NAME VERSION [OPTION…]: installs this version of a program from crates.io into the user's cache, for all checkouts, and puts it
# first on the PATH.
cargo_tool() {
    local name=$1 version=$2 folder=${XDG_CACHE_HOME:-$HOME/.cache}/acs-auth/$1-$2
    export PATH="$folder/bin:$PATH"
    # Written when the installation is complete.
    [ ! -e "$folder/.crates.toml" ] || return 0
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=.toolchains/cargo-target cargo install --quiet --locked --debug --root "$folder" \
        "${@:3}" "$name@$version" || missing "$name $version cannot be installed"
}
install_mdbook() { cargo_tool mdbook 0.5.4 --no-default-features --features search; }

# newest_glibc FILE: prints the newest glibc that a program or library needs, as in a wheel's tag: 2_28. Prints nothing for musl.
newest_glibc() {
    readelf --version-info --wide "$1" | { grep -oE 'GLIBC_2\.[0-9.]+' || true; } | sort -Vu | tail -1 | sed 's/GLIBC_//; s/\./_/'
}

# has_build_id FILE: succeeds if a program or library has a build ID, by which debuggers find its symbols.
has_build_id() { readelf --notes --wide "$1" | grep -E 'Build ID: [0-9a-f]{40}$' >/dev/null; }

# platform TARGET COLUMN: prints a column of packaging/platforms.txt for a Rust target: tag, folder, library or emulator.
platform() {
    local columns=(tag folder library emulator) at
    for at in "${!columns[@]}"; do
        [ "${columns[$at]}" = "$2" ] || continue
        awk -v target="$1" -v column=$((at + 2)) '$1 == target { print $column; found = 1 } END { exit !found }' packaging/platforms.txt && return
        echo "$(basename "$0"): unknown target: $1; packaging/platforms.txt has the known ones" >&2
        return 64
    done
}

# The Rust targets that have packages.
platform_targets() { sed '/^#/d; s/ .*//' packaging/platforms.txt; }

# is_released TARGET: whether tools/release-build makes files for a Rust target.
is_released() { [[ " ${RELEASE_PLATFORMS:-} " == *" $1 "* ]]; }

# This machine's Rust target.
host_target() { rustc -vV | sed -n 's/^host: //p'; }

# put_notices PACKAGE FOLDER [TARGET…]: writes THIRD-PARTY into the folder, the licences of the crates that the package is linked with on these
# targets (by default this machine's). In a release, ACS_SBOMS names the folder from which it copies the list of components, sbom.cdx.json.
put_notices() {
    local package=$1 folder=$2
    shift 2
    mkdir -p "$folder"
    tools/third-party "${@/#/--target=}" "$package" >"$folder/THIRD-PARTY"
    [ -z "${ACS_SBOMS:-}" ] || install -m 644 "$ACS_SBOMS/$package.cdx.json" "$folder/sbom.cdx.json"
}

# Sets SOURCE_DATE_EPOCH, the time in archives, to the commit's.
commit_time() {
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)}
    export SOURCE_DATE_EPOCH
}

# Sets SOURCE_DATE_EPOCH and, on Debian, the compiler flags of Debian's packages, for everything that this shell builds afterwards.
debian_environment() {
    commit_time
    ! command -v dpkg-buildflags >/dev/null || eval "$(dpkg-buildflags --export=sh)"
}

# The features of the Rust suites, and of everything that is built together with them.
rust_features=acs-auth/azure-identity,acs-auth/handler,acs-auth/redis

# build_debug [OPTION…]: builds the libraries and programs that tests use, with further options for cargo. There is one list of packages,
# since cargo rebuilds dependencies for every other list. ACS_BUILD=all, where the Rust suites run too, selects their list; ACS_BUILD=facade,
# in a release, what its packages are made with.
build_debug() {
    local packages=(-p acs-auth-c-artifact -p acs-auth-cli -p acs-auth-uniffi -p acs-conformance -p acs-emulator -p acs-uniffi-bindgen)
    case ${ACS_BUILD:-} in
        all) packages=(--workspace --all-targets --features "$rust_features") ;;
        facade) packages=(-p acs-auth-uniffi -p acs-uniffi-bindgen) ;;
    esac
    cargo build --quiet --locked "${packages[@]}" "$@"
}

# build_facade debug|release: builds the facade of Python, Kotlin and Swift, and the generator that reads it. Sets `facade` to its library for
# this machine. For a release, tools/cross builds it, so that it runs on older systems too.
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
