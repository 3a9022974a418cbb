//! Redacts secrets in text from services and gateways, which may echo them.

const REDACTED: &str = "[redacted]";
/// The length from which a run of base64 may be a key: 40 characters are 30 bytes, and the shortest key in
/// use has 32.
const LONG_RUN: usize = 40;
/// The beginning of a JWT: `{"` in base64.
const JWT_START: &str = "eyJ";
const SHORTEST_JWT: usize = 12;
/// Shorter secrets are not redacted, since they may be ordinary words.
const SHORTEST_SECRET: usize = 8;

/// Prepares a text from the service or a gateway for display: one line, no secrets, at most `cap` characters.
pub(crate) fn for_display(text: &str, cap: usize) -> String {
    // A fast path for GUIDs and names: too short for a key, and no token.
    let plain = text.len() < LONG_RUN.min(cap) && text.bytes().all(|b| b.is_ascii_graphic());
    if plain && !text.contains(JWT_START) {
        return text.to_owned();
    }
    let line: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .filter(|c| !is_invisible(*c))
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = redact(&line);
    match line.char_indices().nth(cap) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Characters that reorder or hide text on a terminal.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Redacts everything that looks like a JWT or a key in base64, but not GUIDs, identity ids, host names and
/// paths.
pub(crate) fn redact(text: &str) -> String {
    redact_by(text, redact_run)
}

/// Redacts only what looks like a JWT.
#[cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "only a client has headers of a response")
)]
pub(crate) fn redact_tokens(text: &str) -> String {
    redact_by(text, |run, out| match token_in(run) {
        Some(at) => {
            out.push_str(&run[..at]);
            out.push_str(REDACTED);
        }
        None => out.push_str(run),
    })
}

/// Where a JWT begins in a run.
fn token_in(run: &str) -> Option<usize> {
    run.find(JWT_START).filter(|at| run.len() - at >= SHORTEST_JWT)
}

fn redact_by(text: &str, redact_run: impl Fn(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let run = run_length(rest);
        if run == 0 {
            // Consumes a row of `=` at once: otherwise each one would search for the end of the row again.
            let signs = rest.bytes().take_while(|b| *b == b'=').count();
            let next = rest.chars().next().map_or(1, char::len_utf8).max(signs);
            out.push_str(&rest[..next]);
            at += next;
            continue;
        }
        redact_run(&rest[..run], &mut out);
        at += run;
    }
    out
}

/// The length of the run of base64 and dots at the start of a text, including escaped forms of `+`, `/` and
/// `=`.
fn run_length(text: &str) -> usize {
    let mut length = 0;
    loop {
        let step = match text.as_bytes().get(length) {
            Some(b'=') => padding_length(&text[length..]),
            Some(b'.') => 1,
            Some(_) => base64_sign(&text[length..]),
            None => 0,
        };
        if step == 0 {
            return length;
        }
        length += step;
    }
}

/// The length of the padding at the start of a text. `=` between a name and a value is not padding.
fn padding_length(text: &str) -> usize {
    let signs = text.bytes().take_while(|b| *b == b'=').count();
    if base64_sign(&text[signs..]) > 0 { 0 } else { signs }
}

fn base64_sign(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b) if b.is_ascii_alphanumeric() || b"+/-_".contains(b) => 1,
        Some(b'\\') if bytes.get(1) == Some(&b'/') => 2,
        Some(b'\\' | b'%') => ["\\u002b", "\\u002f", "\\u003d", "%2b", "%2f", "%3d"]
            .iter()
            .find(|sign| {
                bytes
                    .get(..sign.len())
                    .is_some_and(|b| b.eq_ignore_ascii_case(sign.as_bytes()))
            })
            .map_or(0, |sign| sign.len()),
        _ => 0,
    }
}

fn redact_run(run: &str, out: &mut String) {
    let jwt = token_in(run);
    if run.split('.').any(is_key_like) {
        out.push_str(REDACTED);
    } else if let Some(at) = jwt {
        out.push_str(&run[..at]);
        out.push_str(REDACTED);
    } else {
        out.push_str(run);
    }
}

fn is_key_like(run: &str) -> bool {
    let lower_slug = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_/".contains(&b);
    run.len() >= LONG_RUN
        && !run.bytes().all(lower_slug)
        && !run
            .split(['/', '-', '_', '='])
            .all(|part| is_hex(part) || is_word(part))
}

fn is_hex(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Letters in lower case or camel case, never two capitals in a row. A random text as long as a key
/// practically never consists of such parts.
fn is_word(part: &str) -> bool {
    let hump = |hump: &str| !hump.is_empty() && hump.bytes().all(|b| b.is_ascii_lowercase());
    let mut humps = part.split(|c: char| c.is_ascii_uppercase());
    let first = humps.next().unwrap_or_default();
    first.bytes().all(|b| b.is_ascii_lowercase()) && humps.all(hump)
}

/// Redacts these secrets, even if they are wholly or partly escaped as in JSON or in a URL. Secrets of less
/// than eight bytes are not redacted.
#[cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "only a client knows what it sent")
)]
pub(crate) fn redact_exact(text: &str, secrets: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = secrets
            .iter()
            .filter(|secret| secret.len() >= SHORTEST_SECRET)
            .filter_map(|secret| match_length(rest, secret))
            .max();
        if found.is_some() {
            out.push_str(REDACTED);
        } else {
            out.push(first);
        }
        rest = &rest[found.unwrap_or(first.len_utf8())..];
    }
    out
}

/// The length of this secret at the start of a text, with any of its characters escaped or not.
fn match_length(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    secret
        .chars()
        .try_fold(0, |length, c| Some(length + sign_length(text.get(length..)?, c)?))
}

/// The length of this character at the start of a text, escaped or not.
fn sign_length(text: &str, c: char) -> Option<usize> {
    let starts = |form: &str| {
        text.get(..form.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(form))
            .then_some(form.len())
    };
    if let Some(rest) = text.strip_prefix('\\') {
        if matches!(c, '/' | '"' | '\\') && rest.starts_with(c) {
            return Some(2);
        }
        let units: String = c
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|u| format!("\\u{u:04x}"))
            .collect();
        if let Some(length) = starts(&units) {
            return Some(length);
        }
    }
    if text.starts_with('%') {
        let bytes: String = c
            .encode_utf8(&mut [0; 4])
            .bytes()
            .map(|b| format!("%{b:02x}"))
            .collect();
        if let Some(length) = starts(&bytes) {
            return Some(length);
        }
    }
    text.starts_with(c).then_some(c.len_utf8())
}

#[cfg(test)]
mod tests;
