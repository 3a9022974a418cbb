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
            # A choice of packages would have their dependencies built anew, so the unoptimised build is always of all.
            --quick) quick=(--quick) profile=debug && export ACS_BUILD=all ;;
            *) rest+=("$1") ;;
        esac
        shift
    done
    programs=$PWD/target/$profile
}

# bench_build OPTION…: builds packages, as these options of cargo choose them.
bench_build() {
    if [ "$profile" = debug ]; then build_debug; else cargo build --quiet --locked --release "$@"; fi
}
