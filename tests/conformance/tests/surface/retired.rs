//! Names that were replaced: no file may contain one of them.

use std::fs;
use std::path::{Path, PathBuf};

const RETIRED: &str = include_str!("../../../surface/retired.txt");
const IGNORED: &str = include_str!("../../../../.gitignore");

/// The files that may contain them: the list, the changelog, this test, and the documentation's
/// glossary with its test.
const EXEMPT: [&str; 5] = [
    "tests/surface/retired.txt",
    "CHANGELOG.md",
    "tests/conformance/tests/surface/retired.rs",
    "docs/glossary.txt",
    "docs/test_glossary.py",
];

/// A name that was replaced, in every form in which a language writes it, and its replacement.
struct Retired {
    old: Vec<String>,
    new: Vec<String>,
}

impl Retired {
    fn read(line: &str) -> Self {
        let (old, new) = line
            .split_once(" -> ")
            .unwrap_or_else(|| panic!("{line} has no ->"));
        Self {
            old: forms(old),
            new: forms(new),
        }
    }

    /// The form that this text contains, if any, except as a part of the replacement.
    fn found<'a>(&'a self, text: &str) -> Option<&'a str> {
        self.old.iter().map(String::as_str).find(|old| {
            text.match_indices(old).any(|(at, _)| {
                // "serve_grace" is a part of "serve_grace_period", its replacement.
                !self.new.iter().any(|new| text[at..].starts_with(new.as_str()))
            })
        })
    }
}

/// `max_ttl`, `maxTtl`, `MaxTtl`, `MAX_TTL` and `max-ttl`; a name with a capital stands for
/// itself, and words for themselves and the beginning of a sentence.
fn forms(name: &str) -> Vec<String> {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    if name.contains(char::is_uppercase) {
        return vec![name.to_owned()];
    }
    if name.contains(['-', ' ']) {
        return vec![name.to_owned(), capital(name)];
    }
    let words: Vec<&str> = name.split('_').collect();
    let pascal: String = words.iter().map(|word| capital(word)).collect();
    let camel = words[0].to_owned() + &words[1..].iter().map(|word| capital(word)).collect::<String>();
    vec![
        name.to_owned(),
        camel,
        pascal,
        name.to_uppercase(),
        name.replace('_', "-"),
    ]
}

/// The files of the repository that hold text, without those that git ignores.
fn texts(root: &Path) -> Vec<PathBuf> {
    let ignored: Vec<&str> = IGNORED
        .lines()
        .map(|line| line.trim_matches('/'))
        .chain([".git", "build", "dist"])
        .collect();
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let name = entry.file_name();
            let relative = path.strip_prefix(root).unwrap();
            if ignored
                .iter()
                .any(|one| Path::new(one) == relative || *one == name)
            {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && !EXEMPT.iter().any(|one| Path::new(one) == relative) {
                files.push(path);
            }
        }
    }
    files
}

fn list() -> Vec<Retired> {
    RETIRED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(Retired::read)
        .collect()
}

#[test]
fn no_file_has_a_name_that_was_replaced() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let retired = list();
    let files = texts(&root);
    let mut found = Vec::new();
    for path in &files {
        let Ok(text) = fs::read_to_string(path) else {
            continue; // A picture, or an archive.
        };
        let here: Vec<&Retired> = retired.iter().filter(|one| one.found(&text).is_some()).collect();
        for (number, line) in text.lines().enumerate().filter(|_| !here.is_empty()) {
            if let Some(name) = here.iter().find_map(|one| one.found(line)) {
                let path = path.strip_prefix(&root).unwrap();
                found.push(format!("{}:{}: {name}", path.display(), number + 1));
            }
        }
    }
    assert!(
        found.is_empty(),
        "names that were replaced:\n{}",
        found.join("\n")
    );
    assert!(files.len() > 500, "{} files", files.len());
}

#[test]
fn a_replaced_name_is_found_in_every_languages_form() {
    let retired = list();
    let found = |line: &str| retired.iter().find_map(|one| one.found(line)).is_some();
    for line in [
        "pub longest_kept_s: i64,",
        "fun longestKept(time: Duration)",
        "case refusalRemembered",
        "#define ACS_EVENT_REFUSAL_REMEMBERED 3",
        "ACS_AUTH_SERVE_GRACE=5",
        "The pre-flight objects.",
        "Pre-flight: what would the service object to?",
    ] {
        assert!(found(line), "{line}");
    }
    for line in [
        "max_ttl",
        "ACS_AUTH_SERVE_GRACE_PERIOD=5",
        "A preflight of CORS.",
        "--serve-grace-period",
    ] {
        assert!(!found(line), "{line}");
    }
}
