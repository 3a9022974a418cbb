//! Finds out what a client signed when its signature is wrong.
//!
//! The string to sign has five parts, and each has its usual mistakes. They are tried one by one and two at a
//! time, with the resource's own key, until one produces the signature that the client sent.

mod parts;
mod target;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;

use crate::http::WireRequest;

use super::access_keys::AccessKey;
use super::scheme::string_to_sign;

/// The expected string to sign and the client's, for a signature that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Signing {
    /// What has to be signed for this request as it arrived.
    pub expected: String,
    /// What the client signed: found by its signature when `reproduced`, else what its headers imply.
    pub from_client: String,
    /// The first character at which they differ, counted from 0; `null` when they do not.
    pub first_difference: Option<usize>,
    /// Whether `from_client` makes exactly the signature that the client sent.
    pub reproduced: bool,
    /// How the client deviated from the scheme.
    pub mistakes: Vec<Mistake>,
}

/// A client's deviation from the signature scheme.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mistake {
    /// A short name: `host_without_port`.
    pub name: &'static str,
    /// What to change.
    pub detail: String,
}

/// A mistake's short name, and what to change.
type Named = (&'static str, &'static str);

/// One way to write a part of the string to sign. The first variant of a part is the right one.
#[derive(Debug, Clone)]
struct Variant {
    text: String,
    /// `None` for the right one.
    mistake: Option<Named>,
}

/// The variants of one part, without duplicates.
#[derive(Debug)]
struct Part(Vec<Variant>);

impl Part {
    fn new(right: impl Into<String>) -> Self {
        Self(vec![Variant {
            text: right.into(),
            mistake: None,
        }])
    }

    fn or(&mut self, text: impl Into<String>, name: &'static str, detail: &'static str) {
        let text = text.into();
        if self.0.iter().all(|v| v.text != text) {
            self.0.push(Variant {
                text,
                mistake: Some((name, detail)),
            });
        }
    }

    fn right(&self) -> &str {
        &self.0[0].text
    }
}

type Choice<'a> = [&'a Variant; 5];

/// A wrong way to join the parts.
struct Layout {
    name: &'static str,
    detail: &'static str,
    build: fn([&str; 5]) -> String,
}

const RIGHT_LAYOUT: fn([&str; 5]) -> String = |[m, t, d, h, s]| string_to_sign(m, t, d, h, s);

const LAYOUTS: [Layout; 7] = [
    Layout {
        name: "trailing_newline",
        detail: "the string to sign ends after the hash, without a newline",
        build: |[m, t, d, h, s]| format!("{m}\n{t}\n{d};{h};{s}\n"),
    },
    Layout {
        name: "carriage_returns",
        detail: "the lines of the string to sign end in LF, not CR LF",
        build: |[m, t, d, h, s]| format!("{m}\r\n{t}\r\n{d};{h};{s}"),
    },
    Layout {
        name: "escaped_newlines",
        detail: "the lines end in a newline, not in a backslash and an n",
        build: |[m, t, d, h, s]| format!("{m}\\n{t}\\n{d};{h};{s}"),
    },
    Layout {
        name: "lines_for_semicolons",
        detail: "date, host and hash stand in one line with semicolons between them",
        build: |[m, t, d, h, s]| format!("{m}\n{t}\n{d}\n{h}\n{s}"),
    },
    Layout {
        name: "spaces_after_semicolons",
        detail: "no space follows the semicolons",
        build: |[m, t, d, h, s]| format!("{m}\n{t}\n{d}; {h}; {s}"),
    },
    Layout {
        name: "host_before_date",
        detail: "the order is date, host, hash, as in SignedHeaders",
        build: |[m, t, d, h, s]| format!("{m}\n{t}\n{h};{d};{s}"),
    },
    Layout {
        name: "hash_before_host",
        detail: "the order is date, host, hash, as in SignedHeaders",
        build: |[m, t, d, h, s]| format!("{m}\n{t}\n{d};{s};{h}"),
    },
];

/// Compares what was expected with what the client's signature and headers imply.
pub(super) fn explain(
    request: &WireRequest,
    key: &AccessKey,
    signature: &str,
    expected: &str,
    hash: &str,
) -> Signing {
    let parts = [
        parts::method(request),
        target::target(request),
        parts::date(request),
        parts::host(request),
        parts::hash(request, hash),
    ];
    let (from_client, mistakes, reproduced) = match search(&parts, key, &claimed(signature)) {
        Some((from_client, mistakes)) => (from_client, mistakes, true),
        None => (implied(request, &parts), vec![unexplained()], false),
    };
    Signing {
        first_difference: first_difference(expected, &from_client),
        expected: expected.to_owned(),
        from_client,
        reproduced,
        mistakes,
    }
}

/// The string that the headers imply: their date and their hash, whatever the body hashes to.
fn implied(request: &WireRequest, [method, target, date, host, hash]: &[Part; 5]) -> String {
    let hash = request.header("x-ms-content-sha256").unwrap_or(hash.right());
    string_to_sign(method.right(), target.right(), date.right(), host.right(), hash)
}

fn unexplained() -> Mistake {
    Mistake {
        name: "unexplained",
        detail: "none of the known mistakes makes this signature: most likely it was made with another key"
            .to_owned(),
    }
}

fn first_difference(a: &str, b: &str) -> Option<usize> {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    (a != b).then_some(same)
}

/// A signature that the client may have meant, and the mistake in its encoding, if there is one.
type Claim = (Vec<u8>, Option<Named>);

/// The signatures that the text may encode. Every encoding but standard base64 is a mistake.
fn claimed(text: &str) -> Vec<Claim> {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let url_safe = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    [
        (STANDARD.decode(text).ok(), None),
        (
            URL_SAFE_NO_PAD.decode(url_safe).ok(),
            Some((
                "signature_alphabet",
                "the signature is standard base64 with padding, not base64url",
            )),
        ),
        (
            STANDARD.decode(decoded.as_bytes()).ok(),
            Some((
                "signature_percent_encoded",
                "the signature is not percent-encoded in the header",
            )),
        ),
        (
            unhex(text),
            Some(("signature_in_hex", "the signature is base64, not hexadecimal")),
        ),
    ]
    .into_iter()
    .filter_map(|(bytes, mistake)| Some((bytes.filter(|b| b.len() == 32)?, mistake)))
    .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.is_ascii() && text.len().is_multiple_of(2);
    let pairs = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    digits.then(|| pairs.collect())?
}

/// The simplest combination that makes one of the claimed signatures.
fn search(parts: &[Part; 5], key: &AccessKey, claimed: &[Claim]) -> Option<(String, Vec<Mistake>)> {
    let undecoded = hmac::Key::new(hmac::HMAC_SHA256, key.text.as_bytes());
    let undecoded_mistake = (
        "key_not_decoded",
        "the access key has to be base64-decoded before it signs",
    );
    let right = parts.each_ref().map(|part| &part.0[0]);
    let one: Vec<Choice<'_>> = deviations(parts, &right).collect();

    let found = |choice: &Choice<'_>, key: &hmac::Key, layout: fn([&str; 5]) -> String| {
        let text = layout(choice.map(|v| v.text.as_str()));
        let tag = hmac::sign(key, text.as_bytes());
        let (_, encoding) = claimed.iter().find(|(bytes, _)| bytes == tag.as_ref())?;
        Some((
            text,
            choice
                .iter()
                .filter_map(|v| v.mistake)
                .chain(*encoding)
                .collect::<Vec<_>>(),
        ))
    };
    let plain = || std::iter::once(&right).chain(&one);
    let hit = plain()
        .find_map(|choice| found(choice, &key.key, RIGHT_LAYOUT))
        .or_else(|| {
            plain().find_map(|choice| {
                let (text, mut mistakes) = found(choice, &undecoded, RIGHT_LAYOUT)?;
                mistakes.push(undecoded_mistake);
                Some((text, mistakes))
            })
        })
        .or_else(|| {
            plain()
                .flat_map(|choice| LAYOUTS.iter().map(move |l| (choice, l)))
                .find_map(|(choice, layout)| {
                    let (text, mut mistakes) = found(choice, &key.key, layout.build)?;
                    mistakes.push((layout.name, layout.detail));
                    Some((text, mistakes))
                })
        })
        .or_else(|| {
            one.iter()
                .flat_map(|choice| deviations(parts, choice))
                .find_map(|choice| found(&choice, &key.key, RIGHT_LAYOUT))
        })?;
    let mistakes = hit.1.into_iter().map(|(name, detail)| Mistake {
        name,
        detail: detail.to_owned(),
    });
    Some((hit.0, mistakes.collect()))
}

/// All choices that differ from this one in one more part.
fn deviations<'a>(parts: &'a [Part; 5], from: &Choice<'a>) -> impl Iterator<Item = Choice<'a>> + use<'a> {
    let from = *from;
    (0..parts.len())
        .filter(move |at| from[*at].mistake.is_none())
        .flat_map(move |at| {
            parts[at].0[1..].iter().map(move |variant| {
                let mut choice = from;
                choice[at] = variant;
                choice
            })
        })
}
