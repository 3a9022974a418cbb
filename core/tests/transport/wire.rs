//! What is sent, byte for byte.

use acs_auth::{
    AccessKey, CommunicationTokenScope, CommunicationUserIdentifier, SignableRequest, sign_request,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::server::{KEY, Received, Server, answer, created, failing};

/// Computes a received request's signature from what was received alone, and compares it.
fn assert_signed_as_sent(request: &Received) {
    let mut line = request.request_line().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let url = format!("http://{}{target}", request.header("host").unwrap());
    let key = AccessKey::from_base64(KEY).unwrap();
    let now = httpdate::parse_http_date(request.header("x-ms-date").unwrap()).unwrap();
    let signable = SignableRequest {
        method,
        url: &url,
        body: &request.body,
    };
    let signed = sign_request(&signable, &key, now).unwrap();
    assert_eq!(signed.target(), target);
    assert_eq!(
        request.header("x-ms-content-sha256"),
        Some(signed.x_ms_content_sha256())
    );
    assert_eq!(request.header("authorization"), Some(signed.authorization()));
}

#[tokio::test]
async fn each_operation_is_sent_as_the_contract_says() {
    let token = r#"{"token":"t","expiresOn":"2030-01-01T00:00:00Z"}"#;
    let user_and_token = format!(
        "{}{}{token}}}",
        &crate::server::CREATED[..crate::server::CREATED.len() - 1],
        ",\"accessToken\":"
    );
    let server = Server::start(vec![
        created(),
        answer(201, "", &user_and_token),
        answer(200, "", token),
        failing(204),
        failing(204),
        answer(200, "", token),
        answer(200, "", &user_and_token),
    ])
    .await;
    let client = server.client();
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    let scopes = [CommunicationTokenScope::Chat, CommunicationTokenScope::Voip];
    client.create_user().await.unwrap();
    client
        .create_user_and_token(&scopes, Some(std::time::Duration::from_secs(3600)))
        .await
        .unwrap();
    client.get_token(&user, &scopes[..1], None).await.unwrap();
    client.revoke_tokens(&user).await.unwrap();
    client.delete_user(&user).await.unwrap();
    client
        .get_token_for_teams_user("eyJ", "app", "user")
        .await
        .unwrap();
    client.get_token_for_teams_extension_user("eyJ").await.unwrap();

    let requests = server.requests();
    let json = Some("application/json");
    let version = "api-version=2023-10-01";
    for (request, line, content_type, length, body) in [
        (
            &requests[0],
            format!("POST /identities?{version} HTTP/1.1"),
            json,
            Some("0"),
            "",
        ),
        (
            &requests[1],
            format!("POST /identities?{version} HTTP/1.1"),
            json,
            Some("64"),
            r#"{"createTokenWithScopes":["chat","voip"],"expiresInMinutes":60}"#,
        ),
        (
            &requests[2],
            format!("POST /identities/8%3Aacs%3Aa_b/:issueAccessToken?{version} HTTP/1.1"),
            json,
            Some("19"),
            r#"{"scopes":["chat"]}"#,
        ),
        (
            &requests[3],
            format!("POST /identities/8%3Aacs%3Aa_b/:revokeAccessTokens?{version} HTTP/1.1"),
            None,
            Some("0"),
            "",
        ),
        (
            &requests[4],
            format!("DELETE /identities/8%3Aacs%3Aa_b?{version} HTTP/1.1"),
            None,
            None,
            "",
        ),
        (
            &requests[5],
            format!("POST /teamsUser/:exchangeAccessToken?{version} HTTP/1.1"),
            json,
            Some("46"),
            r#"{"token":"eyJ","appId":"app","userId":"user"}"#,
        ),
        (
            &requests[6],
            "POST /access/teamsExtension/:exchangeAccessToken?api-version=2025-06-30 HTTP/1.1".into(),
            json,
            Some("2"),
            "{}",
        ),
    ] {
        assert_eq!(request.request_line(), line);
        assert_eq!(request.header("accept"), json, "{line}");
        assert_eq!(request.header("content-type"), content_type, "{line}");
        assert_eq!(String::from_utf8_lossy(&request.body), body, "{line}");
        assert_eq!(
            request.header("content-length"),
            length.map(|_| body.len().to_string()).as_deref(),
            "{line}"
        );
        assert_eq!(request.header("host"), Some(server.address.to_string().as_str()));
        assert!(
            request.header("user-agent").unwrap().starts_with("acs-auth/"),
            "{line}"
        );
        assert_eq!(request.header("x-ms-client-request-id").unwrap().len(), 36);
        assert!(request.header("accept-encoding").is_none(), "{line}");
    }
    for request in &requests[..6] {
        assert_signed_as_sent(request);
        assert_eq!(request.header("x-ms-return-client-request-id"), Some("true"));
    }
    let extension = &requests[6];
    assert_eq!(extension.header("authorization"), Some("Bearer eyJ"));
    for absent in [
        "x-ms-date",
        "x-ms-content-sha256",
        "x-ms-return-client-request-id",
    ] {
        assert_eq!(extension.header(absent), None);
    }
}

/// Any id, scopes, token and version are either rejected, or signed byte for byte as sent.
#[test]
fn any_call_is_signed_as_sent_or_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let calls = (
        any::<String>(),
        any::<String>(),
        any::<String>(),
        any::<String>(),
        "[ -~]{0,20}",
        any::<bool>(),
    );
    let mut runner = TestRunner::new(Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&calls, |(id, scope, token, app, version, plain_version)| {
            runtime.block_on(async {
                let server = Server::start((0..5).map(|_| failing(400)).collect()).await;
                let version = if plain_version {
                    "2023-10-01".to_owned()
                } else {
                    version
                };
                let Ok(client) = server.builder().api_version(version).build() else {
                    return;
                };
                let user = CommunicationUserIdentifier::new(&id);
                let scopes = [CommunicationTokenScope::from(scope.as_str())];
                let _ = client.get_token(&user, &scopes, None).await;
                let _ = client.revoke_tokens(&user).await;
                let _ = client.delete_user(&user).await;
                let _ = client.create_user_and_token(&scopes, None).await;
                client
                    .get_token_for_teams_user(&token, &app, &id)
                    .await
                    .unwrap_err();
                let received = server.received();
                assert!(!received.is_empty());
                received.iter().for_each(assert_signed_as_sent);
            });
            Ok(())
        })
        .unwrap();
}
