//! The lower bound for the endpoint: axum answers every request with 201 and a body of the usual size. It prints its address as JSON and ends when
//! its input is closed.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot run is meant to stop, and the address is its output"
)]

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::post;
use tokio::io::AsyncReadExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let body = format!(
        r#"{{"token":"{}","expiresOn":"2099-01-15T09:00:00+00:00"}}"#,
        "x".repeat(1024)
    );
    let answer = move || {
        let body = body.clone();
        let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
        async move { (StatusCode::CREATED, headers, body) }
    };
    let router = Router::new().route("/api/token/teams", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!(
        "{}",
        serde_json::json!({"url": format!("http://{}", listener.local_addr().unwrap())})
    );
    let (mut standard_input, mut input) = (tokio::io::stdin(), Vec::new());
    tokio::select! {
        ended = axum::serve(listener, router) => ended.unwrap(),
        _ = standard_input.read_to_end(&mut input) => {}
    }
}
