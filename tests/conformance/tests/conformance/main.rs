//! Runs `cases.json`: one test a case, one after another against one emulator, which is reset before each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod calls;
mod client;
mod emulator;
mod handler;
mod pure;
mod run;

use std::sync::Arc;

use acs_conformance::Suite;
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;

use crate::emulator::Control;

fn main() {
    let mut arguments = Arguments::from_args();
    // The cases share the emulator's clock and faults.
    arguments.test_threads = Some(1);
    let suite = Suite::load().expect("cases.json uses words that this runner knows");
    let runtime = Arc::new(Runtime::new().unwrap());
    // Only the start line is taken from the library: all else goes through the control API, as in every host.
    let emulator = runtime.block_on(acs_emulator::Emulator::start(acs_emulator::Options::default()));
    let emulator = emulator.expect("the emulator starts");
    let control = Arc::new(Control::new(&emulator.info().line()));
    let trials = suite.cases.into_iter().map(|case| {
        let (runtime, control) = (Arc::clone(&runtime), Arc::clone(&control));
        Trial::test(case.name.clone(), move || {
            let result = runtime.block_on(run::run(&case, &control));
            result.map_err(|why| Failed::from(format!("{}\n{why}", case.about)))
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    // `exit` runs no destructors, and the emulator has a file to remove.
    drop(emulator);
    conclusion.exit();
}
