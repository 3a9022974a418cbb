//! The access record, and the fields that every record of a request has at any level.

use std::time::Duration;

use acs_auth::handler::Request;
use acs_emulator::Fault;
use acs_emulator::entra::MintRequest;
use tracing::Level;

use crate::log::Log;
use crate::support::{BackEnd, TEAMS, api, bad};

#[tokio::test]
async fn a_record_of_a_request_has_its_id_and_route_at_every_level() {
    let back_end = BackEnd::start().await;
    for level in [Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
        let (log, _guard) = Log::start_at(level);
        let refused = back_end.request_with(bad("tampered", api()), MintRequest::default());
        let doubtful = back_end.request_with(api(), bad("scp_partial", MintRequest::default()));
        for request in [refused, doubtful, back_end.request()] {
            let request = request.with_header("x-correlation-id", "find-me");
            back_end.handler.handle(request).await;
        }
        let events: Vec<String> = log.lines();
        assert!(events.iter().any(|line| line.starts_with("WARN")), "{level}");
        for line in events.iter().filter(|line| line.contains(" event ")) {
            assert!(
                line.contains("correlation_id=find-me") && line.contains("route=\"/api/token/teams\""),
                "{level}: {line}"
            );
        }
    }
}

#[tokio::test]
async fn each_request_has_one_access_record() {
    let back_end = BackEnd::start().await;
    let mut put = Request::new("PUT", TEAMS);
    put.headers.push(("x".into(), "y".into()));
    for (request, route, method, status, code) in [
        (back_end.request(), TEAMS, "POST", 201, None),
        (
            back_end.request_with(bad("tampered", api()), MintRequest::default()),
            TEAMS,
            "POST",
            401,
            Some("unauthorized"),
        ),
        (Request::new("GET", "/healthz"), "/healthz", "GET", 200, None),
        (
            Request::new("GET", "/secret-in-path"),
            "other",
            "GET",
            404,
            Some("not_found"),
        ),
        (
            Request::new("secret-method", TEAMS),
            TEAMS,
            "other",
            405,
            Some("method_not_allowed"),
        ),
        (put, TEAMS, "other", 405, Some("method_not_allowed")),
        (
            Request::new("GET", TEAMS).with_header("x", "y".repeat(64 * 1024)),
            TEAMS,
            "GET",
            431,
            Some("headers_too_large"),
        ),
        (Request::new("OPTIONS", TEAMS), TEAMS, "OPTIONS", 204, None),
    ] {
        let (log, _guard) = Log::start_at(Level::INFO);
        let answer = back_end
            .handler
            .handle(request.with_header("x-correlation-id", "find-me"))
            .await;
        assert_eq!(answer.status, status);
        let [record] = &log.events("request_completed")[..] else {
            panic!("{:?}", log.lines());
        };
        let code = code.map_or(String::new(), |code| format!(" code={code:?}"));
        for part in [
            "INFO event ",
            " target=acs_auth::handler::access ",
            &format!(" method={method:?} status={status}{code} "),
            " total_ms=",
            &format!(" in request route={route:?} correlation_id=find-me"),
        ] {
            assert!(record.contains(part), "{part}: {record}");
        }
        assert!(!record.contains("secret"), "{record}");
        assert_eq!(record.contains(" exchange_ms="), status == 201, "{record}");
        assert_eq!(
            record.contains(" verify_ms="),
            [201, 401].contains(&status),
            "{record}"
        );
    }
}

#[tokio::test]
async fn a_caller_that_leaves_has_its_record_too() {
    let back_end = BackEnd::start().await;
    back_end.fault(Fault {
        latency_ms: 60_000,
        ..Fault::default()
    });
    let (log, _guard) = Log::start_at(Level::INFO);
    let exchange_begins = async {
        while back_end.exchanges() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        response = back_end.handler.handle(back_end.request()) => panic!("{response:?}"),
        () = exchange_begins => {}
    }
    let [record] = &log.events("request_completed")[..] else {
        panic!("{:?}", log.lines());
    };
    assert!(
        record.contains(" total_ms=") && !record.contains(" status="),
        "{record}"
    );
    assert!(record.contains(" exchange_ms="), "what it waited for: {record}");
}

#[tokio::test]
async fn the_record_says_what_an_exchange_cost() {
    let back_end = BackEnd::start().await;
    let (log, _guard) = Log::start_at(Level::INFO);
    let request = back_end.request();
    back_end.handler.handle(request.clone()).await;
    back_end.handler.handle(request).await;
    back_end.fault(Fault {
        status: Some(500),
        ..Fault::default()
    });
    back_end.handler.handle(back_end.request()).await;
    let records = log.events("request_completed");
    for (record, part) in records.iter().zip([
        " status=201 cache=\"miss\" attempts=1 ",
        " status=201 cache=\"hit\" attempts=0 ",
        " status=502 code=\"upstream\" cache=\"miss\" attempts=3 ",
    ]) {
        assert!(record.contains(part), "{part}: {record}");
    }
}
