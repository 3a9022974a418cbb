//! A credential that renews itself, with refreshers that are slow, fail or never return. The clock is paused.

use super::*;
use crate::credential::scripted::{Answer, Fails, Hangs, Panics, Scripted, token};
use crate::secret::Secret;

struct Setup {
    credential: CommunicationTokenCredential,
    source: Arc<Scripted>,
}

impl Setup {
    fn new(
        script: impl IntoIterator<Item = Answer>,
        options: impl FnOnce(CommunicationTokenCredentialBuilder) -> CommunicationTokenCredentialBuilder,
    ) -> Self {
        let source = Scripted::new(script);
        let clock = Arc::clone(&source);
        let builder = CommunicationTokenCredential::builder(Arc::clone(&source) as Arc<dyn TokenCredential>)
            .clock(move || clock.now());
        let credential = options(builder).build().unwrap();
        Self { credential, source }
    }

    fn on_demand(script: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(script, |builder| builder)
    }

    fn proactive(script: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(script, |builder| builder.refresh_proactively(true))
    }

    async fn is(&self, number: usize) {
        let token = self.credential.get_token().await.unwrap();
        assert_eq!(token.token.expose(), format!("token-{number}"));
    }

    async fn fails(&self) -> ErrorKind {
        self.credential.get_token().await.unwrap_err().kind
    }

    fn requests(&self) -> usize {
        self.source.requests()
    }
}

/// Waits for this long, then runs the tasks that are due.
async fn wait(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

const HOUR: u64 = 3600;

#[tokio::test(start_paused = true)]
async fn the_refresher_is_asked_once_by_all_callers_and_without_scopes() {
    let slow = Answer::Token {
        lifetime: HOUR,
        refresh: None,
        after: 5,
    };
    let setup = Setup::on_demand([slow]);
    tokio::join!(setup.is(1), setup.is(1), setup.is(1));
    setup.is(1).await;
    assert_eq!(setup.requests(), 1);
    assert_eq!(*setup.source.scopes.lock().unwrap(), [Vec::<String>::new()]);
}

#[tokio::test(start_paused = true)]
async fn without_the_option_nothing_is_renewed_that_nobody_asks_for() {
    let setup = Setup::on_demand([token(HOUR)]);
    setup.is(1).await;
    wait(10 * HOUR).await;
    assert_eq!(setup.requests(), 1);
    setup.is(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_renews_in_the_background_and_waits_near_the_end() {
    let slow = Answer::Token {
        lifetime: HOUR,
        refresh: None,
        after: 5,
    };
    let setup = Setup::on_demand([token(HOUR), slow.clone(), slow]);
    setup.is(1).await;
    wait(HOUR - 601).await;
    setup.is(1).await;
    assert_eq!(setup.requests(), 1);
    wait(2).await;
    // This starts a renewal in the background.
    setup.is(1).await;
    wait(6).await;
    assert_eq!(setup.requests(), 2);
    setup.is(2).await;
    wait(HOUR - 119).await;
    // With less than 2 minutes left, the call waits for the next token.
    setup.is(3).await;
}

#[tokio::test(start_paused = true)]
async fn near_the_end_the_former_token_is_returned_if_the_renewal_fails_or_hangs() {
    for (answer, after) in [(Fails, 0), (Hangs, 10)] {
        let setup = Setup::new([token(HOUR), answer], |builder| {
            builder.timeout(Duration::from_secs(20))
        });
        setup.is(1).await;
        wait(HOUR - 100).await;
        let begun = tokio::time::Instant::now();
        setup.is(1).await;
        assert_eq!(begun.elapsed().as_secs(), after);
        wait(100).await;
        setup.fails().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_valid_token_is_returned_within_any_timeout_while_the_refresher_hangs() {
    for timeout in [1, 300, 999, 1000, 60_000].map(Duration::from_millis) {
        let setup = Setup::new([token(HOUR), Hangs], |builder| builder.timeout(timeout));
        setup.is(1).await;
        wait(HOUR - 119).await;
        for _ in 0..3 {
            let begun = tokio::time::Instant::now();
            setup.is(1).await;
            assert!(
                begun.elapsed() < timeout.max(Duration::from_millis(3)),
                "{timeout:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_renews_ahead_of_time_though_nobody_asks() {
    // The lifetime, and after how long the token is renewed.
    for (lifetime, renewed_after) in [(HOUR, HOUR - 600), (900, 300), (600, 300), (90, 45)] {
        let setup = Setup::proactive([token(lifetime)]);
        setup.is(1).await;
        for number in 1..4 {
            wait(renewed_after - 1).await;
            assert_eq!(setup.requests(), number, "{lifetime} s");
            wait(1).await;
            assert_eq!(setup.requests(), number + 1, "{lifetime} s");
        }
        setup.is(4).await;
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_begin_before_anyone_asks() {
    let setup = Setup::proactive([token(HOUR)]);
    setup.credential.start();
    setup.credential.start();
    wait(1).await;
    assert_eq!(setup.requests(), 1);
    wait(HOUR).await;
    assert_eq!(setup.requests(), 2);
    let never = Setup::on_demand([token(HOUR)]);
    never.credential.start();
    wait(HOUR).await;
    assert_eq!(never.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_time_before_expiry_is_an_option() {
    let setup = Setup::new([token(HOUR)], |builder| {
        builder
            .refresh_proactively(true)
            .refresh_time_before_expiry(Duration::from_secs(1800))
    });
    setup.is(1).await;
    wait(1799).await;
    assert_eq!(setup.requests(), 1);
    wait(1).await;
    assert_eq!(setup.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_to_begin_with_is_used_until_it_is_to_be_renewed() {
    let source = Scripted::new([token(HOUR)]);
    let clock = Arc::clone(&source);
    let first = AccessToken {
        token: Secret::new("token-0"),
        expires_on: source.now() + Duration::from_secs(700),
    };
    let credential = CommunicationTokenCredential::builder(Arc::clone(&source) as Arc<dyn TokenCredential>)
        .clock(move || clock.now())
        .token(first)
        .refresh_proactively(true)
        .build()
        .unwrap();
    let setup = Setup { credential, source };
    setup.is(0).await;
    wait(99).await;
    assert_eq!(setup.requests(), 0);
    wait(2).await;
    setup.is(1).await;
    assert_eq!(setup.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_tried_again_with_backoff_though_nobody_asks() {
    let setup = Setup::proactive([token(HOUR), Fails, Panics, Fails, token(HOUR)]);
    setup.is(1).await;
    wait(HOUR - 600).await;
    assert_eq!(setup.requests(), 2);
    // The retries come after 0.5 s, 1 s and 2 s.
    for (seconds, requests) in [(1, 3), (1, 4), (1, 4), (1, 5), (60, 5)] {
        wait(seconds).await;
        assert_eq!(setup.requests(), requests);
    }
    setup.is(5).await;
}

#[tokio::test(start_paused = true)]
async fn a_source_that_stays_away_is_asked_every_half_minute_at_most() {
    let setup = Setup::proactive([token(HOUR), Fails]);
    setup.is(1).await;
    wait(2 * HOUR).await;
    let before = setup.requests();
    wait(HOUR).await;
    assert_eq!(setup.requests() - before, 120);
    assert_eq!(setup.fails().await, ErrorKind::TransportError);
}

#[tokio::test(start_paused = true)]
async fn a_refresher_that_never_answers_keeps_nobody_waiting_for_longer_than_the_timeout() {
    let setup = Setup::new([Hangs], |builder| builder.timeout(Duration::from_secs(7)));
    for hung in 1..4 {
        let begun = tokio::time::Instant::now();
        assert_eq!(setup.fails().await, ErrorKind::Timeout);
        assert_eq!(begun.elapsed(), Duration::from_secs(7));
        assert_eq!(setup.requests(), hung);
    }
}

#[tokio::test(start_paused = true)]
async fn ahead_of_time_one_hung_renewal_ends_before_another_begins() {
    let setup = Setup::proactive([token(HOUR), Hangs, token(HOUR)]);
    setup.is(1).await;
    wait(HOUR - 600 + 59).await;
    assert_eq!(setup.requests(), 2);
    wait(2).await;
    assert_eq!(setup.requests(), 3);
    setup.is(3).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_expired_is_a_failure() {
    let setup = Setup::on_demand([token(0), token(HOUR)]);
    assert_eq!(setup.fails().await, ErrorKind::CredentialDenied);
    wait(1).await;
    setup.is(2).await;
}

#[tokio::test(start_paused = true)]
async fn closed_it_fails_whoever_waits_and_who_comes_later() {
    let setup = Setup::on_demand([Hangs]);
    let waiting = tokio::spawn({
        let credential = setup.credential.clone();
        async move { credential.get_token().await.unwrap_err().kind }
    });
    wait(1).await;
    setup.credential.close();
    setup.credential.close();
    assert_eq!(waiting.await.unwrap(), ErrorKind::Cancelled);
    assert_eq!(setup.fails().await, ErrorKind::Cancelled);
    assert_eq!(setup.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn closed_it_renews_nothing() {
    let setup = Setup::proactive([token(HOUR)]);
    setup.is(1).await;
    setup.credential.close();
    setup.credential.start();
    assert_eq!(setup.fails().await, ErrorKind::Cancelled);
    wait(10 * HOUR).await;
    assert_eq!(setup.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropped_it_renews_nothing_and_lets_the_refresher_go() {
    let Setup { credential, source } = Setup::proactive([token(HOUR), Hangs]);
    let clone = credential.clone();
    credential.get_token().await.unwrap();
    drop(credential);
    wait(HOUR - 600).await;
    assert_eq!(source.requests(), 2, "a clone is left");
    drop(clone);
    wait(HOUR).await;
    assert_eq!(source.requests(), 2);
    assert_eq!(Arc::strong_count(&source), 1);
}

#[test]
fn renewals_go_on_with_the_next_runtime() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let first = runtime();
    let setup = first.block_on(async {
        let setup = Setup::proactive([token(HOUR)]);
        setup.is(1).await;
        setup
    });
    drop(first);
    runtime().block_on(async {
        setup.is(1).await;
        assert_eq!(setup.requests(), 1);
        wait(HOUR).await;
        assert_eq!(setup.requests(), 2);
    });
}

#[test]
fn one_token_is_returned_as_it_is() {
    let claims = "eyJleHAiOjF9"; // {"exp":1}
    let expired = format!("eyJhbGciOiJub25lIn0.{claims}.AA");
    for (text, expires_on) in [(expired.as_str(), Some(1)), ("opaque", None)] {
        let credential = CommunicationTokenCredential::from_token(text).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let token = runtime.block_on(credential.get_token()).unwrap();
        assert_eq!(token.token.expose(), text);
        if let Some(expires_on) = expires_on {
            assert_eq!(token.expires_on_unix(), expires_on);
        } else {
            let left = token
                .expires_on
                .duration_since(std::time::SystemTime::now())
                .unwrap();
            assert!((540..=600).contains(&left.as_secs()), "{left:?}");
        }
        assert!(!format!("{credential:?}").contains(text));
        credential.close();
        let error = runtime.block_on(credential.get_token()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Cancelled);
    }
}

#[test]
fn what_is_a_jwt_but_for_its_payload_is_no_token() {
    for (text, says) in [
        ("", "empty"),
        ("a.b!.c", "base64url"),
        ("a.W10.c", "JSON object"),
        ("a..c", "JSON object"),
    ] {
        let error = CommunicationTokenCredential::from_token(text).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
        assert_eq!(error.target.as_deref(), Some("token"));
        assert!(error.to_string().contains(says), "{error}");
    }
    // {} has no `exp`; the others are not JWTs.
    for text in ["a.e30.c", "a.b", "a.b.c.d.e", "opaque"] {
        CommunicationTokenCredential::from_token(text).unwrap();
    }
}
