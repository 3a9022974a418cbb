//! Tokens as passwords: an ACL user whose password rotates while connections live.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::*;
use crate::credential::TokenCredential;
use crate::error::Result;
use crate::transport::BoxFuture;

const OBJECT_ID: &str = "2be7fa0b-1ed7-4c9a-9a2e-0ab0a8f8f3d1";

/// A credential that returns the user's present password.
struct Rotating {
    present: Mutex<(String, Duration)>,
    asked: AtomicU32,
    hangs: std::sync::atomic::AtomicBool,
}

impl std::fmt::Debug for Rotating {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rotating")
    }
}

impl Rotating {
    fn new(password: &str, lifetime: Duration) -> Arc<Self> {
        Arc::new(Self {
            present: Mutex::new((password.into(), lifetime)),
            asked: AtomicU32::new(0),
            hangs: false.into(),
        })
    }

    fn set(&self, password: &str, lifetime: Duration) {
        *self.present.lock().unwrap() = (password.into(), lifetime);
    }
}

impl TokenCredential for Rotating {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        assert_eq!(scopes, ["https://redis.azure.com/.default"]);
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if self.hangs.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
            let (password, lifetime) = self.present.lock().unwrap().clone();
            Ok(AccessToken {
                token: Secret::new(password),
                expires_on: SystemTime::now() + lifetime,
            })
        })
    }
}

fn acl(server: &RedisServer, rules: &[&str]) {
    redis::cmd("ACL")
        .arg("SETUSER")
        .arg(OBJECT_ID)
        .arg(rules)
        .exec(&mut server.admin())
        .unwrap();
}

fn with_user(password: &str) -> RedisServer {
    let server = RedisServer::start();
    acl(&server, &["on", &format!(">{password}"), "~*", "&*", "+@all"]);
    server
}

fn by_tokens(server: &RedisServer, credential: &Arc<Rotating>) -> RedisOptions {
    RedisOptions {
        username: Some(OBJECT_ID.into()),
        token_credential: Some(Arc::clone(credential) as Arc<dyn TokenCredential>),
        ..options(server)
    }
}

/// The ids of the connections that are authenticated as the user.
fn clients(server: &RedisServer) -> Vec<String> {
    let list: String = redis::cmd("CLIENT")
        .arg("LIST")
        .query(&mut server.admin())
        .unwrap();
    list.lines()
        .filter(|line| line.contains(&format!("user={OBJECT_ID}")))
        .map(|line| line.split_ascii_whitespace().next().unwrap().to_owned())
        .collect()
}

/// How often the user has authenticated itself.
fn logins(server: &RedisServer) -> u64 {
    let stats: String = redis::cmd("INFO")
        .arg("commandstats")
        .query(&mut server.admin())
        .unwrap();
    let calls = |name: &str| -> u64 {
        stats
            .lines()
            .find_map(|line| line.strip_prefix(&format!("cmdstat_{name}:calls=")))
            .and_then(|rest| rest.split(',').next())
            .map_or(0, |calls| calls.parse().unwrap())
    };
    calls("auth")
}

#[tokio::test]
async fn a_password_that_rotates_is_renewed_on_living_connections() {
    let server = with_user("first");
    let credential = Rotating::new("first", Duration::from_secs(4));
    let cache = cache_with(&by_tokens(&server, &credential));
    let memory = super::sign_outs::memory();
    cache.attach(&memory);
    until("the server", async || is_reachable(&cache).await).await;
    super::sign_outs::subscribers(&server, 1).await;
    super::sign_outs::remember_for_good(&memory, &key(1, 1)).await;
    let (before, authenticated) = (clients(&server), logins(&server));
    assert_eq!(before.len(), 2, "commands and sign-outs: {before:?}");
    acl(&server, &[">second"]);
    credential.set("second", Duration::from_secs(3600));
    until("new logins of both", async || {
        logins(&server) >= authenticated + 2
    })
    .await;
    assert_eq!(clients(&server), before, "the same connections");
    assert!(
        memory.get(&key(1, 1)).is_some(),
        "nothing was lost, so nothing is forgotten"
    );
    acl(&server, &["<first"]);
    assert!(is_reachable(&cache).await);
    let asked = credential.asked.load(Ordering::Relaxed);
    assert!((2..=3).contains(&asked), "asked {asked} times");
}

#[tokio::test]
async fn a_password_that_is_replaced_at_once_is_fetched_at_once() {
    let server = with_user("first");
    let credential = Rotating::new("first", Duration::from_secs(3600));
    let cache = cache_with(&by_tokens(&server, &credential));
    until("the server", async || is_reachable(&cache).await).await;
    // Redis closes a user's connections only when the user is deleted.
    redis::cmd("ACL")
        .arg("DELUSER")
        .arg(OBJECT_ID)
        .exec(&mut server.admin())
        .unwrap();
    acl(&server, &["on", ">second", "~*", "&*", "+@all"]);
    credential.set("second", Duration::from_secs(3600));
    let begun = Instant::now();
    until("the new password", async || is_reachable(&cache).await).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_credential_that_hangs_costs_a_call_its_budget_and_no_more() {
    let log = super::log::Log::start();
    let server = with_user("first");
    let credential = Rotating::new("first", Duration::from_secs(3600));
    credential.hangs.store(true, Ordering::Relaxed);
    let cache = cache_with(&RedisOptions {
        connect_timeout: Duration::from_millis(100),
        ..by_tokens(&server, &credential)
    });
    for _ in 0..20 {
        let begun = Instant::now();
        assert!(!is_reachable(&cache).await);
        // The budget, and time for a busy machine: the credential hangs for ever.
        let soon = BUDGET + Duration::from_secs(4);
        assert!(begun.elapsed() < soon, "{:?}", begun.elapsed());
    }
    assert_eq!(
        credential.asked.load(Ordering::Relaxed),
        1,
        "one request at a time"
    );
    assert_eq!(
        log.lines().len(),
        1,
        "{:#?} {:?}",
        log.lines(),
        cache.degradation().await
    );
}

#[tokio::test]
async fn the_user_is_the_tokens_object_id_unless_another_is_named() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!(
        "{}.{}.{}",
        part(r#"{"alg":"RS256","typ":"JWT"}"#),
        part(&format!(
            r#"{{"oid":"{OBJECT_ID}","aud":"https://redis.azure.com"}}"#
        )),
        part("signature")
    );
    let server = with_user(&token);
    let credential = Rotating::new(&token, Duration::from_secs(3600));
    // `auth=entra` uses the client's own credential.
    let url = format!("redis://127.0.0.1:{}?auth=entra", server.port());
    let options = RedisOptions {
        url: url.clone().into(),
        ..options(&server)
    };
    let source = Arc::clone(&credential) as Arc<dyn TokenCredential>;
    let cache = RedisCache::new(
        &options,
        Limits::default(),
        Arc::new(SystemTime::now),
        Some(source),
    )
    .unwrap();
    until("the server", async || is_reachable(&cache).await).await;
    let error = RedisCache::new(&options, Limits::default(), Arc::new(SystemTime::now), None).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("redis_url"));
    assert!(!format!("{cache:?} {options:?}").contains(&token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_rotates_every_second_costs_no_call() {
    let server = Arc::new(with_user("0"));
    let credential = Rotating::new("0", Duration::from_millis(1400));
    let cache = Arc::new(cache_with(&by_tokens(&server, &credential)));
    until("the server", async || is_reachable(&cache).await).await;
    let connections = clients(&server);
    let (rotated, source) = (Arc::clone(&server), Arc::clone(&credential));
    let load = super::topologies::load(&cache, move || {
        for number in 1..=5_u32 {
            acl(&rotated, &[&format!(">{number}")]);
            source.set(&number.to_string(), Duration::from_millis(1400));
            std::thread::sleep(Duration::from_millis(1500));
            acl(&rotated, &[&format!("<{}", number - 1)]);
        }
    })
    .await;
    load.print("rotating", "an ACL user's password, five times");
    assert_eq!((load.unserved, load.wrong), (0, 0));
    assert_eq!(clients(&server), connections, "the same connection");
}
