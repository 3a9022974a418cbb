//! The style of text for people: colours, symbols, and the width of lines.
//!
//! Colours are always included here; `output` removes them if it does not write to a terminal.

use std::fmt::Display;
use std::io::IsTerminal as _;
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};

const WIDEST: usize = 100;

/// The symbols of a text, in Unicode or in ASCII.
#[derive(Debug)]
pub(crate) struct Signs {
    pub(crate) good: &'static str,
    pub(crate) bad: &'static str,
    pub(crate) none: &'static str,
    pub(crate) to: &'static str,
    pub(crate) more: &'static str,
    pub(crate) bar: &'static str,
    pub(crate) line: &'static str,
}

const UNICODE: Signs = Signs {
    good: "✓",
    bad: "✗",
    none: "–",
    to: "→",
    more: "…",
    bar: "│",
    line: "─",
};
const ASCII: Signs = Signs {
    good: "+",
    bad: "x",
    none: "-",
    to: "->",
    more: "...",
    bar: "|",
    line: "-",
};

/// The symbols that this environment can show.
pub(crate) fn signs() -> &'static Signs {
    static SIGNS: LazyLock<&Signs> = LazyLock::new(|| {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .filter_map(std::env::var_os)
            .find(|value| !value.is_empty());
        if shows_unicode(locale.as_deref().and_then(|value| value.to_str())) {
            &UNICODE
        } else {
            &ASCII
        }
    });
    &SIGNS
}

/// Whether a locale with this name shows Unicode. If none is set, it is assumed, since most terminals do.
fn shows_unicode(locale: Option<&str>) -> bool {
    locale.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(crate) fn strong(text: impl Display) -> String {
    painted(Style::new().bold(), text)
}

pub(crate) fn quiet(text: impl Display) -> String {
    painted(Style::new().dimmed(), text)
}

pub(crate) fn accent(text: impl Display) -> String {
    painted(AnsiColor::Cyan.on_default(), text)
}

pub(crate) fn good(text: impl Display) -> String {
    painted(AnsiColor::Green.on_default(), text)
}

pub(crate) fn bad(text: impl Display) -> String {
    painted(AnsiColor::Red.on_default().bold(), text)
}

/// The symbol for a check that passed or failed.
pub(crate) fn mark(ok: bool) -> String {
    if ok { good(signs().good) } else { bad(signs().bad) }
}

/// Removes control characters, which a terminal would interpret, from untrusted text.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The beginning of a secret, enough to recognise it, and its length.
pub(crate) fn shortened(secret: &str) -> String {
    const SHOWN: usize = 12;
    let length = secret.chars().count();
    // Even the beginning of a short secret would reveal too much.
    let shown: String = secret
        .chars()
        .take(if length > 4 * SHOWN { SHOWN } else { 0 })
        .collect();
    format!("{}{} ({length} characters)", harmless(&shown), signs().more)
}

/// Wraps text to the terminal's width, with all lines but the first indented.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let width = if std::io::stdout().is_terminal() {
        textwrap::termwidth().clamp(40, WIDEST)
    } else {
        WIDEST
    };
    let blank = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .initial_indent(&blank)
        .subsequent_indent(&blank)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options).trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_without_utf_8_gets_ascii() {
        assert!(shows_unicode(None));
        assert!(shows_unicode(Some("de_CH.UTF-8")));
        assert!(shows_unicode(Some("C.utf8")));
        assert!(!shows_unicode(Some("C")));
        assert!(!shows_unicode(Some("en_US.ISO-8859-1")));
    }

    #[test]
    fn of_a_secret_only_the_beginning_is_shown() {
        let secret = "0123456789abcdef".repeat(4);
        let shown = shortened(&secret);
        assert!(shown.starts_with("0123456789ab"), "{shown}");
        assert!(!shown.contains("0123456789abc"), "{shown}");
        assert!(shown.ends_with("(64 characters)"), "{shown}");
        assert!(!shortened("hunter2").contains("hu"));
    }

    #[test]
    fn what_a_terminal_would_obey_is_left_out() {
        assert_eq!(harmless("a\u{1b}[31mb\u{9b}c\n"), "a[31mbc");
    }
}
