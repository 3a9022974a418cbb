//! Entra's keys: fetched when they are needed, used during outages, fetched again after a rollover.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use acs_auth::ErrorKind;
use acs_auth::entra::verify::TokenVerifier;
use acs_auth::transport::Transport as _;
use acs_emulator::entra::Attack;
use acs_emulator::{Fault, Filter};

use crate::issuer::{Issuer, api};

/// The requests of one fetch: the discovery document and the keys.
const LOOK: usize = 2;

/// A clock that a test moves ahead of the machine's.
#[derive(Clone, Default)]
struct Later(Arc<AtomicU64>);

impl Later {
    fn by(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn verifier(&self, issuer: &Issuer) -> TokenVerifier {
        let later = Arc::clone(&self.0);
        issuer
            .builder()
            .tenant_id(&issuer.emulator.info().tenant_id)
            .clock(move || SystemTime::now() + Duration::from_secs(later.load(Ordering::SeqCst)))
            .build()
            .unwrap()
    }

    /// Mints a token that is issued at this clock's time.
    fn mint(&self, issuer: &Issuer) -> String {
        let ahead = i64::try_from(self.0.load(Ordering::SeqCst)).unwrap();
        issuer.emulator.clock().set_offset(ahead);
        issuer.mint(&api())
    }
}

fn broken(issuer: &Issuer, operation: &str, change: impl FnOnce(&mut Fault)) {
    let mut fault = Fault {
        operation: Some(operation.to_owned()),
        count: 1000,
        ..Fault::default()
    };
    change(&mut fault);
    issuer.emulator.faults().add(fault).unwrap();
}

#[tokio::test]
async fn keys_are_fetched_once_for_many() {
    let issuer = Arc::new(Issuer::start().await);
    let verifier = issuer.verifier();
    let token = issuer.mint(&api());
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.verify(&token).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(issuer.fetches.count(), LOOK);
    assert!(verifier.keys_reachable().await);
    assert_eq!(issuer.fetches.count(), LOOK);
}

#[tokio::test]
async fn a_rollover_in_a_flood_of_unknown_keys_loses_no_good_token() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    verifier.verify(&issuer.mint(&api())).await.unwrap();
    for _ in 0..3 {
        let before = issuer.fetches.count();
        let flood: Vec<_> = (0..500)
            .map(|_| {
                // Each has its own key id.
                let (verifier, token) = (verifier.clone(), issuer.attack(Attack::KidUnknown));
                tokio::spawn(async move { verifier.verify(&token).await })
            })
            .collect();
        tokio::task::yield_now().await;
        issuer.emulator.entra().roll_over_keys().unwrap();
        verifier.verify(&issuer.mint(&api())).await.unwrap();
        for caller in flood {
            let error = caller.await.unwrap().unwrap_err();
            assert_eq!(error.code.as_deref(), Some("key_unknown"));
        }
        let looks = (issuer.fetches.count() - before) / LOOK;
        assert!((1..=3).contains(&looks), "{looks} looks for 501 tokens");
    }
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_in_a_while() {
    let issuer = Issuer::start().await;
    let later = Later::default();
    let verifier = later.verifier(&issuer);
    let token = issuer.attack(Attack::KidUnknown);
    for _ in 0..50 {
        verifier.verify(&token).await.unwrap_err();
    }
    assert_eq!(issuer.fetches.count(), LOOK);
    later.by(11);
    verifier.verify(&token).await.unwrap_err();
    assert_eq!(issuer.fetches.count(), 2 * LOOK);
}

#[tokio::test]
async fn known_keys_outlive_an_outage_and_are_looked_at_again_each_day() {
    let issuer = Issuer::start().await;
    let later = Later::default();
    let verifier = later.verifier(&issuer);
    verifier.verify(&later.mint(&issuer)).await.unwrap();
    assert_eq!(issuer.fetches.count(), LOOK);

    later.by(24 * 3600 + 1);
    // Each waits for the fetch for at most a second, which may not be enough on a busy machine.
    for _ in 0..5 {
        verifier.verify(&later.mint(&issuer)).await.unwrap();
    }
    assert_eq!(issuer.fetches.count(), 2 * LOOK, "a day later");

    broken(&issuer, "openid_configuration", |fault| fault.status = Some(500));
    later.by(24 * 3600 + 1);
    for _ in 0..20 {
        verifier.verify(&later.mint(&issuer)).await.unwrap();
    }
    assert_eq!(
        issuer.fetches.count(),
        2 * LOOK + 2,
        "one look of two tries, in vain"
    );
    later.by(4);
    let unknown = verifier
        .verify(&issuer.attack(Attack::KidUnknown))
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.kind, unknown.code.as_deref()),
        (ErrorKind::TransportError, Some("keys_unreachable"))
    );

    later.by(8 * 24 * 3600);
    for number in ["first", "second"] {
        let forgotten = verifier.verify(&later.mint(&issuer)).await.unwrap_err();
        assert_eq!(
            forgotten.code.as_deref(),
            Some("keys_unreachable"),
            "the {number} token after a week"
        );
    }

    issuer.emulator.faults().clear();
    later.by(4);
    verifier.verify(&later.mint(&issuer)).await.unwrap();
    assert!(verifier.keys_reachable().await);
}

#[tokio::test]
async fn no_keys_no_entry_and_then_they_come() {
    let issuer = Issuer::start().await;
    for (operation, change) in [
        (
            "openid_configuration",
            (|fault| fault.status = Some(503)) as fn(&mut Fault),
        ),
        ("openid_configuration", |fault| fault.body = Some("[]".into())),
        ("openid_configuration", |fault| fault.oversize = Some(100_000)),
        ("keys", |fault| fault.json = Some(serde_json::json!({"keys": []}))),
        ("keys", |fault| fault.body = Some("nothing".into())),
        ("keys", |fault| fault.truncate = Some(20)),
    ] {
        let later = Later::default();
        let verifier = later.verifier(&issuer);
        let token = later.mint(&issuer);
        broken(&issuer, operation, change);
        assert!(!verifier.keys_reachable().await, "{operation}");
        later.by(4);
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(error.code.as_deref(), Some("keys_unreachable"), "{operation}");
        issuer.emulator.faults().clear();
        later.by(4);
        verifier.verify(&token).await.unwrap();
        assert!(verifier.keys_reachable().await);
    }
}

#[tokio::test]
async fn keys_of_another_host_or_issuer_are_not_taken() {
    let issuer = Issuer::start().await;
    let token = issuer.mint(&api());
    let base = &issuer.emulator.info().https_url;
    let tenant = &issuer.emulator.info().tenant_id;
    let other = "https://login.example/keys";
    let keys = format!("{base}/{tenant}/discovery/v2.0/keys");
    let ours = format!("{base}/{tenant}/v2.0");
    for (issued_by, jwks_uri) in [
        (ours.as_str(), other),
        ("https://login.microsoftonline.com/x/v2.0", keys.as_str()),
        (base.as_str(), keys.as_str()),
    ] {
        let verifier = issuer.verifier();
        broken(&issuer, "openid_configuration", |fault| {
            fault.json = Some(serde_json::json!({"issuer": issued_by, "jwks_uri": jwks_uri}));
        });
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(
            error.code.as_deref(),
            Some("keys_unreachable"),
            "{issued_by} {jwks_uri}"
        );
        issuer.emulator.faults().clear();
    }
}

#[tokio::test]
async fn a_cancelled_look_is_taken_over() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    let token = issuer.mint(&api());
    let mut slow = Fault {
        operation: Some("openid_configuration".into()),
        ..Fault::default()
    };
    slow.latency_ms = 300;
    issuer.emulator.faults().add(slow).unwrap();
    let first = {
        let (verifier, token) = (verifier.clone(), token.clone());
        tokio::spawn(async move { verifier.verify(&token).await })
    };
    let filter = Filter {
        operation: Some("openid_configuration".into()),
        ..Filter::default()
    };
    while issuer.emulator.requests(&filter).is_empty() {
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let second = tokio::spawn(async move { verifier.verify(&token).await });
    tokio::task::yield_now().await;
    first.abort();
    second.await.unwrap().unwrap();
    assert_eq!(issuer.fetches.count(), LOOK, "the look itself went on");
}

/// Keys that are not for RS256, each with a certificate as large as Entra's.
fn others(count: usize) -> Vec<serde_json::Value> {
    let certificate = "MIIC".repeat(350);
    (0..count)
        .map(|n| {
            serde_json::json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": format!("other-{n}"),
                "x": "AA", "y": "AA", "x5c": [certificate], "x5t": "AA"})
        })
        .collect()
}

/// The emulator's own document with these entries before its own.
async fn document(issuer: &Issuer, mut entries: Vec<serde_json::Value>) -> serde_json::Value {
    let info = issuer.emulator.info();
    let url = format!("{}/{}/discovery/v2.0/keys", info.https_url, info.tenant_id);
    let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
    let answer = issuer.fetches.send(request).await.unwrap();
    let own: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    entries.extend(own["keys"].as_array().unwrap().iter().cloned());
    serde_json::json!({ "keys": entries })
}

#[tokio::test]
async fn seventy_keys_with_certificates_before_the_right_one_are_read() {
    let issuer = Issuer::start().await;
    let large = document(&issuer, others(70)).await;
    let size = large.to_string().len();
    assert!(size > 96 * 1024, "{size}");
    broken(&issuer, "keys", |fault| fault.json = Some(large));
    issuer.verifier().verify(&issuer.mint(&api())).await.unwrap();
}

#[tokio::test]
async fn a_key_document_beyond_the_cap_is_refused_and_known_keys_stay_in_use() {
    let issuer = Issuer::start().await;
    let later = Later::default();
    let verifier = later.verifier(&issuer);
    verifier.verify(&later.mint(&issuer)).await.unwrap();
    let large = document(&issuer, others(800)).await;
    let size = large.to_string().len();
    assert!(size > 1024 * 1024, "{size}");
    broken(&issuer, "keys", |fault| fault.json = Some(large));
    let (log, _guard) = crate::log::Log::start_at(tracing::Level::WARN);
    later.by(24 * 3600 + 1);
    for _ in 0..10 {
        verifier.verify(&later.mint(&issuer)).await.unwrap();
    }
    let [line] = &log.events("keys_unreadable")[..] else {
        panic!("{:?}", log.lines());
    };
    for part in ["larger than 1048576 bytes", "the last known keys stay in use"] {
        assert!(line.contains(part), "{line}");
    }
    // Without known keys, nobody is let in.
    issuer.emulator.clock().set_offset(0);
    let error = issuer.verifier().verify(&issuer.mint(&api())).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("keys_unreachable"));
}
