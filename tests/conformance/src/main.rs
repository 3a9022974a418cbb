//! Runs every case against a host's testee, once for each of its forms.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a program reports on its standard output")]

use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use acs_conformance::{Command, Session, Suite};
use clap::Parser;

/// Runs tests/conformance/cases.json against a host's testee.
#[derive(Debug, Parser)]
struct Arguments {
    /// The host's name, for the report.
    #[arg(long)]
    host: String,
    /// The forms that the host's calls have: each runs every case, beside the others, in a testee of its own that gets the
    /// form as its last argument.
    #[arg(long, value_delimiter = ',')]
    forms: Vec<String>,
    /// Only the cases with this text in their names.
    #[arg(long, default_value = "")]
    only: String,
    /// How long the testee may take for one answer.
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    answer_within: u64,
    /// Before a handler's first request in a case, wait up to this long until it has fetched
    /// Entra's keys, except in cases that make this fetch fail. By default there is no wait. For
    /// Wine and emulated processors, on which a fetch may take longer than its limit of 4 s.
    #[arg(long, value_name = "SECONDS")]
    keys_within: Option<u64>,
    /// The testee's program and its arguments.
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// The outcome of a form, with its report.
struct Conclusion {
    cases: usize,
    failed: usize,
    report: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let suite = match Suite::load() {
        Ok(suite) => suite,
        Err(error) => {
            println!("cases.json: {error}");
            return ExitCode::FAILURE;
        }
    };
    let forms: Vec<Option<&str>> = match &arguments.forms[..] {
        [] => vec![None],
        forms => forms.iter().map(|form| Some(form.as_str())).collect(),
    };
    let conclusions: Vec<Conclusion> = thread::scope(|scope| {
        let running: Vec<_> = forms
            .iter()
            .map(|form| scope.spawn(|| run(&arguments, &suite, *form)))
            .collect();
        let panicked = |_| Conclusion {
            cases: 0,
            failed: 1,
            report: "the runner panicked\n".into(),
        };
        running
            .into_iter()
            .map(|form| form.join().unwrap_or_else(panicked))
            .collect()
    });
    let host = &arguments.host;
    for (form, conclusion) in forms.iter().zip(&conclusions) {
        print!("{}", conclusion.report);
        if let Some(form) = form {
            println!(
                "conformance: {host} {form}: {} cases, {} failed",
                conclusion.cases, conclusion.failed
            );
        }
    }
    let cases: usize = conclusions.iter().map(|conclusion| conclusion.cases).sum();
    let failed: usize = conclusions.iter().map(|conclusion| conclusion.failed).sum();
    println!("conformance: {host}: {cases} cases, {failed} failed");
    let has_run = conclusions.iter().all(|conclusion| conclusion.cases > 0);
    if has_run && failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run(arguments: &Arguments, suite: &Suite, form: Option<&str>) -> Conclusion {
    let mut command = Command::new(arguments.command.iter().cloned().chain(form.map(Into::into)));
    command.timeout = Duration::from_secs(arguments.answer_within);
    command.keys_within = arguments.keys_within.map(Duration::from_secs);
    let label = form.map_or_else(
        || arguments.host.clone(),
        |form| format!("{} {form}", arguments.host),
    );
    let mut conclusion = Conclusion {
        cases: 0,
        failed: 0,
        report: String::new(),
    };
    let fail = |conclusion: &mut Conclusion, what: &str, why: &str| {
        conclusion.failed += 1;
        conclusion.report += &format!("FAILED {label}: {what}\n{why}\n");
    };
    let mut session = match Session::start(command) {
        Ok(session) => session,
        Err(why) => {
            fail(&mut conclusion, "the start", &why);
            return conclusion;
        }
    };
    for case in suite
        .cases
        .iter()
        .filter(|case| case.name.contains(&arguments.only))
    {
        if let Err(why) = session.run(case) {
            fail(&mut conclusion, &case.name, &format!("{}\n{why}", case.about));
        }
    }
    conclusion.cases = session.count();
    if let Err(why) = session.finish() {
        fail(&mut conclusion, "the end", &why);
    }
    conclusion
}
