//! The files of the Swift package depend on one another in one direction. A module of Swift has no imports between its files,
//! so what a file declares is looked for in the others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::circles::circles;

/// A name, or a single other character, of a source; comments and the text of literals are left out.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Other(char),
}

impl Token {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Other(_) => None,
        }
    }
}

/// Reads tokens until the parenthesis that ends an interpolation, or the end.
fn read(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, tokens: &mut Vec<Token>) {
    let mut open = 0_usize;
    while let Some(next) = rest.next() {
        match next {
            '/' if rest.peek() == Some(&'/') => {
                rest.by_ref().find(|&it| it == '\n');
            }
            '/' if rest.peek() == Some(&'*') => {
                let mut last = ' ';
                rest.by_ref()
                    .find(|&it| std::mem::replace(&mut last, it) == '*' && it == '/');
            }
            '"' => skip_text(rest, tokens),
            '`' => {}
            ')' if open == 0 => return,
            it if it.is_alphabetic() || it == '_' => {
                let mut name = String::from(it);
                while let Some(part) = rest.next_if(|it| it.is_alphanumeric() || *it == '_') {
                    name.push(part);
                }
                tokens.push(Token::Name(name));
            }
            it => {
                open = match it {
                    '(' => open + 1,
                    ')' => open - 1,
                    _ => open,
                };
                if !it.is_whitespace() {
                    tokens.push(Token::Other(it));
                }
            }
        }
    }
}

/// Skips a literal text, whose opening quote was read; what is interpolated is read.
fn skip_text(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, tokens: &mut Vec<Token>) {
    tokens.push(Token::Other('"'));
    let mut quotes = 1;
    while quotes < 3 && rest.next_if_eq(&'"').is_some() {
        quotes += 1;
    }
    if quotes == 2 {
        return;
    }
    let mut closing = 0;
    while closing < quotes {
        match rest.next() {
            Some('"') => closing += 1,
            Some('\\') => {
                closing = 0;
                if rest.next() == Some('(') {
                    read(rest, tokens);
                }
            }
            Some(_) => closing = 0,
            None => return,
        }
    }
}

/// What a file of Swift declares and uses.
#[derive(Default)]
struct File {
    /// Names that other files may use without a dot before them.
    declared: BTreeSet<String>,
    /// The members that it adds to types.
    added: BTreeSet<String>,
    /// Every name that it declares anywhere, parameters and variables included: that is its meaning in this file.
    own: BTreeSet<String>,
    used: BTreeSet<String>,
    used_members: BTreeSet<String>,
}

impl File {
    fn read(text: &str) -> Self {
        let mut tokens = Vec::new();
        read(&mut text.chars().peekable(), &mut tokens);
        let mut it = Self::default();
        // Each open brace, and whether it belongs to an extension.
        let mut open: Vec<bool> = Vec::new();
        let (mut is_extension, mut is_private) = (false, false);
        for (at, token) in tokens.iter().enumerate() {
            let before = |count: usize| at.checked_sub(count).and_then(|at| tokens.get(at));
            let name = match token {
                Token::Other('{') => {
                    open.push(std::mem::take(&mut is_extension));
                    is_private = false;
                    continue;
                }
                Token::Other('}') => {
                    open.pop();
                    is_private = false;
                    continue;
                }
                Token::Other(_) => continue,
                Token::Name(name) => name,
            };
            match name.as_str() {
                "extension" => is_extension = true,
                "private" | "fileprivate" => is_private = true,
                _ => {}
            }
            let keyword = before(1).and_then(Token::name).unwrap_or_default();
            if DECLARING.contains(&keyword) {
                it.own.insert(name.clone());
                if !std::mem::take(&mut is_private) {
                    match open.as_slice() {
                        [] => it.declared.insert(name.clone()),
                        [true] => it.added.insert(name.clone()),
                        _ => false,
                    };
                }
            } else if before(1) == Some(&Token::Other('.')) {
                // Without a value before the dot, it is a case or a static member of the expected type.
                let has_value = match before(2) {
                    Some(Token::Name(name)) => !BEFORE_AN_EXPRESSION.contains(&name.as_str()),
                    Some(Token::Other(it)) => it.is_numeric() || ")]}?!\"".contains(*it),
                    None => false,
                };
                if has_value {
                    it.used_members.insert(name.clone());
                }
            } else if tokens.get(at + 1) == Some(&Token::Other(':')) {
                it.own.insert(name.clone());
            } else {
                it.used.insert(name.clone());
            }
        }
        it
    }

    fn needs(&self, other: &Self) -> bool {
        let names = self.used.intersection(&other.declared);
        let members = self.used_members.intersection(&other.added);
        names.chain(members).any(|name| !self.own.contains(name))
    }
}

/// After these a declaration's name follows.
const DECLARING: [&str; 11] = [
    "actor",
    "associatedtype",
    "case",
    "class",
    "enum",
    "func",
    "let",
    "protocol",
    "struct",
    "typealias",
    "var",
];

/// After these an expression begins.
const BEFORE_AN_EXPRESSION: [&str; 8] = ["await", "case", "else", "in", "return", "throw", "try", "where"];

fn circles_of(texts: &BTreeMap<String, String>) -> BTreeSet<Vec<String>> {
    let files: BTreeMap<&String, File> = texts
        .iter()
        .map(|(name, text)| (name, File::read(text)))
        .collect();
    let needs = |name: &String, file: &File| {
        let others = files.iter().filter(|(other, _)| **other != name);
        others
            .filter(|(_, other)| file.needs(other))
            .map(|(other, _)| (*other).clone())
            .collect()
    };
    circles(
        &files
            .iter()
            .map(|(name, file)| ((*name).clone(), needs(name, file)))
            .collect(),
    )
}

#[test]
fn files_of_swift_depend_on_one_another_in_one_direction() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/swift/Sources/AcsAuth");
    let texts: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    assert!(texts.contains_key("CommunicationIdentityClient"));
    assert_eq!(circles_of(&texts), BTreeSet::new());
}

#[test]
fn a_circle_of_files_is_found_by_types_functions_and_added_members() {
    let circles_with = |b: &str| {
        let files = [
            (
                "A",
                "public struct One { let two: Two? }\nfunc first(_ x: Int) -> Int { x }\nextension Int { var half: Int { self / 2 } }",
            ),
            ("B", b),
        ];
        circles_of(
            &files
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
        )
    };
    let circle = [vec!["A".to_owned(), "B".to_owned()]].into();
    for uses in [
        "let one: One",
        "func f() { _ = first(1) }",
        "let x = [1].map(first)",
        "let x = 1.half",
        "extension One { func g() {} }",
        "let x = \"the \\(first(1)) of all\"",
        "let x = \"\"\"\n a \"quoted\" \\(One.self)\n \"\"\"",
        "/* none */ func f(_ one: One) {}",
    ] {
        assert_eq!(
            circles_with(&format!("struct Two {{}}\n{uses}")),
            circle,
            "{uses}"
        );
    }
    for without in [
        "/// As ``One``, and ``first(_:)``.",
        "/* One */ let x = \"One, first(1), \\\" One\"",
        "let x = Native.One.self",
        "func f(first: Int) -> Int { first }",
        "func f() { let first = 1; g(first) }",
        "let x: String = y.first",
        "let x: Share = .half",
        "func f() -> Share { return .half }",
        "let x = \"\"; // One",
    ] {
        assert_eq!(
            circles_with(&format!("struct Two {{}}\n{without}")),
            BTreeSet::new(),
            "{without}"
        );
    }
    // Private declarations can't be used in other files.
    assert_eq!(
        circles_with("struct Two {}\nprivate struct Three { let one: One }"),
        circle
    );
    assert_eq!(
        circles_with("private struct Two {}\nlet one: One"),
        BTreeSet::new()
    );
}
