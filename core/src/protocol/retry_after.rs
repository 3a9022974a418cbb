//! The wait that a response requests.

use std::time::{Duration, SystemTime};

use super::message::first_usable;

/// The longest wait that is returned: beyond any deadline, and safe to add to any time.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Returns how long a response asks to wait before a retry: `retry-after-ms`, otherwise
/// `x-ms-retry-after-ms`, otherwise `Retry-After` in seconds or as a date.
///
/// A date is relative to the response's own `Date`, so a wrong local clock doesn't matter, or to
/// `received_at` if there is none. A date in the past means no wait. Invalid values are ignored,
/// and waits of more than 366 days are shortened to that.
pub fn retry_after(headers: &[(&str, &str)], received_at: SystemTime) -> Option<Duration> {
    let milliseconds = |text: &str| whole_number(text).map(Duration::from_millis);
    first_usable(headers, "retry-after-ms", milliseconds)
        .or_else(|| first_usable(headers, "x-ms-retry-after-ms", milliseconds))
        .or_else(|| {
            first_usable(headers, "retry-after", |text| {
                whole_number(text).map(Duration::from_secs).or_else(|| {
                    let until = httpdate::parse_http_date(text).ok()?;
                    let sent_at = date(headers).unwrap_or(received_at);
                    Some(until.duration_since(sent_at).unwrap_or_default())
                })
            })
        })
        .map(|wait| wait.min(LONGEST))
}

/// Returns the time of the response's `Date`.
pub(crate) fn date(headers: &[(&str, &str)]) -> Option<SystemTime> {
    first_usable(headers, "date", |text| httpdate::parse_http_date(text).ok())
}

/// Parses digits. A number that does not fit counts as a very long wait, not as invalid.
fn whole_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}
