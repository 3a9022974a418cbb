# Shared by the bench scripts; sourced, not run.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# bench_options ARGUMENT…: reads the options that every bench has. --json FILE writes the figures there; --quick only tries the bench: few short
# rounds of unoptimised builds. Sets `json` and `quick`, options for the program that measures; `profile`, and `programs`, the folder of
# builds; and `rest`, the other arguments.
bench_options() {
    json=() quick=() rest=() profile=release
    while [ $# -gt 0 ]; do
        case $1 in
            --json) json=(--json "$2") && shift ;;
            --quick) quick=(--quick) profile=debug ;;
            *) rest+=("$1") ;;
        esac
        shift
    done
    programs=$PWD/target/$profile
}

# bench_build OPTION…: builds packages, as these options of cargo choose them.
bench_build() {
    # A choice of packages would have their dependencies built anew, so the unoptimised build is always of all.
    if [ "$profile" = debug ]; then ACS_BUILD=all build_debug; else cargo build --quiet --locked --release "$@"; fi
}
