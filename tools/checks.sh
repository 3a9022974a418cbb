# Counts the checks of a suite that is a shell script; sourced. $scratch must name a folder.
passed=0
failed=0

# check NAME COMMAND…: runs a check, counts whether it passes, and prints its output if it fails.
check() {
    local name=$1 status=0
    shift
    # Not in a condition, where bash ignores `set -e` and would continue after a failed command.
    set +e
    (set -e; "$@") >"$scratch/output" 2>&1
    status=$?
    set -e
    if [ $status = 0 ]; then
        echo "ok   $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name"
        sed 's/^/     /' "$scratch/output"
        failed=$((failed + 1))
    fi
}

# lacks ARGUMENT…: passes if grep, with these arguments, finds nothing in standard input.
lacks() { ! grep "$@"; }

# fails PATTERN COMMAND…: passes if the command fails and its output matches the pattern.
fails() {
    local pattern=$1 printed
    shift
    ! printed=$("$@" 2>&1) || { echo "did not fail: $*"; return 1; }
    grep -E "$pattern" <<<"$printed" || { echo "$printed"; return 1; }
}

# Runs a command in a throwaway overlay of this system's root: what it writes is discarded when it ends. Needs root.
on_a_copy() {
    unshare --mount bash -euc '
        copy=$1
        shift
        mount -t tmpfs tmpfs "$copy"
        mkdir "$copy/written" "$copy/work" "$copy/root"
        mount -t overlay overlay -o "lowerdir=/,upperdir=$copy/written,workdir=$copy/work" "$copy/root"
        mount --rbind /dev "$copy/root/dev"
        mount -t proc proc "$copy/root/proc"
        chroot "$copy/root" "$@"
    ' on_a_copy "$(mktemp -d "$scratch/copy.XXXXXX")" "$@"
}
