//! Options that cannot be used.

use super::*;

fn target(options: &RedisOptions) -> Option<String> {
    let built = RedisCache::new(options, Limits::default(), Arc::new(SystemTime::now), None);
    let error = built.err()?;
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(error.kind, crate::ErrorKind::InvalidArgument);
    error.target.clone()
}

fn with(change: impl Fn(&mut RedisOptions)) -> Option<String> {
    let mut options = RedisOptions::new("redis://localhost", sealing_key(1));
    change(&mut options);
    target(&options)
}

#[test]
fn urls() {
    for good in [
        "redis://localhost",
        "redis://localhost:1/15",
        "rediss://redis.example",
        "redis://u:hunter2@[::1]:6380/",
        "redis://:hunter2@10.0.0.1",
        "redis+cluster://one,two:7001,[::1]:7002",
        "rediss+cluster://u:hunter2@one:10000/0",
        "redis+sentinel://one,two:26380/service",
        "rediss+sentinel://u:hun%2Cter2@one/service/3?sentinel_username=s&sentinel_password=hunter2",
    ] {
        assert_eq!(target(&RedisOptions::new(good, sealing_key(1))), None, "{good}");
    }
    for bad in [
        "",
        "localhost:6379",
        "http://u:hunter2@localhost",
        "redis://",
        "redis:///1",
        "redis://u:hunter2@localhost/x",
        "redis://u:hunter2@localhost/-1",
        "rediss://u:hunter2@localhost/#insecure",
        "redis://u:hunter2@localhost?protocol=resp3",
        "redis://u%ff:hunter2@localhost",
        "rediss://u:hunter2@not a host",
        "unix:///run/redis.sock",
        "redis://one,two",
        "redis+cluster://u:hunter2@",
        "redis+cluster://u:hunter2@one,,two",
        "redis+cluster://u:hunter2@one/1",
        "redis+cluster://u:hunter2@one?sentinel_password=x",
        "redis+sentinel://u:hunter2@one",
        "redis+sentinel://u:hunter2@one/service/x",
        "redis+sentinel://u:hunter2@one/service?sentinel_username=x",
        "redis+sentinel://u:hunter2@one/service?password=hunter2",
        "rediss+cluster://u:hunter2@one#insecure",
        "rediss://u:hunter2@one?auth=entra",
        "rediss://one?auth=entra",
        "rediss://one?auth=hunter2",
    ] {
        assert_eq!(
            target(&RedisOptions::new(bad, sealing_key(1))).as_deref(),
            Some("redis_url"),
            "{bad}"
        );
    }
}

#[test]
fn the_rest() {
    let long = "x".repeat(65);
    for bad in ["", "a b", "{a}", "ü", &long] {
        assert_eq!(
            with(|o| o.key_prefix = bad.into()).as_deref(),
            Some("redis_key_prefix"),
            "{bad}"
        );
    }
    assert_eq!(
        with(|o| o.username = Some("u".into())).as_deref(),
        Some("redis_password")
    );
    assert_eq!(
        with(|o| o.timeout = Duration::ZERO).as_deref(),
        Some("redis_timeout")
    );
    assert_eq!(
        with(|o| o.breaker_max_failures = 0).as_deref(),
        Some("redis_breaker_max_failures")
    );
    let pem = |o: &mut RedisOptions| {
        o.url = "rediss://localhost".into();
        o.root_certificates_pem = vec![b"no".to_vec()];
    };
    assert_eq!(with(pem).as_deref(), Some("root_certificates_pem"));
}

#[test]
fn nothing_is_shown() {
    let options = RedisOptions {
        password: Some("hunter2".into()),
        username: Some("hunter2".into()),
        ..RedisOptions::new("redis://u:hunter2@localhost", sealing_key(1))
    };
    assert!(!format!("{options:?}").contains("hunter2"));
    assert!(!format!("{:?}", cache_with(&options)).contains("hunter2"));
}
