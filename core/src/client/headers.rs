//! Headers that a program adds to requests, and its part of the `User-Agent`.

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Why a header can't be added: the library or the connection sets it.
fn reserved(name: &str) -> Option<&'static str> {
    match name {
        "authorization" | "proxy-authorization" => Some("the client's credential or proxy sets it"),
        "host" | "date" | "x-ms-date" | "x-ms-content-sha256" => Some("it is signed"),
        "x-ms-client-request-id" => Some("set client_request_id instead"),
        "content-length" | "content-encoding" | "transfer-encoding" | "expect" | "trailer" => {
            Some("it describes the body, which the library writes")
        }
        "accept-encoding" => Some("responses are not decompressed"),
        "connection" | "http2-settings" | "keep-alive" | "proxy-connection" | "te" | "upgrade" => {
            Some("it belongs to the connection")
        }
        _ => None,
    }
}

/// Whether a text can be the value of a header: visible ASCII, with spaces and tabs only inside.
fn is_value(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t';
    text.bytes().all(inside) && !text.starts_with([' ', '\t']) && !text.ends_with([' ', '\t'])
}

/// A header value, marked as sensitive: it may be a secret, so it is neither printed nor indexed by HPACK.
fn value(text: &str) -> Option<HeaderValue> {
    let mut value = is_value(text).then(|| HeaderValue::from_str(text).ok())??;
    value.set_sensitive(true);
    Some(value)
}

/// Reads a list of headers. The error is the reason; it contains neither values nor invalid names.
pub(super) fn read(given: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (position, (name, text)) in given.iter().enumerate() {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("The name of header {} must be an HTTP token.", position + 1))?;
        if let Some(why) = reserved(name.as_str()) {
            return Err(format!("{name} cannot be set: {why}."));
        }
        let value = value(text).ok_or_else(|| {
            format!("The value of {name} must be visible ASCII without blanks at its ends.")
        })?;
        headers
            .try_append(name, value)
            .map_err(|_| "There are too many headers.".to_owned())?;
    }
    Ok(headers)
}

/// The headers of a client with those of a call, which replace the client's of the same names.
pub(super) fn merged(of_client: &HeaderMap, of_call: HeaderMap) -> HeaderMap {
    let mut headers = of_client.clone();
    // `extend` replaces all values of a name.
    headers.extend(of_call);
    headers
}

/// Prepends a program's text to a `User-Agent`.
pub(super) fn user_agent(product: &str, rest: &str) -> Result<HeaderValue, &'static str> {
    let refused = "It must be visible ASCII without blanks at its ends, and not be empty.";
    if product.is_empty() || !is_value(product) {
        return Err(refused);
    }
    HeaderValue::from_str(&format!("{product} {rest}")).map_err(|_| refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_header_of_the_library_or_the_connection_is_rejected_by_its_name() {
        for name in [
            "Authorization",
            "proxy-authorization",
            "Host",
            "date",
            "X-MS-Date",
            "x-ms-content-sha256",
            "x-ms-client-request-id",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "accept-encoding",
            "expect",
            "trailer",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "upgrade",
            "http2-settings",
        ] {
            let reason = read(&pairs(&[("x-a", "b"), (name, "secret")])).unwrap_err();
            assert!(reason.starts_with(&name.to_lowercase()), "{reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }

    #[test]
    fn a_name_or_value_that_is_none_is_rejected_and_not_shown() {
        for (name, value) in [
            ("", "x"),
            ("x y", "x"),
            ("secret:", "x"),
            (":authority", "x"),
            ("x-a", "secret\r\nx-b: c"),
            ("x-a", "secret\u{e4}"),
            ("x-a", " secret"),
            ("x-a", "secret\t"),
            ("x-a", "secret\0"),
        ] {
            let reason = read(&pairs(&[(name, value)])).unwrap_err();
            assert!(!reason.contains("secret"), "{reason}");
        }
        assert_eq!(read(&pairs(&[("x-a", ""), ("x-b", "a b\tc")])).unwrap().len(), 2);
    }

    #[test]
    fn headers_of_a_call_replace_those_of_the_client_by_name() {
        let client = read(&pairs(&[("x-a", "1"), ("x-a", "2"), ("x-b", "3")])).unwrap();
        let call = read(&pairs(&[("X-A", "4"), ("x-a", "5"), ("x-c", "6")])).unwrap();
        let merged = merged(&client, call);
        let mut all: Vec<(&str, &str)> = merged
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        all.sort_unstable();
        assert_eq!(all, [("x-a", "4"), ("x-a", "5"), ("x-b", "3"), ("x-c", "6")]);
        assert!(!format!("{merged:?}").contains('4'));
    }

    #[test]
    fn a_user_agent_may_be_long_and_have_blanks() {
        let long = "Contoso Portal/7.1 (staging; build 20261129)";
        assert_eq!(user_agent(long, "acs-auth").unwrap(), format!("{long} acs-auth"));
        for unusable in ["", " x", "x ", "a\r\nb: c", "\u{e4}", "\0"] {
            assert!(user_agent(unusable, "acs-auth").is_err(), "{unusable:?}");
        }
    }
}
