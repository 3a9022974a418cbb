//! The list of requests, the newest first.

use std::fmt::Write;
use std::sync::Arc;

use super::page::{fragment, page, status};
use crate::core::Core;
use crate::entra::escape;
use crate::http::Reply;
use crate::records::{Filter, Record};
use crate::time;

/// The maximum number of requests on the page when it is loaded.
const SHOWN: usize = 200;

const VIEWS: [(&str, &str); 5] = [
    ("", "All"),
    ("acs", "Identity service"),
    ("entra", "Entra ID"),
    ("graph", "Graph"),
    ("exchange_teams_user", "Teams exchanges"),
];

/// The page; `filter` selects one of its views or a single operation.
pub(crate) fn list(core: &Core, filter: &Filter) -> Reply {
    let wanted = filter.operation.as_deref().unwrap_or_default();
    let filter = Filter {
        limit: Some(SHOWN),
        ..filter.clone()
    };
    let records = core.recorder.list(&filter);
    let newest = records.last().map_or(0, |record| record.id);
    let views: String = VIEWS
        .iter()
        .map(|(operation, name)| {
            let query = if operation.is_empty() {
                String::new()
            } else {
                format!("?operation={operation}")
            };
            let current = if *operation == wanted {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!("<a href=\"/_emulator/{query}\"{current}>{name}</a>")
        })
        .collect();
    let hidden = if records.is_empty() { "" } else { " hidden" };
    let content = format!(
        "<header class=\"top\"><div><h1>acs-emulator</h1><p>{}</p></div>\
         <p class=\"live\" id=\"live\" data-newest=\"{newest}\" data-operation=\"{}\">\
         <span class=\"dot\"></span><span id=\"live-text\">not live: scripts are off</span></p></header>\n\
         <nav class=\"views\">{views}</nav>\n<main>\n\
         <div class=\"table\"><table class=\"requests\"><thead><tr><th>#</th><th>Time</th><th>Operation</th>\
         <th>Request</th><th>Status</th><th>What was found</th><th class=\"number\">µs</th></tr></thead>\n\
         <tbody id=\"rows\">{}</tbody></table></div>\n\
         <p class=\"empty\" id=\"empty\"{hidden}>Nothing has been asked yet.<br>\
         Give a client the connection string of the start line, and each of its requests is explained here.\
         </p>\n</main>\n<script src=\"/_emulator/assets/list.js\" defer></script>",
        place(core),
        escape(wanted),
        render(&records),
    );
    page("acs-emulator", &content)
}

/// The rows alone, for the script.
pub(crate) fn rows(core: &Core, filter: &Filter) -> Reply {
    let filter = Filter {
        limit: Some(filter.limit.unwrap_or(SHOWN).min(SHOWN)),
        ..filter.clone()
    };
    let records = core.recorder.list(&filter);
    let reply = fragment(render(&records));
    match records.last() {
        Some(newest) => reply.with("x-newest", newest.id.to_string()),
        None => reply,
    }
}

fn place(core: &Core) -> String {
    let Some(info) = core.info() else {
        return String::new();
    };
    let now = time::rfc3339(core.clock.now());
    format!(
        "<code>{}</code> <code>{}</code> <span class=\"quiet\">resource {} · its clock was {}</span>",
        escape(&info.https_url),
        escape(&info.http_url),
        escape(&info.resource_id),
        &now[..19].replace('T', " "),
    )
}

fn render(records: &[Arc<Record>]) -> String {
    let mut html = String::new();
    for record in records.iter().rev() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            html,
            "<tr><td class=\"number\"><a href=\"/_emulator/explain/{id}\">{id}</a></td>\
             <td class=\"quiet nowrap\">{time}</td><td class=\"nowrap\">{operation}</td>\
             <td class=\"target\" title=\"{target}\"><b>{method}</b> <code>{target}</code></td><td>{status}</td>\
             <td class=\"found\">{found}</td><td class=\"number quiet\">{micros}</td></tr>",
            id = record.id,
            time = &time::rfc3339(record.time)[11..23],
            operation = escape(record.operation),
            method = escape(&record.request.method),
            target = escape(&record.shown_target()),
            status = status(record.status),
            found = found(record),
            micros = record.duration.as_micros(),
        );
    }
    html
}

fn found(record: &Record) -> String {
    let mut html = String::new();
    if let Some(fault) = &record.fault {
        let _ = write!(html, "<span class=\"tag fault\">fault</span> {} ", escape(fault));
    }
    if let Some(code) = &record.error_code {
        let _ = write!(html, "<span class=\"tag\">{}</span> ", escape(code));
    }
    if let Some(check) = record.checks.0.iter().find(|check| !check.ok) {
        let _ = write!(html, "<b>{}</b> {}", escape(check.name), escape(&check.detail));
    }
    html
}
