//! A known pair is answered without parsing or verifying, until anything that its verdict depends on changes.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use acs_emulator::entra::{Attack, MintKind, MintRequest};
use acs_emulator::{Emulator, Filter, KeyName, Options};
use serde_json::Value;

use super::super::{Request, TokenExchangeHandler, TokenExchangeHandlerBuilder};
use crate::cloud::Cloud;
use crate::entra::{TokenCheck, WORK, Work, expires_at};
use crate::observe::{Event, Observer};
use crate::unix_time::unix_seconds;

const TEAMS: &str = "/api/token/teams";
const EXTENSION: &str = "/api/token/teams-extension";
const HOUR: i64 = 3600;
const NOTHING: Work = Work {
    reads: 0,
    signatures: 0,
};
const ALL: Work = Work {
    reads: 2,
    signatures: 1,
};

/// An emulator, and a handler in front of it whose clock the test sets.
struct BackEnd {
    emulator: Emulator,
    handler: TokenExchangeHandler,
    clock: Arc<AtomicI64>,
}

impl BackEnd {
    async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    async fn start_with(
        options: impl FnOnce(TokenExchangeHandlerBuilder) -> TokenExchangeHandlerBuilder,
    ) -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let clock = Arc::new(AtomicI64::new(unix_seconds(SystemTime::now())));
        emulator.clock().stop_at(at(clock.load(Ordering::SeqCst)));
        let handler = options(builder(&emulator, &clock)).build().unwrap();
        Self {
            emulator,
            handler,
            clock,
        }
    }

    fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    fn set_clock(&self, seconds: i64) {
        self.clock.store(seconds, Ordering::SeqCst);
    }

    fn mint(&self, request: MintRequest) -> String {
        self.emulator.mint(&request).unwrap()
    }

    /// Alice's tokens, with lifetimes in seconds.
    fn pair(&self, bearer: i64, teams: i64) -> (String, String) {
        let of = |kind, lifetime| MintRequest {
            kind,
            lifetime: Some(lifetime),
            ..MintRequest::default()
        };
        let bearer = self.mint(of(MintKind::Api, bearer));
        (bearer, self.mint(of(MintKind::Teams, teams)))
    }

    /// The status and code of the response to a pair of tokens, and the work that was done for it.
    async fn post(&self, path: &str, (bearer, teams): (&str, &str)) -> (u16, String, Work) {
        let request = Request::new("POST", path)
            .with_header("authorization", format!("Bearer {bearer}"))
            .with_header("teams-user-aad-token", teams);
        let before = WORK.get();
        let response = self.handler.handle(request).await;
        let work = Work {
            reads: WORK.get().reads - before.reads,
            signatures: WORK.get().signatures - before.signatures,
        };
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        let code = body["code"].as_str().unwrap_or_default().to_owned();
        (response.status, code, work)
    }

    async fn teams(&self, bearer: &str, teams: &str) -> (u16, String, Work) {
        self.post(TEAMS, (bearer, teams)).await
    }

    /// Makes a pair known.
    async fn known(&self, (bearer, teams): &(String, String)) {
        assert_eq!(self.teams(bearer, teams).await, created(ALL));
        assert_eq!(self.teams(bearer, teams).await, created(NOTHING));
    }

    fn exchanges(&self) -> usize {
        let filter = Filter {
            operation: Some("exchange_teams_user".into()),
            ..Filter::default()
        };
        self.emulator.requests(&filter).len()
    }

    /// Lets the keys be fetched again, by a token with an unknown key.
    async fn fetch_keys(&self) {
        // Long enough after the last fetch for the next one to begin at once.
        self.set_clock(self.now() + 60);
        let bearer = self.mint(MintRequest {
            kind: MintKind::Api,
            attack: Attack::from_name("kid_unknown"),
            ..MintRequest::default()
        });
        let (status, _, work) = self.teams(&bearer, "x").await;
        assert_eq!((status, work.signatures), (401, 0));
    }
}

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

fn created(work: Work) -> (u16, String, Work) {
    (201, String::new(), work)
}

fn builder(emulator: &Emulator, clock: &Arc<AtomicI64>) -> TokenExchangeHandlerBuilder {
    let info = emulator.info();
    let ca = std::fs::read_to_string(&info.ca_file).unwrap();
    let clock = Arc::clone(clock);
    TokenExchangeHandler::builder()
        .connection_string(&info.connection_string.0)
        .cloud(Cloud::custom(&info.https_url))
        .api_client_id(&info.api.as_ref().unwrap().client_id)
        .tenant_ids([&info.tenant_id])
        .teams_client_ids([&info.spa.as_ref().unwrap().client_id])
        .root_certificates_pem(&ca)
        .clock(move || at(clock.load(Ordering::SeqCst)))
}

#[tokio::test]
async fn each_token_is_read_and_verified_once() {
    let back_end = BackEnd::start().await;
    let (bearer, teams) = back_end.pair(HOUR, HOUR);
    assert_eq!(back_end.teams(&bearer, &teams).await, created(ALL));
    for _ in 0..3 {
        assert_eq!(back_end.teams(&bearer, &teams).await, created(NOTHING));
    }
    assert_eq!(back_end.exchanges(), 1);
}

#[derive(Debug, Default)]
struct Counts {
    hits: AtomicUsize,
    requests: AtomicUsize,
}

impl Observer for Counts {
    fn on_event(&self, event: Event) {
        match event {
            Event::CacheHit => self.hits.fetch_add(1, Ordering::SeqCst),
            Event::RequestCompleted { .. } => self.requests.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
    }
}

#[tokio::test]
async fn each_request_for_a_known_pair_is_counted() {
    let counts = Arc::new(Counts::default());
    let back_end = BackEnd::start_with(|builder| builder.observer(counts.clone())).await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(NOTHING));
    let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
    assert_eq!((count(&counts.requests), count(&counts.hits)), (3, 2));
}

#[tokio::test]
async fn a_known_bearer_expires_with_the_skew_that_is_allowed() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(600, 3 * HOUR);
    back_end.known(&pair).await;
    let expiry = expires_at(&pair.0).unwrap().unwrap();
    back_end.set_clock(expiry + 299);
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(NOTHING));
    back_end.set_clock(expiry + 300);
    let (status, code, work) = back_end.teams(&pair.0, &pair.1).await;
    assert_eq!((status, &*code, work.signatures), (401, "unauthorized", 0));
}

#[tokio::test]
async fn a_known_teams_token_is_rejected_when_ten_minutes_are_left() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(3 * HOUR, 1200);
    back_end.known(&pair).await;
    let expiry = expires_at(&pair.1).unwrap().unwrap();
    back_end.set_clock(expiry - 601);
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(NOTHING));
    back_end.set_clock(expiry - 600);
    let (status, code, _) = back_end.teams(&pair.0, &pair.1).await;
    assert_eq!((status, &*code), (401, "teams_token_expired"));
}

#[tokio::test]
async fn a_clock_that_steps_back_or_ahead_decides_anew() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    let start = back_end.now();
    back_end.known(&pair).await;
    back_end.set_clock(start - 1);
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(ALL));
    for (clock, status) in [(start - HOUR, 401), (start + 2 * HOUR, 401), (start, 201)] {
        back_end.set_clock(clock);
        assert_eq!(back_end.teams(&pair.0, &pair.1).await.0, status, "{clock}");
    }
}

#[tokio::test]
async fn the_same_keys_fetched_again_change_nothing() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    back_end.fetch_keys().await;
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(NOTHING));
}

#[tokio::test]
async fn a_rollover_has_the_signature_checked_again_and_a_key_that_is_gone_ends_it() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    // The former key stays published.
    back_end.emulator.entra().roll_over_keys().unwrap();
    back_end.fetch_keys().await;
    back_end.known(&pair).await;
    back_end.emulator.entra().roll_over_keys().unwrap();
    back_end.fetch_keys().await;
    // Long enough after the last fetch for the next one to begin at once.
    back_end.set_clock(back_end.now() + 60);
    let (status, code, work) = back_end.teams(&pair.0, &pair.1).await;
    assert_eq!((status, &*code, work.signatures), (401, "unauthorized", 0));
}

/// Without tokens with a new key, known pairs must cause old keys to be fetched again.
#[tokio::test]
async fn known_pairs_have_old_keys_fetched_again() {
    let back_end = BackEnd::start().await;
    let bearer = back_end.pair(20 * HOUR, HOUR).0;
    let verifier = &back_end.handler.inner.verifier;
    let verdict = verifier.judge(&bearer).await.unwrap();
    let documents = || {
        let filter = Filter {
            operation: Some("openid_configuration".into()),
            ..Filter::default()
        };
        back_end.emulator.requests(&filter).len()
    };
    let before = documents();
    back_end.set_clock(back_end.now() + 13 * HOUR);
    assert!(verifier.still_holds(&verdict).await);
    assert!(documents() > before);
}

#[tokio::test]
async fn a_user_who_signed_out_is_exchanged_again() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    let info = back_end.emulator.info();
    let user = &info.users[0].object_id;
    let exchanger = &back_end.handler.inner.exchanger;
    exchanger.sign_out(&info.tenant_id, user).await.unwrap();
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(ALL));
    assert_eq!(back_end.exchanges(), 2);
}

#[tokio::test]
async fn a_replaced_access_key_has_known_pairs_exchanged_again() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    let key = back_end
        .emulator
        .regenerate_access_key(KeyName::Secondary)
        .unwrap();
    back_end.handler.update_access_key(&key, None).unwrap();
    assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(ALL));
    assert_eq!(back_end.exchanges(), 2);
}

#[tokio::test]
async fn other_settings_decide_for_themselves() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    let strict = BackEnd {
        handler: builder(&back_end.emulator, &back_end.clock)
            .required_scope("another")
            .build()
            .unwrap(),
        ..back_end
    };
    let (status, code, work) = strict.teams(&pair.0, &pair.1).await;
    assert_eq!((status, &*code, work.signatures), (403, "forbidden", 1));
}

#[tokio::test]
async fn both_tokens_must_be_those_of_the_pair() {
    let back_end = BackEnd::start().await;
    let alice = back_end.pair(HOUR, HOUR);
    back_end.known(&alice).await;
    let of_bob = |kind| MintRequest {
        kind,
        user: Some("bob@contoso.example".into()),
        ..MintRequest::default()
    };
    let bob = (
        back_end.mint(of_bob(MintKind::Api)),
        back_end.mint(of_bob(MintKind::Teams)),
    );
    back_end.known(&bob).await;
    for (bearer, teams) in [(&alice.0, &bob.1), (&bob.0, &alice.1)] {
        let (status, code, work) = back_end.teams(bearer, teams).await;
        assert_eq!((status, &*code, work), (403, "user_mismatch", ALL));
    }
    let (status, _, _) = back_end.teams(&alice.1, &alice.0).await;
    assert_eq!(status, 401, "swapped");
}

#[tokio::test]
async fn a_pair_with_one_other_character_is_judged_for_itself() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    let mut bearer = pair.0.clone();
    let at = bearer.len() - 20;
    let other = if &bearer[at..=at] == "A" { "B" } else { "A" };
    bearer.replace_range(at..=at, other);
    let (status, _, work) = back_end.teams(&bearer, &pair.1).await;
    assert_eq!((status, work.signatures), (401, 1));
}

#[tokio::test]
async fn a_warning_is_logged_for_each_request() {
    let back_end = BackEnd::start_with(|builder| builder.token_check(TokenCheck::Warn)).await;
    // Fewer than the 600 s that a Teams token should have left.
    let pair = back_end.pair(HOUR, 500);
    for _ in 0..3 {
        assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(ALL));
    }
}

#[tokio::test]
async fn a_rejection_is_not_stored() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, 500);
    for _ in 0..2 {
        let (status, code, work) = back_end.teams(&pair.0, &pair.1).await;
        assert_eq!((status, &*code, work), (401, "teams_token_expired", ALL));
    }
}

#[tokio::test]
async fn without_a_cache_nothing_is_known() {
    let back_end = BackEnd::start_with(|builder| builder.cache_bytes(0)).await;
    let pair = back_end.pair(HOUR, HOUR);
    for exchanges in 1..=2 {
        assert_eq!(back_end.teams(&pair.0, &pair.1).await, created(ALL));
        assert_eq!(back_end.exchanges(), exchanges);
    }
}

#[tokio::test]
async fn each_route_has_its_own_pairs() {
    let back_end = BackEnd::start_with(|builder| builder.teams_extension(true)).await;
    let bearer = back_end.pair(HOUR, HOUR).0;
    let teams = back_end.mint(MintRequest {
        kind: MintKind::TeamsExtension,
        ..MintRequest::default()
    });
    for work in [ALL, NOTHING] {
        let answer = back_end.post(EXTENSION, (&bearer, &teams)).await;
        assert_eq!(answer, created(work));
    }
    let (status, code, work) = back_end.teams(&bearer, &teams).await;
    assert_eq!((status, &*code, work), (400, "teams_token_scope", ALL));
}

#[tokio::test]
async fn what_is_stored_shows_no_token() {
    let back_end = BackEnd::start().await;
    let pair = back_end.pair(HOUR, HOUR);
    back_end.known(&pair).await;
    let shown = format!("{:?} {:?}", back_end.handler, back_end.handler.inner.known);
    for token in [&pair.0, &pair.1] {
        assert!(token.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}
