# Shared by the bench scripts; sourced, not run.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Clients that read the environment's proxies must not use them for the emulator.
export NO_PROXY=localhost,127.0.0.1${NO_PROXY:+,$NO_PROXY}
export no_proxy=$NO_PROXY

# bench_options ARGUMENT…: parses the options that every bench has. --json FILE writes the figures to this file; --quick only tries the bench, with
# unoptimised builds and few short rounds. Sets `json` and `quick`, the options for the program that measures; `profile`; `programs`, the folder of
# the built programs; and `rest`, the other arguments.
bench_options() {
    json=() quick=() rest=() profile=release
    while [ $# -gt 0 ]; do
        case $1 in
            --json) json=(--json "$2") && shift ;;
            # Selected packages would need their dependencies built anew, so unoptimised builds are always of all packages.
            --quick) quick=(--quick) profile=debug && export ACS_BUILD=all ;;
            *) rest+=("$1") ;;
        esac
        shift
    done
    programs=$PWD/target/$profile
}

# bench_build OPTION…: builds the packages that these options of cargo select.
bench_build() {
    if [ "$profile" = debug ]; then build_debug; else cargo build --quiet --locked --release "$@"; fi
}
