# Counted checks of a suite that is a script; sourced. Needs $scratch, a folder.
passed=0
failed=0

# check NAME COMMAND…: counts how it ends, and shows what it printed if it fails.
check() {
    local name=$1 status=0
    shift
    # Not in a condition, where bash would go on after a command that fails.
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

# What comes in has no line that grep finds with these arguments.
lacks() { ! grep "$@"; }

# fails PATTERN COMMAND…: the command fails and prints what the pattern matches.
fails() {
    local pattern=$1 printed
    shift
    ! printed=$("$@" 2>&1) || { echo "did not fail: $*"; return 1; }
    grep -E "$pattern" <<<"$printed" || { echo "$printed"; return 1; }
}

# Runs a command as root of a copy of this system: what it writes is gone when it ends.
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
