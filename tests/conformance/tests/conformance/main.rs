//! Runs `cases.json` in Rust: one test per case, and one for each broken case, which must fail. Started with
//! `--testee`, it is the testee.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod broken;
mod calls;
mod credentials;
mod testee;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acs_conformance::{Command, Session, Suite};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--testee") {
        return testee::main();
    }
    let mut arguments = Arguments::from_args();
    // The cases share the testee and the emulator.
    arguments.test_threads = Some(1);
    let suite = Suite::load().expect("cases.json uses words that the runner knows");
    if arguments.list {
        libtest_mimic::run(&arguments, trials(suite, |_| Ok(()), |_| Ok(()))).exit();
    }
    let command = Command::new([
        std::env::current_exe().unwrap().into_os_string(),
        "--testee".into(),
    ]);
    let session = Arc::new(Mutex::new(Session::start(command).unwrap()));
    let (of_cases, of_broken) = (Arc::clone(&session), Arc::clone(&session));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let trials = trials(
        suite,
        move |case| {
            counted.fetch_add(1, Ordering::Relaxed);
            of_cases.lock().unwrap().run(case)
        },
        move |broken| broken.run(&mut of_broken.lock().unwrap()),
    );
    let conclusion = libtest_mimic::run(&arguments, trials);
    let session = Arc::into_inner(session).unwrap().into_inner().unwrap();
    session.finish().unwrap();
    #[allow(
        clippy::print_stdout,
        reason = "the count of cases is reported as in each host"
    )]
    {
        println!(
            "conformance: rust: {} cases, {} failed",
            count.load(Ordering::Relaxed),
            conclusion.num_failed
        );
    }
    conclusion.exit();
}

fn trials(
    suite: Suite,
    run: impl Fn(&acs_conformance::Case) -> Result<(), String> + Clone + Send + 'static,
    run_broken: impl Fn(&broken::Broken) -> Result<(), String> + Clone + Send + 'static,
) -> Vec<Trial> {
    let cases = suite.cases.into_iter().map(|case| {
        let run = run.clone();
        Trial::test(case.name.clone(), move || {
            run(&case).map_err(|why| Failed::from(format!("{}\n{why}", case.about)))
        })
    });
    let broken = broken::all().into_iter().map(|broken| {
        let run = run_broken.clone();
        Trial::test(format!("broken::{}", broken.name), move || {
            run(&broken).map_err(Failed::from)
        })
    });
    cases.chain(broken).collect()
}
