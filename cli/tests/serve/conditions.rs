//! The conditions under which Microsoft's authentication server sample was run, and this server's response to
//! each.
//!
//! `cargo test -p acs-auth-cli --test serve conditions -- --nocapture` shows the table. The sample's statuses were
//! measured with its unmodified Node server.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::server::{API, Answer, Mint, Served, TEAMS, TEAMS_TOKEN};

/// How the caller authenticates.
enum Bearer {
    None,
    Basic,
    Garbage,
    Good,
    Attack(&'static str),
}
use Bearer::{Attack, Basic, Garbage, Good, None as NoBearer};

/// What else differs from a good exchange.
enum And {
    Nothing,
    NoTeamsToken,
    TeamsTokenIs(&'static str),
    TeamsTokenOfAnother,
    Service(fn() -> Value),
}
use And::{NoTeamsToken, Nothing, Service, TeamsTokenIs, TeamsTokenOfAnother};

/// Condition, bearer, what else, the sample's status, our status and code.
type Row = (&'static str, Bearer, And, &'static str, u16, &'static str);

fn error(status: u16, code: &str, message: &str, target: Option<&str>) -> Value {
    let mut error = json!({"code": code, "message": message});
    if let Some(target) = target {
        error["target"] = target.into();
    }
    json!({"operation": "exchange_teams_user", "count": 10, "status": status, "json": {"error": error}})
}

fn rows() -> Vec<Row> {
    vec![
        ("no Authorization", NoBearer, Nothing, "500", 401, "unauthorized"),
        ("another scheme", Basic, Nothing, "500", 401, "unauthorized"),
        ("garbage", Garbage, Nothing, "500", 401, "unauthorized"),
        ("expired", Attack("expired"), Nothing, "500", 401, "unauthorized"),
        (
            "not yet valid",
            Attack("nbf_future"),
            Nothing,
            "500",
            401,
            "unauthorized",
        ),
        (
            "unknown key",
            Attack("kid_unknown"),
            Nothing,
            "500",
            401,
            "unauthorized",
        ),
        (
            "HS256",
            Attack("hs256_public_key_pem"),
            Nothing,
            "500",
            401,
            "unauthorized",
        ),
        (
            "alg none",
            Attack("alg_none"),
            Nothing,
            "500",
            401,
            "unauthorized",
        ),
        (
            "no kid",
            Attack("no_kid"),
            Nothing,
            "accepted",
            401,
            "unauthorized",
        ),
        (
            "wrong audience",
            Attack("wrong_aud_graph"),
            Nothing,
            "201 + token",
            401,
            "unauthorized",
        ),
        (
            "wrong issuer",
            Attack("iss_suffix"),
            Nothing,
            "201 + token",
            401,
            "unauthorized",
        ),
        (
            "wrong tenant",
            Attack("other_tenant"),
            Nothing,
            "201 + token",
            403,
            "forbidden",
        ),
        (
            "no scope",
            Attack("scp_missing"),
            Nothing,
            "403",
            403,
            "forbidden",
        ),
        (
            "scope as a part only",
            Attack("scp_substring"),
            Nothing,
            "403",
            403,
            "forbidden",
        ),
        (
            "app-only token",
            Attack("roles_only"),
            Nothing,
            "403",
            403,
            "forbidden",
        ),
        (
            "bearer without oid",
            Attack("oid_missing"),
            Nothing,
            "500",
            401,
            "unauthorized",
        ),
        (
            "no Teams token",
            Good,
            NoTeamsToken,
            "500",
            400,
            "teams_token_missing",
        ),
        (
            "Teams token no JWT",
            Good,
            TeamsTokenIs("garbage"),
            "500",
            400,
            "teams_token_malformed",
        ),
        (
            "another user's Teams token",
            Good,
            TeamsTokenOfAnother,
            "500",
            403,
            "user_mismatch",
        ),
        (
            "ACS 400 for userId",
            Good,
            Service(|| {
                let message = "Provided AAD token issued for unexpected user.";
                error(400, "ValidationError", message, Some("userId"))
            }),
            "500",
            400,
            "acs_validation",
        ),
        (
            "ACS 401, the user's token",
            Good,
            Service(|| {
                error(
                    401,
                    "InvalidAccessToken",
                    "Provided access token is not valid.",
                    None,
                )
            }),
            "500",
            401,
            "teams_token_rejected",
        ),
        (
            "ACS 401, our key",
            Good,
            Service(|| error(401, "Denied", "Denied by the resource provider.", None)),
            "500",
            502,
            "acs_credential",
        ),
        (
            "ACS 429",
            Good,
            Service(|| {
                json!({"operation": "exchange_teams_user", "count": 10, "status": 429,
                       "retry_after": {"seconds": 30}})
            }),
            "500, 4 upstream calls",
            429,
            "throttled",
        ),
    ]
}

async fn request(served: &Served, bearer: &Bearer, and: &And) -> RequestBuilder {
    let mut request = served.request(Method::POST, "/api/token/teams");
    let mint = match bearer {
        NoBearer => None,
        Basic => {
            request = request.header("authorization", "Basic YWxpY2U6c2VjcmV0");
            None
        }
        Garbage => {
            request = request.header("authorization", "Bearer garbage");
            None
        }
        Good => Some(API),
        Attack(name) => Some(Mint {
            attack: Some(name),
            ..API
        }),
    };
    if let Some(mint) = mint {
        let bearer = served.emulator.mint(mint).await;
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    match and {
        NoTeamsToken => request,
        TeamsTokenIs(text) => request.header(TEAMS_TOKEN, *text),
        TeamsTokenOfAnother => {
            let another = Mint { user: 1, ..TEAMS };
            request.header(TEAMS_TOKEN, served.emulator.mint(another).await)
        }
        Nothing | Service(_) => request.header(TEAMS_TOKEN, served.emulator.mint(TEAMS).await),
    }
}

#[tokio::test]
async fn each_condition_of_the_sample_has_the_status_that_it_deserves() {
    println!("{:28} {:22} ours", "condition", "sample");
    let mut wrong = Vec::new();
    for (condition, bearer, and, theirs, status, code) in rows() {
        // Each has its own server, since a 429 pauses the exchanges of all that follow.
        let served = Served::start().await;
        if let Service(fault) = &and {
            served.emulator.fault(fault()).await;
        }
        let answer = Answer::of(request(&served, &bearer, &and).await).await;
        println!("{condition:28} {theirs:22} {} {}", answer.status, answer.code());
        if (answer.status, answer.code()) != (status, code) {
            wrong.push(format!("{condition}: {} {}", answer.status, answer.body));
        }
        assert_eq!(answer.header("cache-control"), "no-store", "{condition}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{condition}"
        );
        assert!(answer.body["correlationId"].is_string(), "{condition}");
        let says = !answer.header("www-authenticate").is_empty();
        let of_the_bearer = ["unauthorized", "forbidden"].contains(&code);
        assert!(says || !of_the_bearer, "{condition}: no WWW-Authenticate");
        assert!(
            !answer.body.to_string().contains("Provided"),
            "upstream text: {condition}"
        );
        if status == 429 {
            assert_eq!(answer.header("retry-after"), "30");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn what_is_no_exchange_has_its_own_status() {
    let served = Served::start().await;
    for (condition, method, path, theirs, status) in [
        ("unknown path", Method::GET, "/api/elsewhere", 404, 404),
        ("wrong method", Method::PUT, "/api/token/teams", 404, 405),
        ("health", Method::GET, "/healthz", 404, 200),
    ] {
        let answer = Answer::of(served.request(method, path)).await;
        println!("{condition:28} {theirs:<22} {}", answer.status);
        assert_eq!(answer.status, status, "{condition}");
        assert!(
            !answer.body.to_string().contains("elsewhere"),
            "the path is echoed"
        );
    }
    let preflight = served
        .request(Method::OPTIONS, "/api/token/teams")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST");
    let answer = Answer::of(preflight).await;
    println!("{:28} {:22} none", "origin of anybody", "*");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
