//! The frame of the pages, and the files that they load.

use crate::entra::escape;
use crate::http::Reply;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("list.js");

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page with a title (text) and content (HTML).
pub(super) fn page(title: &str, content: &str) -> Reply {
    let title = escape(title);
    secured(Reply::html(
        200,
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/_emulator/assets/style.css\">\n\
             </head>\n<body>\n{content}\n</body>\n</html>\n"
        ),
    ))
}

/// HTML that is part of a page.
pub(super) fn fragment(content: String) -> Reply {
    secured(Reply::html(200, content))
}

/// The files that the pages load.
pub(crate) fn asset(name: &str) -> Option<Reply> {
    let (kind, content) = match name {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "list.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return None,
    };
    let reply = Reply {
        body: content.into(),
        ..Reply::empty(200)
    };
    Some(
        reply
            .with("content-type", kind)
            .with("x-content-type-options", "nosniff"),
    )
}

fn secured(reply: Reply) -> Reply {
    reply
        .with("content-security-policy", POLICY)
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

/// The status as a coloured label.
pub(super) fn status(status: Option<u16>) -> String {
    match status {
        Some(status @ 200..=399) => format!("<span class=\"status good\">{status}</span>"),
        Some(status @ 400..=499) => format!("<span class=\"status warn\">{status}</span>"),
        Some(status) => format!("<span class=\"status bad\">{status}</span>"),
        None => "<span class=\"status bad\">reset</span>".to_owned(),
    }
}
