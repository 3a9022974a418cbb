//! Renewals, against credentials that are slow, fail or never answer. The clock is paused.

use super::scripted::{Answer, Fails, Hangs, Panics, Scripted, token};
use super::*;
use crate::credential::ACS_SCOPE;

const TIMEOUT: Duration = Duration::from_secs(10);

struct Setup {
    token: Arc<RenewedToken>,
    source: Arc<Scripted>,
}

impl Setup {
    fn new(script: impl IntoIterator<Item = Answer>) -> Self {
        let source = Scripted::new(script);
        Self {
            token: Arc::new(RenewedToken::new(
                Arc::clone(&source) as Arc<dyn TokenCredential>,
                RenewalRules::of_client(TIMEOUT),
            )),
            source,
        }
    }

    async fn held(&self, deadline: Duration) -> std::result::Result<Held, Error> {
        match timeout(deadline, self.token.get(self.source.now())).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(ErrorKind::Timeout, "the caller's deadline")),
        }
    }

    /// The token that a call with the usual deadline gets, or the error.
    async fn get(&self) -> std::result::Result<String, ErrorKind> {
        let held = self.held(TIMEOUT).await;
        held.map(|held| held.token.expose().to_owned())
            .map_err(|error| error.kind)
    }

    async fn is(&self, number: usize) {
        assert_eq!(self.get().await, Ok(format!("token-{number}")));
    }
}

async fn wait(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_good_token_is_served_while_its_renewal_hangs_and_until_it_ends() {
    let setup = Setup::new([token(299), Hangs]);
    setup.is(1).await;
    wait(298).await;
    for _ in 0..100 {
        setup.is(1).await;
    }
    wait(1).await;
    assert_eq!(setup.get().await, Err(ErrorKind::Timeout));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_in_the_background_before_it_ends() {
    for (lifetime, renewed_after) in [(3600, 3300), (299, 150), (10, 5)] {
        let setup = Setup::new([token(lifetime)]);
        setup.is(1).await;
        wait(renewed_after - 1).await;
        setup.is(1).await;
        assert_eq!(setup.source.requests(), 1);
        wait(2).await;
        setup.is(1).await;
        wait(0).await;
        tokio::task::yield_now().await;
        setup.is(2).await;
        assert_eq!(setup.source.requests(), 2, "{lifetime} s");
    }
}

#[tokio::test(start_paused = true)]
async fn the_credential_says_when_to_renew_and_not_too_often() {
    let refresh = |after| Answer::Token {
        lifetime: 3600,
        refresh: Some(after),
        after: 0,
    };
    let setup = Setup::new([refresh(1800), refresh(0)]);
    setup.is(1).await;
    wait(1799).await;
    setup.is(1).await;
    assert_eq!(setup.source.requests(), 1);
    wait(2).await;
    setup.is(1).await;
    tokio::task::yield_now().await;
    for _ in 0..29 {
        setup.is(2).await;
        wait(1).await;
    }
    assert_eq!(
        setup.source.requests(),
        2,
        "refresh_on is past: renewed every 30 s at most"
    );
}

#[tokio::test(start_paused = true)]
async fn a_renewal_outlives_its_callers_who_share_it() {
    let slow = Answer::Token {
        lifetime: 3600,
        refresh: None,
        after: 5,
    };
    let setup = Setup::new([slow, Fails]);
    for _ in 0..20 {
        let error = setup.held(Duration::from_millis(60)).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::Timeout);
    }
    assert_eq!(setup.source.requests(), 1);
    setup.is(1).await;
    assert_eq!(setup.source.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hung_renewal_keeps_no_call_from_the_next_for_longer_than_one_deadline() {
    let setup = Setup::new([Hangs, Hangs, Hangs, token(3600)]);
    for hung in 1..=3 {
        // Many callers, one request.
        let (one, two) = tokio::join!(setup.get(), setup.get());
        assert_eq!((one, two), (Err(ErrorKind::Timeout), Err(ErrorKind::Timeout)));
        assert_eq!(setup.source.requests(), hung);
    }
    // The credential works again.
    setup.is(4).await;
}

#[tokio::test(start_paused = true)]
async fn a_late_token_is_taken() {
    let late = Answer::Token {
        lifetime: 3600,
        refresh: None,
        after: 15,
    };
    let setup = Setup::new([late, Hangs]);
    assert_eq!(setup.get().await, Err(ErrorKind::Timeout));
    setup.is(1).await;
    assert_eq!(setup.source.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_backs_off_and_recovers() {
    let setup = Setup::new([Fails, Fails, token(600), Fails, Fails, token(600)]);
    for _ in 0..50 {
        let error = setup.held(TIMEOUT).await.err().unwrap();
        assert_eq!(
            (error.kind, error.reason.as_str()),
            (ErrorKind::TransportError, "away")
        );
    }
    assert_eq!(setup.source.requests(), 1);
    wait(1).await;
    let error = setup.held(TIMEOUT).await.err().unwrap();
    assert_eq!(error.retry_after, None);
    assert!(setup.held(TIMEOUT).await.err().unwrap().retry_after.is_some());
    assert_eq!(setup.source.requests(), 2);
    assert_eq!(*setup.source.scopes.lock().unwrap(), [[ACS_SCOPE], [ACS_SCOPE]]);
    wait(1).await;
    setup.is(3).await;
    // The old token goes on while the renewal fails.
    wait(301).await;
    for _ in 0..50 {
        setup.is(3).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(setup.source.requests(), 4);
    wait(1).await;
    setup.is(3).await;
    wait(2).await;
    setup.is(3).await;
    tokio::task::yield_now().await;
    setup.is(6).await;
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_panics_is_an_error_and_backs_off() {
    let setup = Setup::new([Panics]);
    for _ in 0..10 {
        assert_eq!(setup.get().await, Err(ErrorKind::CredentialDenied));
    }
    assert_eq!(setup.source.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_the_rejected_token_is_dropped() {
    let setup = Setup::new([token(3600)]);
    let first = setup.held(TIMEOUT).await.unwrap();
    setup.token.rejected(first.id);
    setup.is(2).await;
    // A late rejection of the former token.
    setup.token.rejected(first.id);
    setup.is(2).await;
    assert_eq!(setup.source.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn claims_are_passed_on_once_and_nothing_begun_without_them_counts() {
    let slow = Answer::Token {
        lifetime: 3600,
        refresh: None,
        after: 5,
    };
    let setup = Setup::new([token(600), slow, token(3600)]);
    let first = setup.held(TIMEOUT).await.unwrap();
    wait(400).await;
    // The renewal in the background is under way when the challenge comes.
    setup.is(1).await;
    tokio::task::yield_now().await;
    assert_eq!(setup.source.requests(), 2);
    assert!(setup.token.challenged(first.id, "{}".into()));
    assert!(
        setup.token.challenged(first.id, "{}".into()),
        "by another call with the same token"
    );
    setup.is(3).await;
    wait(10).await;
    setup.is(3).await;
    assert_eq!(
        *setup.source.claims.lock().unwrap(),
        [None, None, Some("{}".to_owned())]
    );
    // A late challenge of the former token changes nothing.
    assert!(setup.token.challenged(first.id, "{}".into()));
    setup.is(3).await;
}

#[test]
fn a_renewal_whose_runtime_ended_keeps_nobody_waiting() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().unwrap()
    };
    let first = runtime();
    let slow = Answer::Token {
        lifetime: 3600,
        refresh: None,
        after: 3600,
    };
    let setup = first.block_on(async { Setup::new([slow, token(3600)]) });
    let gone = first.block_on(setup.held(Duration::from_millis(50)));
    assert_eq!(gone.err().unwrap().kind, ErrorKind::Timeout);
    drop(first);
    runtime().block_on(setup.is(2));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_ends_when_its_client_is_gone() {
    let Setup { token, source } = Setup::new([Hangs]);
    let now = source.epoch.1;
    assert!(timeout(TIMEOUT, token.get(now)).await.is_err());
    drop(token);
    // The aborted tasks are dropped at the runtime's next turn.
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(Arc::strong_count(&source), 1);
}
