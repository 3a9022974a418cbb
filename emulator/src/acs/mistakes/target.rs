//! How clients get the request target wrong.

use percent_encoding::percent_decode_str;

use super::Part;
use crate::http::WireRequest;

const BYTE_FOR_BYTE: &str = "sign the request target byte for byte as it is sent";

pub(super) fn target(request: &WireRequest) -> Part {
    let (path, query) = (request.path(), request.query());
    let sent = request.target.as_str();
    let with_path = |path: &str| match sent.split_once('?') {
        Some((_, query)) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut part = Part::new(sent);

    let decoded = path.replace("%3A", ":").replace("%3a", ":");
    part.or(
        with_path(&decoded),
        "colon_decoded",
        "the path is sent with %3A, but was signed with a colon",
    );
    if let Some(encoded) = with_id(path, |id| id.replace(':', "%3A")) {
        let detail = "the id is sent with colons, but was signed with %3A";
        part.or(with_path(&encoded), "colon_encoded", detail);
    }
    let detail = "the path is sent with colons, but was signed with %3A";
    part.or(with_path(&path.replace(':', "%3A")), "colon_encoded", detail);
    if let Some(doubled) = with_id(path, |id| id.replace('%', "%25")) {
        part.or(
            with_path(&doubled),
            "path_encoded_twice",
            "the id was percent-encoded twice",
        );
    }

    if query.is_empty() {
        let detail = "a question mark without a query is signed only if it is sent";
        part.or(format!("{path}?"), "bare_question_mark", detail);
        part.or(path, "bare_question_mark", detail);
    }
    part.or(path, "query_left_out", "the query belongs to the string to sign");
    part.or(
        format!("{}{sent}", request.base_url()),
        "absolute_url",
        "sign path and query, not the whole address",
    );
    part.or(
        format!("{}/{sent}", request.base_url()),
        "absolute_url",
        "sign path and query, not the whole address",
    );
    part.or(
        sent.trim_start_matches('/'),
        "slash_left_out",
        "the path starts with a slash in the string to sign, too",
    );
    part.or(
        format!("/{}", sent.trim_start_matches('/')),
        "slashes_merged",
        "the path is sent with more than one slash in front, but was signed with one",
    );
    part.or(
        format!("/{sent}"),
        "slash_doubled",
        "the path was signed with two slashes in front",
    );

    for query in queries(query) {
        part.or(format!("{path}?{query}"), "query_rewritten", BYTE_FOR_BYTE);
    }
    part.or(unescape(sent), "target_decoded", BYTE_FOR_BYTE);
    part.or(with_path(&unescape(path)), "path_decoded", BYTE_FOR_BYTE);
    part.or(hex_case(sent, true), "escapes_in_upper_case", BYTE_FOR_BYTE);
    part.or(hex_case(sent, false), "escapes_in_lower_case", BYTE_FOR_BYTE);
    part.or(sent.to_lowercase(), "target_in_lower_case", BYTE_FOR_BYTE);
    part
}

/// How client libraries rewrite a query between signing and sending, in either order.
fn queries(query: &str) -> Vec<String> {
    let pairs = || url::form_urlencoded::parse(query.as_bytes());
    let mut sorted: Vec<&str> = query.split('&').collect();
    sorted.sort_unstable();
    vec![
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs())
            .finish(),
        unescape(query),
        query.replace('+', "%20"),
        query.replace("%20", "+"),
        sorted.join("&"),
    ]
}

/// The path with its id, the segment after `/identities/`, rewritten.
fn with_id(path: &str, rewrite: impl Fn(&str) -> String) -> Option<String> {
    let (front, rest) = path.split_once("/identities/")?;
    let (id, end) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(id, end)| (id, format!("/{end}")));
    Some(format!("{front}/identities/{}{end}", rewrite(id)))
}

fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn hex_case(text: &str, upper: bool) -> String {
    let mut left = 0;
    text.chars()
        .map(|c| {
            let inside = left > 0;
            left = if c == '%' {
                2
            } else {
                usize::saturating_sub(left, 1)
            };
            match (inside, upper) {
                (true, true) => c.to_ascii_uppercase(),
                (true, false) => c.to_ascii_lowercase(),
                (false, _) => c,
            }
        })
        .collect()
}
