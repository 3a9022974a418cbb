//! The wait that a response requests.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::time::Duration;

use acs_auth::protocol::retry_after;
use common::received_at;

fn wait(headers: &[(&str, &str)]) -> Option<Duration> {
    retry_after(headers, received_at())
}

fn seconds(n: u64) -> Option<Duration> {
    Some(Duration::from_secs(n))
}

#[test]
fn nothing_asked_is_none() {
    assert_eq!(wait(&[]), None);
    assert_eq!(
        wait(&[("date", "Tue, 05 Nov 2024 09:08:07 GMT"), ("x-retry-after", "1")]),
        None
    );
}

#[test]
fn seconds_are_read() {
    assert_eq!(wait(&[("Retry-After", "120")]), seconds(120));
    assert_eq!(wait(&[("retry-after", " 0 ")]), seconds(0));
}

#[test]
fn milliseconds_are_read_and_come_first() {
    assert_eq!(
        wait(&[("retry-after-ms", "250")]),
        Some(Duration::from_millis(250))
    );
    assert_eq!(
        wait(&[("X-MS-Retry-After-Ms", "1500")]),
        Some(Duration::from_millis(1500))
    );
    let all = [
        ("retry-after", "9"),
        ("x-ms-retry-after-ms", "2"),
        ("retry-after-ms", "1"),
    ];
    assert_eq!(wait(&all), Some(Duration::from_millis(1)));
    assert_eq!(wait(&all[..2]), Some(Duration::from_millis(2)));
}

#[test]
fn a_date_is_relative_to_the_answers_own_date() {
    let until = ("retry-after", "Tue, 05 Nov 2024 10:00:30 GMT");
    assert_eq!(
        wait(&[until, ("Date", "Tue, 05 Nov 2024 10:00:00 GMT")]),
        seconds(30)
    );
}

#[test]
fn a_date_without_a_date_is_relative_to_when_the_answer_came() {
    assert_eq!(
        wait(&[("retry-after", "Tue, 05 Nov 2024 09:08:37 GMT")]),
        seconds(30)
    );
    let bad_date = [
        ("retry-after", "Tue, 05 Nov 2024 09:08:37 GMT"),
        ("date", "sanitized"),
    ];
    assert_eq!(wait(&bad_date), seconds(30));
}

#[test]
fn the_older_forms_of_dates_are_read() {
    assert_eq!(
        wait(&[("retry-after", "Tuesday, 05-Nov-24 09:08:37 GMT")]),
        seconds(30)
    );
    assert_eq!(wait(&[("retry-after", "Tue Nov  5 09:08:37 2024")]), seconds(30));
}

#[test]
fn a_date_that_has_passed_is_no_wait() {
    assert_eq!(
        wait(&[("retry-after", "Tue, 05 Nov 2024 09:00:00 GMT")]),
        seconds(0)
    );
}

#[test]
fn values_that_make_no_sense_are_passed_over() {
    for value in [
        "",
        "-1",
        "+1",
        "1.5",
        "soon",
        "1 s",
        "0x10",
        "١",
        "Tue, 99 Nov 2024 09:08:37 GMT",
    ] {
        assert_eq!(wait(&[("retry-after", value)]), None, "{value}");
        assert_eq!(
            wait(&[("retry-after-ms", value), ("retry-after", "3")]),
            seconds(3),
            "{value}"
        );
    }
    assert_eq!(wait(&[("retry-after", "soon"), ("retry-after", "4")]), seconds(4));
}

#[test]
fn an_endless_wait_stays_a_time_that_can_be_added() {
    let year = seconds(366 * 24 * 3600);
    for value in [
        "99999999999",
        "18446744073709551615",
        "99999999999999999999999999",
    ] {
        assert_eq!(wait(&[("retry-after", value)]), year);
    }
    assert_eq!(wait(&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")]), year);
}
