//! The page of one request: its checks, and for a wrong signature the two strings to sign.

use std::fmt::Write;

use super::diff;
use super::page::{page, status};
use crate::acs::mistakes::Signing;
use crate::entra::escape;
use crate::http::{Check, Reply};
use crate::records::Record;
use crate::time;

/// The page of one request.
pub(crate) fn request(record: &Record) -> Reply {
    let id = record.id;
    let mut content = format!(
        "<header class=\"top\"><div><p class=\"crumbs\"><a href=\"/_emulator/\">← All requests</a></p>\
         <h1>{operation} {status}</h1><p class=\"line\"><b>{method}</b> <code>{target}</code></p></div>\
         <p class=\"steps\">{before}<b>{id}</b> <a href=\"/_emulator/explain/{after}\" rel=\"next\">{after} →</a>\
         </p></header>\n<main>\n",
        operation = escape(record.operation),
        status = status(record.status),
        method = escape(&record.request.method),
        target = escape(&record.shown_target()),
        before = previous(id),
        after = id + 1,
    );
    content.push_str(&verdict(record));
    if let Some(signing) = &record.signing {
        content.push_str(&strings(signing));
    }
    content.push_str(&checks(&record.checks.0));
    content.push_str("<div class=\"pair\">");
    content.push_str(&headers(
        "What was asked",
        &facts(record),
        &record.shown_headers(),
    ));
    content.push_str(&headers(
        "What was answered",
        &answer(record),
        &record.shown_answer_headers(),
    ));
    let _ = write!(
        content,
        "</div>\n<p class=\"quiet\"><a href=\"/_emulator/requests/{id}\">The same as JSON</a></p>\n</main>"
    );
    page(&format!("{id} {} · acs-emulator", record.operation), &content)
}

fn previous(id: u64) -> String {
    match id {
        0 | 1 => String::new(),
        _ => format!(
            "<a href=\"/_emulator/explain/{0}\" rel=\"prev\">← {0}</a> ",
            id - 1
        ),
    }
}

fn verdict(record: &Record) -> String {
    let mut html = String::new();
    if let Some(fault) = &record.fault {
        let _ = writeln!(
            html,
            "<p class=\"verdict fault\"><b>Spoiled on purpose</b> {}</p>",
            escape(fault)
        );
    }
    let failed: Vec<&Check> = record.checks.0.iter().filter(|check| !check.ok).collect();
    let (class, title, text) = match failed.as_slice() {
        [] if record.checks.0.is_empty() => return html,
        [] if record.status.is_some_and(|status| status >= 400) => {
            ("bad", "Refused", record.error_code.clone().unwrap_or_default())
        }
        [] => (
            "good",
            "All good",
            format!("{} checks held", record.checks.0.len()),
        ),
        [check, ..] => ("bad", check.name, check.detail.clone()),
    };
    let _ = writeln!(
        html,
        "<p class=\"verdict {class}\"><b>{}</b> {}</p>",
        escape(title),
        escape(&text)
    );
    html
}

fn strings(signing: &Signing) -> String {
    let (expected, client) = diff::sides(&signing.expected, &signing.from_client);
    let (title, note) = if signing.reproduced {
        (
            "What the client signed",
            "found: it makes exactly the signature that was sent",
        )
    } else {
        (
            "What the client's headers imply",
            "not found: nothing that was tried makes the signature",
        )
    };
    let mut html = String::from("<section><h2>The string to sign</h2>\n<ul class=\"advice\">");
    for mistake in &signing.mistakes {
        let _ = write!(
            html,
            "<li><code>{}</code> {}</li>",
            escape(mistake.name),
            escape(&mistake.detail)
        );
    }
    let difference = match signing.first_difference {
        Some(at) => format!("The first difference is at character {at}, counted from 0."),
        None => "The two strings are the same.".to_owned(),
    };
    let _ = write!(
        html,
        "</ul>\n<div class=\"pair strings\">\
         <figure><figcaption>What has to be signed <span class=\"quiet\">from the request as it arrived\
         </span></figcaption><pre class=\"expected\">{expected}</pre></figure>\
         <figure><figcaption>{title} <span class=\"quiet\">{note}</span></figcaption>\
         <pre class=\"client\">{client}</pre></figure></div>\n<p class=\"quiet\">{difference}</p></section>\n"
    );
    html
}

fn checks(checks: &[Check]) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section><h2>What was checked</h2>\n<ol class=\"checks\">");
    for check in checks {
        let (class, mark, word) = if check.ok {
            ("good", "✓", "held")
        } else {
            ("bad", "✗", "failed")
        };
        let _ = write!(
            html,
            "<li class=\"{class}\"><span class=\"mark\" title=\"{word}\">{mark}</span><b>{}</b>\
             <span>{}</span></li>",
            escape(check.name),
            escape(&check.detail),
        );
    }
    html.push_str("</ol></section>\n");
    html
}

fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let tls = if record.request.tls {
        "with TLS"
    } else {
        "without TLS"
    };
    vec![
        ("Arrived", time::rfc3339(record.time).replace('T', " ")),
        ("Over", format!("{} {tls}", record.http_version)),
        ("Host", record.request.host.clone()),
        ("Body", format!("{} bytes", record.body_length)),
    ]
}

fn answer(record: &Record) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (
            "Status",
            record
                .status
                .map_or_else(|| "none: the connection was reset".into(), |s| s.to_string()),
        ),
        ("Took", format!("{} µs", record.duration.as_micros())),
    ];
    facts.extend(record.error_code.clone().map(|code| ("Code", code)));
    facts
}

fn headers(title: &str, facts: &[(&str, String)], headers: &[(String, String)]) -> String {
    let mut html = format!("<section><h2>{title}</h2>\n<dl class=\"facts\">");
    for (name, value) in facts {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{}</dd></div>", escape(value));
    }
    html.push_str("</dl>\n<dl class=\"headers\">");
    for (name, value) in headers {
        let _ = write!(
            html,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            escape(name),
            escape(value)
        );
    }
    html.push_str("</dl></section>\n");
    html
}
