//! The parity table: each operation of the client in each host, in each form that the host has.
//!
//! `cargo test -p acs-conformance --test surface parity -- --nocapture` prints it.

use std::path::Path;

use super::{API, listed};

/// The name in an operation's functions without I/O, if it isn't the operation's.
const PURE: [(&str, &str); 4] = [
    ("get_token", "issue_token"),
    ("get_token_for_entra_user", "exchange_entra_user"),
    ("get_token_for_teams_extension_user", "exchange_teams_extension"),
    ("get_token_for_teams_user", "exchange_teams_user"),
];

/// A host, its sources, and how the forms of an operation are declared in them.
struct Host {
    name: &'static str,
    sources: Vec<String>,
    forms: &'static [(usize, &'static str)],
}

/// In a form, `{call}` stands for the operation's name and `{pure}` for the one without I/O, in the host's own case.
fn hosts() -> Vec<Host> {
    let python = "bindings/python/src/acs_auth";
    let kotlin = "bindings/kotlin/acs-auth/src/main/kotlin/dev/acsauth";
    let host = |name, places: &[&str], forms| Host {
        name,
        sources: places.iter().map(|place| text_of(place)).collect(),
        forms,
    };
    vec![
        host(
            "Rust",
            &["core/src/client", "core/src/protocol"],
            &[
                (0, "pub async fn {call}("),
                (1, "pub fn prepare_{pure}("),
                (1, "pub fn parse_{pure}("),
            ],
        ),
        host(
            "C",
            &["include/acs_auth.h"],
            &[
                (0, "acs_client_{call}("),
                (0, "acs_client_{call}_submit("),
                (0, "acs_prepare_{pure}("),
                (0, "acs_parse_{pure}("),
            ],
        ),
        host(
            "C++",
            &["include/acs_auth"],
            &[
                (0, " {call}("),
                (0, " try_{call}("),
                (0, " {call}_async("),
                (0, " prepare_{pure}("),
                (0, " try_prepare_{pure}("),
                (0, " parse_{pure}("),
                (0, " try_parse_{pure}("),
            ],
        ),
        host(
            "Python",
            &[python, &format!("{python}/aio")],
            &[
                (0, "    def {call}("),
                (1, "    async def {call}("),
                (0, "\ndef prepare_{pure}("),
                (0, "\ndef parse_{pure}("),
            ],
        ),
        host(
            "Kotlin and Java",
            &[
                &format!("{kotlin}/CommunicationIdentityClient.kt"),
                &format!("{kotlin}/CommunicationIdentityAsyncClient.kt"),
                &format!("{kotlin}/coroutines/CommunicationIdentityClient.kt"),
                kotlin,
            ],
            &[
                (0, " fun {call}("),
                (0, " fun {call}WithResponse("),
                (1, " fun {call}("),
                (1, " fun {call}WithResponse("),
                (2, " suspend fun {call}("),
                (2, " suspend fun {call}WithResponse("),
                (3, "\nfun prepare{Pure}("),
                (3, "\nfun parse{Pure}("),
            ],
        ),
        host(
            "Swift",
            &["bindings/swift/Sources/AcsAuth"],
            &[
                (0, " func {call}("),
                (0, " func prepare{Pure}("),
                (0, " func parse{Pure}("),
            ],
        ),
        host("command line", &["cli/src"], &[(0, ".{call}(")]),
    ]
}

/// A file, or all files of a folder without its folders.
fn text_of(place: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(place);
    if path.is_file() {
        return std::fs::read_to_string(path).unwrap();
    }
    let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.is_file())
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| all + &upper_first(word))
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The forms of an operation that a host lacks.
fn missing(host: &Host, operation: &str) -> Vec<String> {
    let pure = PURE
        .iter()
        .find_map(|(call, pure)| (*call == operation).then_some(*pure))
        .unwrap_or(operation);
    let is_camel = matches!(host.name, "Kotlin and Java" | "Swift");
    let call = if is_camel {
        camel_case(operation)
    } else {
        operation.to_owned()
    };
    let forms = host.forms.iter().map(|(source, form)| {
        let form = form
            .replace("{call}", &call)
            .replace("{pure}", pure)
            .replace("{Pure}", &upper_first(&camel_case(pure)));
        (*source, form)
    });
    forms
        .filter(|(source, form)| !host.sources[*source].contains(form.as_str()))
        .map(|(_, form)| form.trim().to_owned())
        .collect()
}

/// How many cases call an operation, and how many prepare its request or parse its response.
fn cases(operation: &str) -> (usize, usize) {
    let suite: serde_json::Value = serde_json::from_str(include_str!("../../cases.json")).unwrap();
    let calls = || {
        let cases = suite["cases"].as_array().unwrap();
        cases.iter().map(|case| &case["call"])
    };
    (
        calls().filter(|call| call["operation"] == operation).count(),
        calls()
            .filter(|call| call["arguments"]["operation"] == operation)
            .count(),
    )
}

#[test]
fn parity_no_operation_is_missing_in_a_host() {
    let hosts = hosts();
    let operations: Vec<&str> = listed(API)
        .into_iter()
        .filter_map(|line| line.strip_prefix("operation CommunicationIdentityClient."))
        .map(|line| &line[..line.find('(').unwrap()])
        .collect();
    assert!(operations.len() >= 14, "{operations:?}");
    let names: Vec<&str> = hosts.iter().map(|host| host.name).collect();
    println!("| operation | {} | cases, without I/O |", names.join(" | "));
    println!("|{}", "---|".repeat(hosts.len() + 2));
    let mut empty = Vec::new();
    for operation in operations {
        let cells = hosts.iter().map(|host| {
            let missing = missing(host, operation);
            let all = host.forms.len();
            empty.extend(missing.iter().map(|form| format!("{}: {form}", host.name)));
            format!("{} of {all}", all - missing.len())
        });
        let cells: Vec<String> = cells.collect();
        let (called, pure) = cases(operation);
        println!("| `{operation}` | {} | {called}, {pure} |", cells.join(" | "));
        if called == 0 || pure == 0 {
            empty.push(format!("{operation}: {called} cases, {pure} without I/O"));
        }
    }
    assert!(empty.is_empty(), "{empty:#?}");
}

#[test]
fn parity_a_form_that_is_missing_is_named() {
    let mut hosts = hosts();
    for host in &mut hosts {
        assert!(missing(host, "create_user").is_empty(), "{}", host.name);
        host.sources.iter_mut().for_each(String::clear);
        assert_eq!(missing(host, "create_user").len(), host.forms.len());
    }
}
