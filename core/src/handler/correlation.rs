//! The correlation id of a request.

use uuid::Uuid;

use super::message::Request;

/// The response's header, and the first of the request's headers that is read.
pub(super) const CORRELATION_ID: &str = "x-correlation-id";
const CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";
const TRACEPARENT: &str = "traceparent";

/// The maximum length. Every token is longer, so none gets into a log as a correlation id.
const LONGEST: usize = 64;

/// Returns the request's own id if it has a usable one, otherwise a new one.
pub(super) fn correlation_id(request: &Request) -> String {
    [CORRELATION_ID, CLIENT_REQUEST_ID]
        .into_iter()
        .filter_map(|name| request.only_header(name))
        .find(|id| is_usable(id))
        .or_else(|| trace_id(request.only_header(TRACEPARENT)?))
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn is_usable(id: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(sign)
}

/// Returns the trace id of a `traceparent` (W3C Trace Context): `00-{32 hex}-{16 hex}-{2 hex}`, not all
/// zeros.
fn trace_id(traceparent: &str) -> Option<&str> {
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let parts: Vec<&str> = traceparent.split('-').collect();
    let [version, trace, parent, flags] = parts[..] else {
        return None;
    };
    let known = hex(version, 2) && version != "ff" && hex(parent, 16) && hex(flags, 2);
    (known && hex(trace, 32) && trace.bytes().any(|b| b != b'0')).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn id(headers: &[(&str, &str)]) -> String {
        let request = headers
            .iter()
            .fold(Request::new("GET", "/"), |request, (name, value)| {
                request.with_header(*name, *value)
            });
        correlation_id(&request)
    }

    #[test]
    fn the_first_usable_id_is_taken() {
        let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        for (headers, expected) in [
            (&[("X-Correlation-ID", "a.b-c_1")][..], "a.b-c_1"),
            (
                &[("x-ms-client-request-id", "ms"), ("x-correlation-id", "own")],
                "own",
            ),
            (
                &[("x-ms-client-request-id", "ms"), ("x-correlation-id", "no good")],
                "ms",
            ),
            (&[("traceparent", &traceparent)], TRACE),
        ] {
            assert_eq!(id(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn what_cannot_be_used_gives_a_new_one() {
        let long = "a".repeat(65);
        let zeros = format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32));
        for headers in [
            &[][..],
            &[("x-correlation-id", "")],
            &[("x-correlation-id", "a\r\nset-cookie: x")],
            &[("x-correlation-id", "a"), ("x-correlation-id", "b")],
            &[("x-correlation-id", &long)],
            &[("traceparent", &zeros)],
            &[("traceparent", "00-xyz-1-2")],
        ] {
            let new = id(headers);
            assert!(Uuid::parse_str(&new).is_ok(), "{headers:?} {new}");
        }
    }
}
