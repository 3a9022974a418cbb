# The static library: the listed system libraries are sufficient, and each is needed.

# The names of the listed libraries, one per line.
needed_libraries() { sed '/^#/d; s/ .*//' packaging/static-libraries/linux; }

# Links the program with these system libraries and no others, not even those that a compiler adds by itself.
links_with() {
    cc -nodefaultlibs "$scratch/consumer.o" "$static" "${@/#/-l}" -o "$scratch/consumer"
}

is_enough() {
    cc -std=c11 -O2 -I"$prefix/include" -c tests/c/consumers/consumer.c -o "$scratch/consumer.o"
    links_with $(needed_libraries)
    "$scratch/consumer"
}

# Without the library $1 the program doesn't link, unless its function $2 has moved to libc: glibc 2.34 includes libpthread and
# libdl, but with an older glibc they must be named.
is_needed() {
    nm -u "$static" | grep -w "$2" || { echo "the library does not call $2"; return 1; }
    if links_with $(needed_libraries | grep -vx "$1"); then
        readelf --dyn-syms -W "$(cc -print-file-name=libc.so.6)" | grep -E " $2@@GLIBC_2\.34"
    fi
}

# rustc names at least these for its standard library.
is_part_of_rustcs() {
    local rustcs
    rustcs=$(rustc --crate-type staticlib --print native-static-libs -o "$scratch/empty.a" - </dev/null 2>&1)
    for library in $(needed_libraries); do
        grep -qw -- "-l$library" <<<"$rustcs" || { echo "-l$library is none of: $rustcs"; return 1; }
    done
}

# A program may link two Rust libraries, in either order.
goes_with_another() {
    cat >"$scratch/other.rs" <<'RUST'
#[unsafe(no_mangle)]
pub extern "C" fn other(number: i32) -> i32 {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| if number > 0 { panic!() } else { 1 }).unwrap_or(2)
}
RUST
    rustc --edition 2024 -O --crate-type staticlib "$scratch/other.rs" -o "$scratch/libother.a"
    printf '#include <acs_auth.h>\nint other(int);\nint main(void) { return acs_version() == 0 || other(1) != 2; }\n' \
        >"$scratch/two.c"
    for order in "$static $scratch/libother.a" "$scratch/libother.a $static"; do
        cc -I"$prefix/include" "$scratch/two.c" $order $(needed_libraries | sed 's/^/-l/') -o "$scratch/two"
        "$scratch/two"
    done
}

check "the listed libraries are enough" is_enough
while read -r library function; do
    check "lib$library is needed" is_needed "$library" "$function"
done < <(sed '/^#/d' packaging/static-libraries/linux)
check "rustc names the listed libraries too" is_part_of_rustcs
check "the static library goes with another Rust library" goes_with_another
