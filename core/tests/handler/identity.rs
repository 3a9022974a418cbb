//! `/api/user` and `/api/token`, with Entra ID and Microsoft Graph behind them.

use acs_auth::handler::{HandlerSettings, Response, TokenExchangeHandler, TokenExchangeHandlerBuilder};
use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Fault, Filter, Options};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{BackEnd, api, bad, builder, is, json as body, problem};

const MAPPING_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A back end with Microsoft Graph.
pub(crate) async fn start() -> BackEnd {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let handler = handler(&emulator);
    BackEnd { emulator, handler }
}

/// The same with these settings.
pub(crate) async fn start_with(toml: &str) -> BackEnd {
    let emulator = Emulator::start(Options::default()).await.unwrap();
    let settings = HandlerSettings::from_toml(toml).unwrap();
    let handler = builder_with_graph(&emulator).settings(settings).build().unwrap();
    BackEnd { emulator, handler }
}

pub(crate) fn handler(emulator: &Emulator) -> TokenExchangeHandler {
    builder_with_graph(emulator).build().unwrap()
}

pub(crate) fn builder_with_graph(emulator: &Emulator) -> TokenExchangeHandlerBuilder {
    let info = emulator.info();
    let secret = info.api.as_ref().unwrap().client_secret.as_ref().unwrap();
    builder(emulator)
        .graph_client_secret(&secret.0)
        .graph_base_url(&format!("{}/v1.0", info.graph_url))
        .graph_mapping_keys([MAPPING_KEY])
}

pub(crate) async fn ask(back_end: &BackEnd, method: &str, path: &str) -> Response {
    let request = back_end.bearer_request(method, path, api());
    back_end.handler.handle(request).await
}

pub(crate) fn fault(back_end: &BackEnd, operation: &str, status: u16, json: Value) {
    let fault = Fault {
        operation: Some(operation.into()),
        status: Some(status),
        json: Some(json),
        count: 10,
        ..Fault::default()
    };
    back_end.emulator.faults().add(fault).unwrap();
}

#[tokio::test]
async fn an_identity_is_made_used_and_removed() {
    let back_end = start().await;
    for (method, path) in [("GET", "/api/user"), ("GET", "/api/token")] {
        let response = ask(&back_end, method, path).await;
        assert_eq!(problem(&response), is(404, "identity_not_mapped"));
    }
    let created = ask(&back_end, "POST", "/api/user").await;
    assert_eq!(created.status, 201, "{:?}", body(&created));
    let id = body(&created)["acsUserIdentity"].as_str().unwrap().to_owned();
    assert!(id.starts_with("8:acs:"), "{id}");
    for method in ["POST", "GET"] {
        let response = ask(&back_end, method, "/api/user").await;
        assert_eq!(response.status, 200);
        assert_eq!(body(&response), json!({ "acsUserIdentity": id }));
    }
    let response = ask(&back_end, "GET", "/api/token").await;
    assert_eq!(response.status, 201);
    let token = body(&response);
    assert!(token["token"].as_str().unwrap().len() > 100);
    assert!(token["expiresOn"].as_str().unwrap().ends_with('Z'));
    // Under both names that the sample's two servers use.
    assert_eq!(token["user"], json!({"communicationUserId": id, "id": id}));
    for _ in 0..2 {
        let response = ask(&back_end, "DELETE", "/api/user").await;
        assert_eq!((response.status, response.body.len()), (204, 0));
    }
    assert_eq!(ask(&back_end, "GET", "/api/user").await.status, 404);
}

/// Unlike here, Microsoft's sample server in JavaScript serves `/api/user` without the permission.
#[tokio::test]
async fn every_method_wants_a_good_bearer_with_the_permission() {
    let back_end = start().await;
    for (method, path) in [
        ("GET", "/api/user"),
        ("POST", "/api/user"),
        ("DELETE", "/api/user"),
        ("GET", "/api/token"),
    ] {
        for (attack, status, code) in [
            ("scp_missing", 403, "forbidden"),
            ("roles_only", 403, "forbidden"),
            ("wrong_aud_graph", 401, "unauthorized"),
            ("iss_suffix", 401, "unauthorized"),
            ("other_tenant", 403, "forbidden"),
        ] {
            let request = back_end.bearer_request(method, path, bad(attack, api()));
            let response = back_end.handler.handle(request).await;
            assert_eq!(problem(&response), is(status, code), "{method} {path} {attack}");
        }
        let request = acs_auth::handler::Request::new(method, path);
        let response = back_end.handler.handle(request).await;
        assert_eq!(problem(&response), is(401, "unauthorized"));
    }
    let graph = back_end.emulator.requests(&Filter {
        operation: Some("graph".into()),
        ..Filter::default()
    });
    assert!(graph.is_empty());
}

#[tokio::test]
async fn what_entra_and_graph_refuse_is_told_apart_and_not_repeated() {
    let entra = |error: &str, number: u32| {
        json!({"error": error, "error_codes": [number],
               "error_description": format!("AADSTS{number}: words of others")})
    };
    let graph = json!({"error": {"code": "x", "message": "words of others"}});
    for (operation, status, answer, expected, code) in [
        (
            "token",
            400,
            entra("invalid_grant", 65001),
            403,
            "consent_required",
        ),
        ("token", 400, entra("invalid_grant", 50013), 401, "unauthorized"),
        (
            "token",
            400,
            entra("invalid_grant", 50173),
            401,
            "interaction_required",
        ),
        (
            "token",
            401,
            entra("invalid_client", 7000215),
            502,
            "graph_credential",
        ),
        ("token", 500, json!({}), 502, "upstream"),
        ("get_me", 403, graph.clone(), 502, "graph_credential"),
        ("graph", 500, graph.clone(), 502, "upstream"),
        ("graph", 429, graph, 429, "throttled"),
    ] {
        let back_end = start().await;
        fault(&back_end, operation, status, answer);
        let response = ask(&back_end, "GET", "/api/user").await;
        assert_eq!(problem(&response), is(expected, code), "{operation} {status}");
        let text = String::from_utf8_lossy(&response.body);
        assert!(
            !text.contains("words of others") && !text.contains("AADSTS"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_claims_challenge_is_passed_on() {
    let back_end = start().await;
    let claims = r#"{"access_token":{"polids":{"essential":true,"values":["a"]}}}"#;
    fault(
        &back_end,
        "token",
        400,
        json!({"error": "interaction_required", "error_codes": [50076], "claims": claims}),
    );
    let response = ask(&back_end, "POST", "/api/user").await;
    assert_eq!(problem(&response), is(401, "interaction_required"));
    let challenge = response.header("www-authenticate").unwrap();
    let encoded = challenge
        .strip_prefix("Bearer realm=\"acs-auth\", error=\"insufficient_claims\", claims=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap();
    assert_eq!(STANDARD.decode(encoded).unwrap(), claims.as_bytes());
}

#[tokio::test]
async fn an_identity_of_another_resource_is_409() {
    let back_end = start().await;
    assert_eq!(ask(&back_end, "POST", "/api/user").await.status, 201);
    let error = json!({"error": {"code": "IdentityNotOwned", "message": "words of others"}});
    fault(&back_end, "issue_token", 401, error);
    let response = ask(&back_end, "GET", "/api/token").await;
    assert_eq!(problem(&response), is(409, "identity_of_another_resource"));
    back_end.emulator.faults().clear();
    let error = json!({"error": {"code": "NotFound", "message": "x"}});
    fault(&back_end, "issue_token", 404, error);
    let response = ask(&back_end, "GET", "/api/token").await;
    assert_eq!(problem(&response), is(409, "identity_unusable"));
}

#[tokio::test]
async fn a_first_step_is_taken_back_when_the_second_fails() {
    let back_end = start().await;
    fault(
        &back_end,
        "create_extension",
        403,
        json!({"error": {"code": "x", "message": "y"}}),
    );
    let response = ask(&back_end, "POST", "/api/user").await;
    assert_eq!(problem(&response), is(502, "graph_credential"));
    let deleted = back_end.emulator.requests(&Filter {
        operation: Some("delete_user".into()),
        ..Filter::default()
    });
    assert_eq!(deleted.len(), 1);
}

#[tokio::test]
async fn both_headers_may_come_and_the_teams_token_does_not_matter() {
    let back_end = start().await;
    let request = back_end
        .bearer_request("POST", "/api/user", api())
        .with_header("teams-user-aad-token", back_end.mint(MintRequest::default()));
    assert_eq!(back_end.handler.handle(request).await.status, 201);
    let methods = ask(&back_end, "PUT", "/api/user").await;
    assert_eq!(methods.header("allow"), Some("GET, HEAD, POST, DELETE, OPTIONS"));
    assert_eq!(ask(&back_end, "POST", "/api/token").await.status, 405);
}

/// A regression test: the proxy was once chosen by the URL of ACS alone, so that callers' tokens for other
/// services went to a proxy in clear text.
#[tokio::test]
async fn loopback_addresses_of_entra_and_graph_are_reached_directly_whatever_acs_is() {
    const CHILD: &str = "ACS_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let info = emulator.info();
        let secret = info.api.as_ref().unwrap().client_secret.as_ref().unwrap();
        let handler = builder(&emulator)
            .connection_string("endpoint=https://acs.invalid;accesskey=a2V5")
            .graph_client_secret(&secret.0)
            .graph_base_url(&format!("{}/v1.0", info.http_url))
            .graph_mapping_keys([MAPPING_KEY])
            .build()
            .unwrap();
        let back_end = BackEnd { emulator, handler };
        let response = ask(&back_end, "GET", "/api/user").await;
        assert_eq!(problem(&response), is(404, "identity_not_mapped"));
        return;
    }
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let run = move || {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args([
            "--exact",
            "identity::loopback_addresses_of_entra_and_graph_are_reached_directly_whatever_acs_is",
        ]);
        for name in [
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
        ] {
            child.env(name, &url);
        }
        child
            .env(CHILD, "1")
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .status()
            .unwrap()
    };
    assert!(tokio::task::spawn_blocking(run).await.unwrap().success());
    assert!(proxy.accept().is_err(), "something went through the proxy");
}
