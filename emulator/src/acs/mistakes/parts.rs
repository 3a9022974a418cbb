//! How clients get the method, the date, the host and the hash wrong.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

use super::Part;
use crate::acs::scheme::sha256;
use crate::http::WireRequest;
use crate::time;

pub(super) fn method(request: &WireRequest) -> Part {
    let mut part = Part::new(request.method.as_str());
    let lower = request.method.to_lowercase();
    part.or(
        lower,
        "method_in_lower_case",
        "the method is signed in upper case",
    );
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        part.or(
            other,
            "another_method",
            "the method that was signed is not the one that was sent",
        );
    }
    part
}

pub(super) fn date(request: &WireRequest) -> Part {
    let sent = request.header("x-ms-date").unwrap_or_default();
    let mut part = Part::new(sent);
    if let Some(date) = request.header("date") {
        part.or(
            date,
            "date_for_x_ms_date",
            "sign the value of x-ms-date, not that of Date",
        );
    }
    if let Some(time) = time::parse_http_date(sent) {
        let detail = "read the clock once: the date that was signed is not the one in x-ms-date";
        for seconds in [-1, 1, -2, 2, -3, 3] {
            part.or(
                time::http_date(time::shift(time, seconds)),
                "clock_read_twice",
                detail,
            );
        }
        let detail = "the date is signed in the form in which it is sent, with GMT";
        part.or(sent.replace(" GMT", " UTC"), "another_date_form", detail);
        part.or(sent.replace(" GMT", " +0000"), "another_date_form", detail);
        part.or(
            sent.replace(", 0", ", "),
            "another_date_form",
            "the day has two digits",
        );
    }
    part.or("", "date_left_out", "the date belongs to the string to sign");
    part
}

pub(super) fn host(request: &WireRequest) -> Part {
    let sent = request.host.as_str();
    let (name, port) = split(sent);
    let mut part = Part::new(sent);
    part.or(
        name,
        "host_without_port",
        "sign the Host header as it is sent, with its port",
    );
    if port.is_empty() {
        let detail = "the port that was signed is not in the Host header that was sent";
        for port in [":443", ":80"] {
            part.or(format!("{name}{port}"), "host_with_default_port", detail);
        }
    }
    for header in ["x-forwarded-host", "x-original-host"] {
        if let Some(host) = request.header(header) {
            let detail = "a proxy changed the Host header after it was signed";
            part.or(host, "host_changed_by_proxy", detail);
        }
    }
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let detail = "the host that was signed is not the one in the Host header";
        part.or(format!("{name}{port}"), "another_host", detail);
        part.or(name, "another_host", detail);
    }
    let detail = "sign the Host header in the case in which it is sent";
    part.or(sent.to_lowercase(), "host_in_another_case", detail);
    part.or(sent.to_uppercase(), "host_in_another_case", detail);
    let detail = "sign the host alone, without scheme or path";
    part.or(format!("{sent}/"), "host_with_slash", detail);
    part.or(request.base_url(), "host_with_scheme", detail);
    part.or(format!("{}/", request.base_url()), "host_with_scheme", detail);
    part.or("", "host_left_out", "the host belongs to the string to sign");
    part
}

fn split(host: &str) -> (&str, &str) {
    match host.rfind(':').filter(|at| !host[*at..].contains(']')) {
        Some(at) => host.split_at(at),
        None => (host, ""),
    }
}

pub(super) fn hash(request: &WireRequest, right: &str) -> Part {
    let hash = sha256(&request.body);
    let mut part = Part::new(right);
    let detail = "the hash that was signed is that of an empty body";
    part.or(STANDARD.encode(sha256(b"")), "hash_of_empty_body", detail);
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(&request.body) {
        let detail = "hash the bytes that are sent: the JSON was written twice, with other spaces";
        part.or(
            STANDARD.encode(sha256(json.to_string().as_bytes())),
            "hash_of_other_json",
            detail,
        );
        part.or(
            STANDARD.encode(sha256(spaced(&json).as_bytes())),
            "hash_of_other_json",
            detail,
        );
        if let Ok(pretty) = serde_json::to_vec_pretty(&json) {
            part.or(STANDARD.encode(sha256(&pretty)), "hash_of_other_json", detail);
        }
    }
    if let Some(shorter) = request.body.strip_suffix(b"\n") {
        let detail = "the body is sent with a newline at its end that was not hashed";
        part.or(STANDARD.encode(sha256(shorter)), "hash_without_newline", detail);
    }
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let detail = "the hash is written in base64, not in hexadecimal";
    part.or(hex.as_str(), "hash_in_hex", detail);
    part.or(STANDARD.encode(&hex), "hash_in_hex", detail);
    let detail = "the hash is written in standard base64 with padding";
    part.or(URL_SAFE.encode(hash), "hash_alphabet", detail);
    part.or(URL_SAFE_NO_PAD.encode(hash), "hash_alphabet", detail);
    if let Some(sent) = request.header("x-ms-content-sha256") {
        let detail = "x-ms-content-sha256 is not the hash of the body that was sent";
        part.or(sent, "hash_of_other_content", detail);
    }
    part.or("", "hash_left_out", "the hash belongs to the string to sign");
    part
}

/// JSON with a space after each comma and colon, as Python writes it.
fn spaced(json: &serde_json::Value) -> String {
    let mut text = String::new();
    let mut quoted = false;
    let mut escaped = false;
    for c in json.to_string().chars() {
        text.push(c);
        if !quoted && (c == ',' || c == ':') {
            text.push(' ');
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
    }
    text
}
