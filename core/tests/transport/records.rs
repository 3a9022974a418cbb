//! Every record of a call carries its client request id and operation, at any level.

use std::time::{Duration, SystemTime};

use acs_auth::{CommunicationUserIdentifier, ErrorKind, Note};
use tracing::Level;

use crate::log::Log;
use crate::server::{Server, answer, failing};

const DENIED: &str = r#"{"error":{"code":"Denied","message":"Denied by the resource provider."}}"#;
const INVALID: &str =
    r#"{"error":{"code":"InvalidAccessToken","message":"Provided access token is not valid."}}"#;

fn belong_to(log: &Log, operation: &str) {
    let lines = log.lines();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(
            line.contains("client_request_id=") && line.contains(&format!("operation={operation:?}")),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_warning_about_the_clock_belongs_to_its_call() {
    let date = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(400));
    let denied = answer(401, &format!("date: {date}\r\n"), DENIED);
    let server = Server::start(vec![denied, failing(204)]).await;
    let client = server.builder().build().unwrap();
    let (log, _guard) = Log::start_at(Level::WARN);
    client
        .delete_user(&CommunicationUserIdentifier::new("8:acs:a_b"))
        .await
        .unwrap();
    belong_to(&log, "delete_user");
}

#[tokio::test]
async fn the_explanation_of_a_rejected_token_belongs_to_its_call() {
    let server = Server::start(vec![answer(401, "", INVALID)]).await;
    let client = server.builder().build().unwrap();
    let (log, _guard) = Log::start_at(Level::WARN);
    let error = client
        .get_token_for_teams_user("not a token", "client", "user")
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::EntraTokenRejected);
    assert!(error.reason.contains("The token check found"), "{error}");
    let [Note::EntraToken { check, reason }] = error.notes() else {
        panic!("{:?}", error.notes());
    };
    assert_eq!(check.as_deref(), Some("shape"));
    assert!(error.reason.ends_with(reason), "{error}");
    belong_to(&log, "get_token_for_teams_user");
}
