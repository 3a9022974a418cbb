//! The runner itself, with testees that hang, die, answer garbage, show a secret or skip a case.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::time::{Duration, Instant};

use acs_conformance::{Case, Command, Session};
use serde_json::json;

/// A testee that answers each line by these shell commands; `$line` is the request.
fn testee(answer: &str) -> Command {
    Command::new([
        "sh".to_owned(),
        "-c".to_owned(),
        format!("while read -r line; do {answer}; done"),
    ])
}

/// What a well-behaved testee answers to `create_user`.
const GOOD: &str = r#"{"result":{"id":"8:acs:x"},"printed":{"outcome":["a user"],"made":[]},"client":{"endpoint":"x","clock_skew_seconds":0,"asked":[]}}"#;

fn good() -> String {
    format!("echo '{GOOD}'")
}

/// Answers the first request, which belongs to no case, correctly, and the later ones by the command.
fn after_the_first(answer: &str) -> Command {
    testee(&format!(
        "if [ -z \"$began\" ]; then began=1; {}; else {answer}; fi",
        good()
    ))
}

fn case(name: &str) -> Case {
    let case = json!({
        "name": name, "about": "A rule.", "source": "own",
        "call": {"operation": "create_user"}, "expect": {"ok": {"id": {"prefix": "8:acs:"}}},
    });
    serde_json::from_value(case).unwrap()
}

fn why(command: Command) -> String {
    let mut session = Session::start(command).unwrap();
    session.run(&case("a")).unwrap_err()
}

#[test]
fn a_testee_that_answers_well_passes() {
    let mut session = Session::start(testee(&good())).unwrap();
    session.run(&case("a")).unwrap();
    session.run(&case("b")).unwrap();
    assert_eq!(session.count(), 2);
    assert_eq!(session.run(&case("a")).unwrap_err(), "two cases have this name");
    session.finish().unwrap();
}

#[test]
fn a_testee_that_hangs_is_killed_and_the_case_fails_with_its_stderr() {
    // It leaves a child that keeps its streams open, as a wrapper script would.
    let mut session = Session::start(after_the_first("echo 'waiting for ever' >&2; sleep 600")).unwrap();
    // Long enough for a busy machine to reach the first of the two commands.
    session.set_timeout(Duration::from_secs(5));
    let started = Instant::now();
    let why = session.run(&case("a")).unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
    assert!(why.contains("did not answer within 5s"), "{why}");
    assert!(why.contains("| waiting for ever"), "{why}");
}

#[test]
fn a_testee_that_reads_nothing_does_not_hang_the_runner() {
    let mut command = Command::new(["sh", "-c", "exec sleep 600"]);
    command.timeout = Duration::from_secs(2);
    let why = Session::start(command).unwrap_err();
    assert!(why.contains("did not answer within 2s"), "{why}");
}

#[test]
fn a_testee_that_does_not_end_is_killed_and_the_run_fails() {
    let command = Command::new([
        "sh",
        "-c",
        &format!("while read -r line; do {}; done; sleep 600", good()),
    ]);
    let mut session = Session::start(command).unwrap();
    session.run(&case("a")).unwrap();
    session.set_timeout(Duration::from_secs(2));
    let started = Instant::now();
    let why = session.finish().unwrap_err();
    assert!(why.contains("did not end within 2s"), "{why}");
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_testee_that_dies_is_started_again_for_the_next_case() {
    // Dies at the first request of each case, but answers the first request of its process.
    let mut session = Session::start(after_the_first("echo 'no more' >&2; exit 3")).unwrap();
    let why = session.run(&case("a")).unwrap_err();
    assert!(why.contains("ended without an answer: exit status: 3"), "{why}");
    assert!(why.contains("| no more"), "{why}");
    session.run(&case("b")).unwrap();
}

#[test]
fn a_testee_that_always_dies_ends_the_run() {
    assert!(
        Session::start(testee("exit 3"))
            .unwrap_err()
            .contains("exit status: 3")
    );
    let died = after_the_first("exit 3");
    let mut session = Session::start(died).unwrap();
    let mut last = Ok(());
    for index in 0..12 {
        last = session.run(&case(&format!("case_{index}")));
    }
    let last = last.unwrap_err();
    assert!(last.contains("not run: the testee was lost"), "{last}");
    assert!(session.finish().is_err());
}

#[test]
fn a_testee_that_ends_with_a_failure_fails_the_run() {
    let command = Command::new([
        "sh",
        "-c",
        &format!("while read -r line; do {}; done; exit 99", good()),
    ]);
    let mut session = Session::start(command).unwrap();
    session.run(&case("a")).unwrap();
    let why = session.finish().unwrap_err();
    assert!(why.contains("exit status: 99"), "{why}");
}

#[test]
fn garbage_is_no_answer() {
    for (garbage, wrong) in [
        ("echo garbage", "the testee's answer is invalid"),
        ("echo", "the testee's answer is invalid"),
        ("echo '[]'", "the testee's answer is invalid"),
        ("printf '\\377\\n'", "no UTF-8"),
        ("printf '{'; exit 0", "has no end"),
    ] {
        let why = why(after_the_first(garbage));
        assert!(why.contains(wrong), "{garbage}: {why}");
    }
}

#[test]
fn a_line_that_was_not_asked_for_fails_the_run() {
    let twice = format!("{}; {}", good(), good());
    let mut session = Session::start(testee(&good())).unwrap();
    session.run(&case("a")).unwrap();
    session.finish().unwrap();
    let mut session = Session::start(after_the_first(&twice)).unwrap();
    let first = session.run(&case("a"));
    let second = session.run(&case("b"));
    let end = session.finish();
    let whys = [first, second, end]
        .into_iter()
        .filter_map(Result::err)
        .collect::<String>();
    assert!(whys.contains("was not asked for"), "{whys}");
}

#[test]
fn a_case_cannot_be_skipped() {
    for (answer, wrong) in [
        (r#"{"skipped":true}"#, "unknown field `skipped`"),
        (
            r#"{"failure":"there is no operation create_user"}"#,
            "the testee failed: there is no operation",
        ),
        (
            r#"{"result":{},"printed":{"outcome":[],"made":[]}}"#,
            "the result has the members []",
        ),
        (r#"{"result":{"id":"8:acs:x"}}"#, "no printed forms"),
        (
            r#"{"result":{"id":"8:acs:x"},"printed":{"outcome":[],"made":[]}}"#,
            "has no client",
        ),
        (
            r#"{"result":{"id":"8:acs:x","token":"t"},"printed":{"outcome":[],"made":[]},"client":null}"#,
            "the result has the members",
        ),
    ] {
        let why = why(after_the_first(&format!("echo '{answer}'")));
        assert!(why.contains(wrong), "{answer}: {why}");
    }
}

#[test]
fn a_secret_in_what_is_printed_fails_the_case() {
    // The testee prints the request, which contains the access key, in each place; without quotes and backslashes.
    let printed = r#"shown=$(printf '%s' "$line" | tr -d '"\\')"#;
    for (place, wrong) in [
        (
            r#"{"outcome":["'"$shown"'"],"made":[]}"#,
            "what is printed of the result shows a secret",
        ),
        (
            r#"{"outcome":[],"made":["'"$shown"'"]}"#,
            "what is printed of the client, the handler or the user's token credential shows a secret",
        ),
    ] {
        let answer = GOOD.replace(r#"{"outcome":["a user"],"made":[]}"#, place);
        let why = why(after_the_first(&format!("{printed}; echo '{answer}'")));
        assert!(why.contains(wrong), "{place}: {why}");
        assert!(!why.contains("accesskey"), "the report shows it again: {why}");
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let why = Session::start(Command::new(["/no/such/testee"])).unwrap_err();
    assert!(why.contains("/no/such/testee does not start"), "{why}");
}

/// A testee with a handler. `healthz` is the status of `/healthz`, as a word of the shell. Other
/// paths get 200 if `/healthz` was requested exactly `needed` times before, otherwise 500.
fn with_a_handler(healthz: &str, needed: u32) -> Command {
    let answer = r#"{"result":{"status":STATUS,"headers":[],"body":""},"printed":{"outcome":["a response"],"made":[]}}"#;
    let script = format!(
        "case \"$line\" in *healthz*) asked=$((asked + 1)); status={healthz} ;; \
         *) status=200; [ \"${{asked:-0}}\" = {needed} ] || status=500 ;; esac; echo '{}'",
        answer.replace("STATUS", "'$status'")
    );
    after_the_first(&script)
}

fn case_of_a_handler(before: &serde_json::Value) -> Case {
    let case = json!({
        "name": "a", "about": "A rule.", "source": "own", "before": before,
        "call": {"operation": "handle", "arguments": {"method": "GET", "path": "/readyz"}},
        "expect": {"ok": {"status": 200}},
    });
    serde_json::from_value(case).unwrap()
}

#[test]
fn a_handler_is_given_time_to_fetch_its_keys_only_if_that_is_allowed() {
    let mut command = with_a_handler("$([ $asked -lt 3 ] && echo 503 || echo 200)", 3);
    command.keys_within = Some(Duration::from_secs(60));
    let mut session = Session::start(command).unwrap();
    session.run(&case_of_a_handler(&json!([]))).unwrap();
    let mut session = Session::start(with_a_handler("200", 0)).unwrap();
    session.run(&case_of_a_handler(&json!([]))).unwrap();
}

#[test]
fn keys_that_never_come_are_waited_for_within_the_bound() {
    let mut command = with_a_handler("503", 0);
    command.keys_within = Some(Duration::from_secs(1));
    let mut session = Session::start(command).unwrap();
    let started = Instant::now();
    let why = session.run(&case_of_a_handler(&json!([]))).unwrap_err();
    assert!(why.contains("500"), "{why}");
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn keys_that_a_case_withholds_are_not_waited_for() {
    let mut command = with_a_handler("503", 0);
    command.keys_within = Some(Duration::from_secs(600));
    let mut session = Session::start(command).unwrap();
    let withheld = json!([{"faults": [{"operation": "entra", "status": 500, "count": 1000}]}]);
    session.run(&case_of_a_handler(&withheld)).unwrap();
}
