//! Signing rules that no vector covers, and properties for any request.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_auth::{AccessKey, ErrorKind, SignableRequest, SignedHeaders, sign_request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

const KEY: &[u8] = b"a key for these tests";

fn sign(method: &str, url: &str, body: &[u8], now: SystemTime) -> acs_auth::Result<SignedHeaders> {
    let key = AccessKey::from_base64(&STANDARD.encode(KEY)).unwrap();
    sign_request(&SignableRequest { method, url, body }, &key, now)
}

fn target_and_host(url: &str) -> (String, String) {
    let signed = sign("GET", url, b"", UNIX_EPOCH).unwrap();
    (signed.target().into(), signed.host().into())
}

#[test]
fn the_target_is_signed_as_it_stands() {
    for (url, target) in [
        ("https://h", "/"),
        ("https://h/", "/"),
        ("https://h?x=1", "/?x=1"),
        ("https://h/a?", "/a"),
        ("https://h/a??", "/a??"),
        ("https://h/a?b?", "/a?b?"),
        ("https://h/a?b", "/a?b"),
        (
            "https://h/%3a%3A:%2F?q=%20+~'()!/:&r",
            "/%3a%3A:%2F?q=%20+~'()!/:&r",
        ),
        ("https://h//x/../y/./z", "//x/../y/./z"),
    ] {
        assert_eq!(target_and_host(url).0, target, "{url}");
    }
}

#[test]
fn the_host_is_the_host_header() {
    for (url, host) in [
        ("https://Contoso.Example:443/x", "contoso.example"),
        ("http://h:80/x", "h"),
        ("http://h:443/x", "h:443"),
        ("https://h:8443/x", "h:8443"),
        ("https://[2001:DB8::1]:8443/x", "[2001:db8::1]:8443"),
        ("HTTPS://h/x", "h"),
    ] {
        assert_eq!(target_and_host(url).1, host, "{url}");
    }
}

#[test]
fn the_method_is_signed_in_upper_case() {
    assert!(
        sign("post", "https://h/", b"", UNIX_EPOCH)
            .unwrap()
            .string_to_sign()
            .starts_with("POST\n")
    );
}

#[test]
fn what_cannot_be_sent_is_not_signed() {
    let now = SystemTime::now();
    for url in [
        "",
        "h/x",
        "/x",
        "ftp://h/x",
        "https://",
        "https://u@h/x",
        "https://h/x#f",
        "https://h/a b",
        "https://h/a\r\nb",
        "https://h/é",
        "https://é/",
        "https://h:0/",
        "https://h:99999/",
        "https://h\t/",
    ] {
        let error = sign("GET", url, b"", now).unwrap_err();
        assert_eq!(
            (error.kind, error.target.as_deref()),
            (ErrorKind::InvalidArgument, Some("url")),
            "{url}"
        );
    }
    for method in ["", "GET ", "G\nET", "GÉT", "G(T"] {
        let error = sign(method, "https://h/", b"", now).unwrap_err();
        assert_eq!(
            (error.kind, error.target.as_deref()),
            (ErrorKind::InvalidArgument, Some("method"))
        );
    }
}

#[test]
fn a_time_that_has_no_date_is_refused() {
    for now in [
        UNIX_EPOCH - Duration::from_secs(1),
        UNIX_EPOCH + Duration::from_secs(253_402_300_800),
    ] {
        let error = sign("GET", "https://h/", b"", now).unwrap_err();
        assert_eq!(
            (error.kind, error.target.as_deref()),
            (ErrorKind::InvalidArgument, Some("now"))
        );
    }
    let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    assert_eq!(
        sign("GET", "https://h/", b"", last).unwrap().x_ms_date(),
        "Fri, 31 Dec 9999 23:59:59 GMT"
    );
}

#[test]
fn debug_shows_no_signature_and_no_body() {
    let signed = sign("POST", "https://h/", b"the token", UNIX_EPOCH).unwrap();
    let signature = signed.authorization().rsplit_once("Signature=").unwrap().1;
    assert!(!format!("{signed:?}").contains(signature));
    let request = SignableRequest {
        method: "POST",
        url: "https://h/",
        body: b"the token",
    };
    assert!(!format!("{request:?}").contains("token"));
}

proptest! {
    /// An independent implementation of the scheme computes the same headers for any request.
    #[test]
    fn any_request_is_signed_as_the_scheme_says(
        method in "[A-Za-z]{1,7}",
        host in "[a-z][a-z0-9-]{0,20}(\\.[a-z][a-z0-9]{0,8}){0,3}",
        port in proptest::option::of(1u16..),
        path in "(/[!-\"$->@-~]{0,12}){1,4}",
        query in proptest::option::of("[!-\"$-~]{1,30}"),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        key in proptest::collection::vec(any::<u8>(), 1..100),
        seconds in 0u64..253_402_300_800,
    ) {
        let host = match port.filter(|port| *port != 443) {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        prop_assume!(target.matches('?').count() != 1 || !target.ends_with('?'));
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&jiff::Timestamp::try_from(now).unwrap()).unwrap();
        let hash = STANDARD.encode(Sha256::digest(&body));
        let text = format!("{}\n{target}\n{date};{host};{hash}", method.to_uppercase());
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());

        let url = format!("https://{host}{target}");
        let key = AccessKey::from_base64(&STANDARD.encode(&key)).unwrap();
        let request = SignableRequest { method: &method, url: &url, body: &body };
        let signed = sign_request(&request, &key, now).unwrap();
        prop_assert_eq!(signed.string_to_sign(), text);
        prop_assert_eq!((signed.target(), signed.host()), (target.as_str(), host.as_str()));
        prop_assert_eq!((signed.x_ms_date(), signed.x_ms_content_sha256()), (date.as_str(), hash.as_str()));
        prop_assert_eq!(
            signed.authorization(),
            format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}")
        );
    }

    #[test]
    fn no_text_panics(method in any::<String>(), url in any::<String>(), seconds in any::<u64>()) {
        if let Some(now) = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
            let _ = sign(&method, &url, b"", now);
            let _ = sign("GET", &format!("https://{url}"), b"", now);
        }
    }
}
