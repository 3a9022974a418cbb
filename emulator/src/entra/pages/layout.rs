//! The frame of every page, and the simple pages.

use crate::entra::aadsts::{Refusal, Trace};
use crate::http::Reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const STYLE: &str = include_str!("style.css");

/// The script of the `form_post` page. No other page has one.
const SUBMIT: &str = "document.forms[0].submit()";

const MARK: &str = r##"<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="var(--accent)"/><path d="M8 11V9a4 4 0 0 1 8 0v2" fill="none" stroke="var(--accent-ink)" stroke-width="2" stroke-linecap="round"/><rect x="6.5" y="11" width="11" height="7.5" rx="2" fill="var(--accent-ink)"/></svg>"##;

/// Escapes text for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// A page with a title (text) and content (HTML); `wide` widens its card.
pub(crate) fn page(status: u16, title: &str, wide: bool, content: &str) -> Reply {
    let title = escape(title);
    let class = if wide { " class=\"wide\"" } else { "" };
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main{class}>\n\
         <p class=\"brand\">{MARK}<span>Emulated Entra ID</span></p>\n{content}\n</main>\n\
         <footer>An emulator for development. This is not Microsoft; type no real password here.</footer>\n\
         </body>\n</html>\n"
    );
    secured(Reply::html(status, html))
}

/// Forbids framing, and everything that the pages do not need.
fn secured(reply: Reply) -> Reply {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SUBMIT.as_bytes());
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; frame-ancestors 'none'; \
         base-uri 'none'",
        STANDARD.encode(hash)
    );
    reply
        .with("content-security-policy", policy)
        .with("x-frame-options", "DENY")
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "no-referrer")
}

/// A page with a final message.
pub(crate) fn message(title: &str, text: &str) -> Reply {
    let content = format!(
        "<h1>{}</h1>\n<p class=\"quiet\">{}</p>",
        escape(title),
        escape(text)
    );
    page(200, title, false, &content)
}

/// The page of an error that cannot be returned to a client, such as one whose redirect URI is not known.
pub(crate) fn failure(refusal: &Refusal, trace: &Trace) -> Reply {
    let content = format!(
        "<h1>That did not work</h1>\n<p class=\"alert\" role=\"alert\">AADSTS{}: {}</p>\n\
         <dl><dt>Correlation id</dt><dd class=\"mono\">{}</dd>\
         <dt>Request id</dt><dd class=\"mono\">{}</dd><dt>Time</dt><dd class=\"mono\">{}</dd></dl>",
        refusal.code,
        escape(&refusal.text),
        escape(&trace.correlation_id),
        trace.trace_id,
        trace.timestamp
    );
    page(refusal.status, "Sign-in failed", true, &content)
}

/// The page that posts the response to the client (`response_mode=form_post`).
pub(crate) fn form_post(uri: &str, fields: &[(&str, &[u8])]) -> Reply {
    let hidden: String = fields
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value);
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(&value)
            )
        })
        .collect();
    let content = format!(
        "<h1>Going back to the application</h1>\n<form method=\"post\" action=\"{}\">{hidden}\
         <noscript><p>Scripts are off, so one more click is needed.</p>\
         <button class=\"primary full\">Continue</button></noscript></form>\n<script>{SUBMIT}</script>",
        escape(uri)
    );
    page(200, "Going back to the application", false, &content)
}
