use std::thread;

use super::*;

const SOON: Option<u64> = Some(20);
const LATE: Option<u64> = Some(30_000);

fn asked(calls: &Arc<HostCalls>) -> (u64, thread::JoinHandle<Result<AccessTokenInfo>>) {
    let credential = Arc::clone(calls).credential(7);
    let asking = thread::spawn(move || {
        credential.get_token_info(vec!["scope".to_owned()], TokenRequestOptions { claims: None })
    });
    match calls.next(LATE) {
        Some(HostCall::GetToken {
            number,
            object: 7,
            scopes,
            options: TokenRequestOptions { claims: None },
        }) if scopes == ["scope"] => (number, asking),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_answered_by_its_number() {
    let calls = HostCalls::new();
    assert!(calls.next(SOON).is_none());
    let (number, asking) = asked(&calls);
    let token = AccessTokenInfo {
        token: "text".to_owned(),
        expires_on: 9,
        refresh_on: None,
    };
    calls.give_token(number + 1000, token.clone());
    assert!(!asking.is_finished());
    calls.give_token(number, token.clone());
    assert!(asking.join().unwrap().unwrap() == token);
    assert!(matches!(calls.next(LATE), Some(HostCall::Released { object: 7 })));
    // A second answer is ignored.
    calls.done(number);
}

#[test]
fn a_failure_has_the_hosts_reason() {
    let calls = HostCalls::new();
    let (number, asking) = asked(&calls);
    calls.fail(
        number,
        core_auth::Error::new(ErrorKind::CredentialDenied, "No.").into(),
    );
    let AcsAuthError::Failure { reason, .. } = asking.join().unwrap().unwrap_err();
    assert_eq!(reason, "No.");
}

#[test]
fn nobody_waits_after_the_close() {
    let calls = HostCalls::new();
    let (_, asking) = asked(&calls);
    let fetching = Arc::clone(&calls);
    let fetching = thread::spawn(move || {
        loop {
            // The release of the credential may come first.
            if fetching.next(None).is_none() {
                return;
            }
        }
    });
    calls.close();
    fetching.join().unwrap();
    assert!(asking.join().unwrap().is_err());
    let sink = Arc::clone(&calls).log_sink();
    let record = LogRecord {
        level: crate::log::LogLevel::Warn,
        target: String::new(),
        text: String::new(),
        fields: Vec::new(),
        time_us: 0,
    };
    assert!(sink.on_record(record).is_err());
}

#[test]
fn a_closed_queue_keeps_nothing() {
    let calls = HostCalls::new();
    let credential = Arc::clone(&calls).credential(7);
    calls.close();
    drop(credential);
    assert!(calls.0.get().unwrap().is_empty());
}
