//! Faults of `Date` and `Retry-After`.

use std::time::Duration;

use acs_emulator::{DateFault, Fault};
use serde_json::{Value, json};

use crate::faults::set;
use crate::support::{CREATE, world};

#[test]
fn the_forms_of_retry_after() {
    let world = world();
    let now = std::time::UNIX_EPOCH + Duration::from_secs(1_730_797_687);
    let header = |form: Value| {
        world.emulator.clock().stop_at(now);
        set(&world, json!({"status": 429, "retry_after": form}));
        let answer = world.call("POST", CREATE, "");
        assert_eq!(answer.status, 429);
        answer
            .headers
            .into_iter()
            .find(|(name, _)| name.contains("retry-after"))
            .unwrap()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(header(json!({"seconds": 3})), pair("retry-after", "3"));
    assert_eq!(
        header(json!({"http_date": 60})),
        pair("retry-after", "Tue, 05 Nov 2024 09:09:07 GMT")
    );
    assert_eq!(
        header(json!({"http_date": -60})),
        pair("retry-after", "Tue, 05 Nov 2024 09:07:07 GMT")
    );
    assert_eq!(header(json!({"ms": 1500})), pair("retry-after-ms", "1500"));
    assert_eq!(header(json!({"x_ms": 250})), pair("x-ms-retry-after-ms", "250"));
}

#[test]
fn a_wrong_date() {
    let world = world();
    let now = std::time::UNIX_EPOCH + Duration::from_secs(1_730_797_687);
    world.emulator.clock().stop_at(now);
    let date = |date: DateFault| {
        world
            .emulator
            .faults()
            .add(Fault {
                date: Some(date),
                ..Fault::default()
            })
            .unwrap();
        let answer = world.call("POST", CREATE, "");
        assert_eq!(answer.status, 201);
        let dates = answer.headers.iter().filter(|(name, _)| name == "date").count();
        assert!(dates <= 1);
        answer.header("date").map(str::to_owned)
    };
    assert_eq!(
        date(DateFault::OffsetSeconds(-600)).as_deref(),
        Some("Tue, 05 Nov 2024 08:58:07 GMT")
    );
    assert_eq!(
        date(DateFault::Value("yesterday".into())).as_deref(),
        Some("yesterday")
    );
    assert_eq!(date(DateFault::Missing), None);
    assert_eq!(
        world.call("POST", CREATE, "").header("date"),
        Some("Tue, 05 Nov 2024 09:08:07 GMT")
    );
}

#[test]
fn a_client_with_a_wrong_clock_is_told_the_emulators_time() {
    let world = world();
    let draft = world.draft("POST", CREATE, "");
    world.emulator.clock().set_offset(3600);
    let answer = world.send(&draft.signed(&draft.text())).unwrap();
    assert_eq!(answer.code(), (401, "Denied".into()));
    let told = httpdate::parse_http_date(answer.header("date").unwrap()).unwrap();
    let ahead = told
        .duration_since(httpdate::parse_http_date(&draft.date).unwrap())
        .unwrap();
    assert!((3600..3660).contains(&ahead.as_secs()), "{ahead:?}");
}
