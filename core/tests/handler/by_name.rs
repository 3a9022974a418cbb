//! Settings that a program sets by name.

use std::time::Duration;

use acs_auth::ErrorKind;
use acs_auth::handler::{HandlerSettings, SettingValue, TokenExchangeHandler};

const ID: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const KEY: &str = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA";

fn refusal(name: &str, value: impl Into<SettingValue>) -> (String, String) {
    let error = HandlerSettings::default().set(name, value).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidArgument);
    (error.target.clone().unwrap(), error.reason.clone())
}

fn without_dots(toml: &str) -> String {
    toml.replace('.', "_")
}

#[test]
fn no_two_settings_have_one_name_without_dots() {
    let mut names: Vec<String> = HandlerSettings::names().map(|name| without_dots(name.toml)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// Each setting accepts values of one type and rejects those of all others, whatever the table contains.
#[test]
fn each_setting_takes_one_form_under_both_its_names() {
    for known in HandlerSettings::names() {
        for name in [known.toml, &without_dots(known.toml)] {
            let values: [SettingValue; 4] = ["x".into(), ["x"].into(), 1.into(), true.into()];
            let fitting = values.into_iter().filter(|value| {
                let set = HandlerSettings::default().set(name, value.clone());
                if let Err(error) = &set {
                    assert_eq!(error.target.as_deref(), Some(name));
                    assert!(error.reason.starts_with("It must be "), "{error}");
                }
                set.is_ok()
            });
            assert_eq!(fitting.count(), 1, "{name}");
        }
    }
}

#[test]
fn a_time_is_taken_for_milliseconds_alone() {
    for known in HandlerSettings::names() {
        let takes_a_number = HandlerSettings::default().set(known.toml, 1).is_ok();
        let takes_a_time = HandlerSettings::default().set(known.toml, Duration::from_secs(1)).is_ok();
        assert_eq!(takes_a_time, takes_a_number && known.toml.ends_with("_ms"), "{}", known.toml);
    }
}

#[test]
fn the_nearest_name_is_suggested_as_it_would_be_written() {
    for (written, meant) in [
        ("time_out_ms", "timeout_ms"),
        ("conection_string", "connection_string"),
        ("redis.lok", "redis.lock"),
        ("redis_lok", "redis_lock"),
        ("redisLock", "redis_lock"),
        ("tenant", "tenant_ids"),
    ] {
        let (target, reason) = refusal(written, "x");
        assert_eq!(target, written);
        assert_eq!(reason, format!("There is no such setting; did you mean {meant}?"));
    }
    let error = HandlerSettings::from_toml("redis_lock = true").unwrap_err();
    assert_eq!(error.target.as_deref(), Some("redis_lock"));
    assert!(error.reason.contains("did you mean redis.lock?"), "{error}");
    for unlike in ["", "x", "no_such_setting", "redis.cache.secret.of.the.fleet"] {
        let (_, reason) = refusal(unlike, "x");
        assert!(reason.contains("there are connection_string, "), "{unlike}: {reason}");
    }
}

#[test]
fn a_long_name_that_is_a_secret_is_not_shown() {
    let (target, reason) = refusal(&format!("endpoint=https://a.example;accesskey={KEY}"), "x");
    assert!(!target.contains(KEY) && !reason.contains(KEY), "{target}: {reason}");
    let (target, _) = refusal(&"x".repeat(10_000), "x");
    assert!(target.len() < 100, "{target}");
}

#[test]
fn a_value_is_not_shown() {
    let (target, reason) = refusal("timeout_ms", KEY);
    assert_eq!(target, "timeout_ms");
    assert!(!reason.contains(KEY));
    assert_eq!(format!("{:?}", SettingValue::from(KEY)), "SettingValue(…)");
}

#[test]
fn numbers_out_of_range_are_refused() {
    for number in [-1, i64::MIN] {
        assert_eq!(refusal("cache_bytes", number).1, "It must be a whole number, not negative.");
    }
    HandlerSettings::default().set("cache_bytes", u64::MAX).unwrap();
}

#[test]
fn blank_texts_are_refused_and_blanks_around_them_dropped() {
    assert_eq!(refusal("cloud", " ").0, "cloud");
    assert_eq!(refusal("tenant_ids", [ID, ""]).0, "tenant_ids");
    let mut settings = fitting();
    settings.set("cloud", " public ").unwrap();
    settings.set("tenant_ids", [format!(" {ID}\n")]).unwrap();
    TokenExchangeHandler::builder().settings(settings).build().unwrap();
}

fn fitting() -> HandlerSettings {
    let mut settings = HandlerSettings::default();
    let connection_string = format!("endpoint=https://contoso.communication.azure.com;accesskey={KEY}==");
    settings.set("connection_string", connection_string).unwrap();
    settings.set("api_client_id", ID).unwrap();
    settings.set("tenant_ids", vec![ID]).unwrap();
    settings.set("teams_client_ids", &[ID][..]).unwrap();
    settings
}

#[test]
fn a_later_value_takes_the_place_of_an_earlier_one() {
    let mut settings = fitting();
    settings.set("redis.lock", true).unwrap();
    settings.set("redis_lock", false).unwrap();
    let error = TokenExchangeHandler::builder().settings(settings).build().unwrap_err();
    // Named as it was written last.
    assert_eq!(error.target.as_deref(), Some("redis_lock"));
}

/// A value passed to a builder's method is checked like one that is set by name.
#[test]
fn the_builders_methods_go_through_the_table() {
    for (builder, method) in [
        (TokenExchangeHandler::builder().required_scope(" "), "required_scope"),
        (TokenExchangeHandler::builder().redis_sealing_keys([""]), "redis_sealing_keys"),
        (TokenExchangeHandler::builder().timeout(Duration::ZERO), "timeout"),
    ] {
        let error = builder.settings(fitting()).build().unwrap_err();
        assert_eq!(error.target.as_deref(), Some(method), "{error}");
    }
    let own = TokenExchangeHandler::builder()
        .limit_identity_per_user(5)
        .limit_identity_window(Duration::from_secs(30))
        .authority("https://login.microsoftonline.com");
    own.settings(fitting()).build().unwrap();
}
