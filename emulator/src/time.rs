//! Formats and parses dates as the protocols write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The end of the year 9999, the last that the formats can represent, in seconds since 1970.
const LAST: u64 = 253_402_300_799;

/// `Tue, 05 Nov 2024 09:08:07 GMT`.
pub(crate) fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds(time)))
}

/// Parses a date in exactly the form of [`http_date`].
pub(crate) fn parse_http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text)
        .ok()
        .filter(|time| http_date(*time) == text)
}

/// `2024-11-05T09:08:07.123Z`, for records.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let millis = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_millis();
    format!("{}.{millis:03}Z", civil(seconds(time)))
}

/// `2024-11-05T09:08:07.1234567+00:00`, as the service writes an expiry.
pub(crate) fn expires_on(unix: i64, ticks: u32) -> String {
    let seconds = u64::try_from(unix).unwrap_or(0).min(LAST);
    let fraction = format!("{ticks:07}");
    // .NET omits trailing zeros; the recordings have 7 digits, occasionally 6.
    let fraction = fraction.strip_suffix('0').unwrap_or(&fraction);
    format!("{}.{fraction}+00:00", civil(seconds))
}

/// `2024-11-05T09:08:07+00:00`, as the service writes times of whole seconds.
pub(crate) fn utc(unix: i64) -> String {
    format!("{}+00:00", civil(u64::try_from(unix).unwrap_or(0).min(LAST)))
}

/// `time` moved by this many seconds; unchanged if the result is out of range.
pub(crate) fn shift(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        time.checked_sub(by)
    } else {
        time.checked_add(by)
    }
    .unwrap_or(time)
}

/// Whole seconds since 1970, limited to the range that can be formatted.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        .min(LAST)
}

fn civil(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(0);
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(unix)
    }

    #[test]
    fn the_forms() {
        assert_eq!(http_date(at(1_730_797_687)), "Tue, 05 Nov 2024 09:08:07 GMT");
        assert_eq!(rfc3339(at(1_730_797_687)), "2024-11-05T09:08:07.000Z");
        assert_eq!(
            expires_on(1_730_797_687, 1_234_567),
            "2024-11-05T09:08:07.1234567+00:00"
        );
        assert_eq!(expires_on(1_730_797_687, 42), "2024-11-05T09:08:07.0000042+00:00");
        assert_eq!(
            expires_on(1_730_797_687, 1_234_560),
            "2024-11-05T09:08:07.123456+00:00"
        );
    }

    #[test]
    fn only_the_exact_form_is_read() {
        assert!(parse_http_date("Tue, 05 Nov 2024 09:08:07 GMT").is_some());
        for other in [
            "Tue, 5 Nov 2024 09:08:07 GMT",
            "Tuesday, 05-Nov-24 09:08:07 GMT",
            "2024-11-05T09:08:07Z",
        ] {
            assert!(parse_http_date(other).is_none(), "{other}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        let far = shift(at(0), i64::MAX);
        assert!(http_date(far).ends_with("GMT") && http_date(shift(at(0), -5)).ends_with("GMT"));
    }
}
