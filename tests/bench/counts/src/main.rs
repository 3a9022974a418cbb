//! Repeats one operation: `acs-counts OPERATION COUNT`. `tools/counts` runs it twice under callgrind, with different
//! counts; the difference of the two is the cost of the operation, without the start of the process.
//!
//! Operations with a service read `ACS_COUNTS_SETUP`, the file that `tools/counts` writes about its emulator.
#![allow(clippy::unwrap_used, reason = "an operation that fails must stop the count")]

mod bare;
mod offline;
mod online;
mod setup;

/// Runs an operation this many times.
type Operation = fn(usize);

/// The operations, in the order of `counts.txt`.
const OPERATIONS: &[(&str, Operation)] = &[
    ("sign", offline::sign),
    ("prepare", offline::prepare),
    ("parse", offline::parse),
    ("verify", online::verify),
    ("cache_hit", online::cache_hit),
    ("exchange", online::exchange),
    ("exchange_bare_reqwest", bare::exchange),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (name, count) = (arguments.next().unwrap_or_default(), arguments.next());
    if name == "is-optimised" {
        std::process::exit(i32::from(cfg!(debug_assertions)));
    }
    let operation = OPERATIONS.iter().find(|(known, _)| *known == name);
    let (Some((_, run)), Some(Ok(count))) = (operation, count.map(|count| count.parse())) else {
        panic!("usage: acs-counts OPERATION COUNT");
    };
    run(count);
}
