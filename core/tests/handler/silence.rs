//! What is logged, and what must be neither in the log nor in any response.

use acs_emulator::Fault;
use acs_emulator::entra::{Attack, MintRequest};
use serde_json::json;

use crate::log::Log;
use crate::support::{BackEnd, api, bad, json as body};

#[tokio::test]
async fn the_log_says_which_check_failed_and_for_which_request() {
    let back_end = BackEnd::start().await;
    let (log, _guard) = Log::start();
    let request = back_end
        .request_with(bad("tampered", api()), MintRequest::default())
        .with_header("x-correlation-id", "find-me");
    back_end.handler.handle(request).await;
    let [refused] = &log.events("bearer_rejected")[..] else {
        panic!("{:?}", log.lines());
    };
    assert!(refused.contains("check=\"signature\""), "{refused}");
    back_end
        .handler
        .handle(back_end.request_with(api(), bad("scp_partial", MintRequest::default())))
        .await;
    assert!(log.events("teams_token_rejected")[0].contains("check=\"scopes\""));

    back_end.fault(Fault {
        status: Some(500),
        ..Fault::default()
    });
    back_end.handler.handle(back_end.request()).await;
    assert!(log.events("exchange_failed")[0].contains("status=500"));
}

#[tokio::test]
async fn no_token_and_no_text_of_others_comes_out() {
    let back_end = BackEnd::start().await;
    let (log, _guard) = Log::start();
    let mut secrets = vec![access_key(&back_end)];
    let mut answers = Vec::new();
    for attack in Attack::ALL.iter().map(|attack| attack.name()) {
        for request in [
            back_end.request_with(bad(attack, api()), MintRequest::default()),
            back_end.request_with(api(), bad(attack, MintRequest::default())),
        ] {
            secrets.extend(
                request
                    .headers
                    .iter()
                    .map(|(_, value)| value.replace("Bearer ", "")),
            );
            let response = back_end.handler.handle(request).await;
            if response.status == 201 {
                secrets.push(body(&response)["token"].as_str().unwrap().to_owned());
            } else {
                answers.push(response);
            }
        }
    }
    let request = back_end.request();
    let echoed = request.headers[1].1.clone();
    for (status, text) in [
        (400, "ValidationError"),
        (401, "InvalidAccessToken"),
        (500, "x"),
        (429, "x"),
    ] {
        back_end.emulator.faults().clear();
        back_end.fault(Fault {
            status: Some(status),
            json: Some(json!({"error": {"code": text, "message": format!("words of others {echoed}")}})),
            ..Fault::default()
        });
        answers.push(back_end.handler.handle(request.clone()).await);
    }
    secrets.push(echoed);
    let shown = log.lines().join("\n");
    assert!(shown.contains("request_completed"));
    let mut all = vec![shown];
    all.extend(answers.iter().map(|answer| {
        let headers: Vec<String> = answer
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        format!(
            "{}\n{}",
            headers.join("\n"),
            String::from_utf8_lossy(&answer.body)
        )
    }));
    for text in all {
        assert!(!text.contains("words of others"), "{text}");
        for secret in &secrets {
            // Neither the whole secret nor the signature of a JWT, without which the JWT is useless.
            let signature = secret.rsplit('.').next().filter(|part| part.len() > 20);
            assert!(!text.contains(secret.as_str()));
            assert!(signature.is_none_or(|signature| !text.contains(signature)));
        }
    }
}

fn access_key(back_end: &BackEnd) -> String {
    let text = &back_end.emulator.info().connection_string.0;
    text.split_once("accesskey=").unwrap().1.to_owned()
}
