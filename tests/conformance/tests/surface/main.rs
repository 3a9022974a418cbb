//! The surface: `tests/surface` lists exactly what core has.
//!
//! Core's source is read, since a stable compiler lists no public items. Every `pub` item counts as public: the lint
//! `unreachable_pub` rejects those that aren't.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod circles;
mod items;
mod macros;
mod modules;
mod notation;
mod parity;
mod retired;
mod swift;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use acs_auth::{CommunicationTokenScope, ErrorKind};

const API: &str = include_str!("../../../surface/api.txt");
const RUST: &str = include_str!("../../../surface/rust.txt");
const ERRORS: &str = include_str!("../../../surface/errors.txt");

/// The lines of core's source.
fn core() -> BTreeSet<String> {
    let mut lines = Vec::new();
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/src")) {
        let source = std::fs::read_to_string(&file).unwrap();
        let parsed = syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        lines.extend(items::lines(&parsed.items));
    }
    let count = lines.len();
    let lines: BTreeSet<String> = lines.into_iter().collect();
    assert_eq!(lines.len(), count, "two public items have one line");
    lines
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The lines of a list, without comments and blank lines.
fn listed(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn core_has_what_is_listed_and_nothing_else() {
    let core = core();
    let listed: BTreeSet<String> = [API, RUST]
        .into_iter()
        .flat_map(listed)
        .map(str::to_owned)
        .chain(
            listed(ERRORS)
                .into_iter()
                .map(|line| match line.strip_prefix("field ") {
                    Some(field) => format!("field ErrorDetails.{field}"),
                    None => format!("value ErrorKind.{line}"),
                }),
        )
        .collect();
    let missing: Vec<&String> = listed.difference(&core).collect();
    let unlisted: Vec<&String> = core.difference(&listed).collect();
    assert!(
        missing.is_empty() && unlisted.is_empty(),
        "listed in tests/surface, but not in core: {missing:#?}\n\
         in core, but listed neither in api.txt (for every host) nor in rust.txt (for Rust alone, with the reason): \
         {unlisted:#?}"
    );
}

#[test]
fn each_line_stands_once_and_under_a_comment() {
    let mut seen = BTreeSet::new();
    for text in [API, RUST] {
        for group in text.split("\n\n") {
            assert!(group.starts_with("# "), "no comment says what this is: {group}");
        }
        for line in listed(text) {
            assert!(seen.insert(line), "twice: {line}");
        }
    }
}

#[test]
fn the_kinds_of_errors_are_those_of_the_list() {
    let kinds: Vec<String> = ErrorKind::ALL
        .iter()
        .map(|kind| format!("{} = {}", kind.name(), kind.value()))
        .collect();
    let listed: Vec<&str> = listed(ERRORS)
        .into_iter()
        .filter(|line| !line.starts_with("field "))
        .collect();
    assert_eq!(kinds, listed);
    for kind in &kinds {
        assert!(core().contains(&format!("value ErrorKind.{kind}")), "{kind}");
    }
}

#[test]
fn the_fields_of_an_error_are_those_of_the_list() {
    let core = core();
    let core: BTreeSet<&str> = core
        .iter()
        .filter_map(|line| line.strip_prefix("field ErrorDetails."))
        .collect();
    let listed = listed(ERRORS)
        .into_iter()
        .filter_map(|line| line.strip_prefix("field "))
        .collect();
    assert_eq!(core, listed);
}

#[test]
fn the_scopes_are_those_of_the_list() {
    let listed: Vec<&str> = listed(API)
        .into_iter()
        .filter_map(|line| line.strip_prefix("value CommunicationTokenScope."))
        .collect();
    for scope in CommunicationTokenScope::KNOWN {
        assert!(
            listed
                .iter()
                .any(|line| line.ends_with(&format!(" = {:?}", scope.as_str()))),
            "{scope}"
        );
    }
    // Plus the variant for scopes without a name.
    assert_eq!(listed.len(), CommunicationTokenScope::KNOWN.len() + 1);
}
