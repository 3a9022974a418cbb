//! `acs-auth emulator`: it prints the start line, serves requests and exits.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn it_prints_its_line_answers_and_ends() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args([
            "emulator",
            "--http-port",
            "0",
            "--https-port=0",
            "--until-stdin-closes",
        ])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let info: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    for member in [
        "http_url",
        "https_url",
        "ca_file",
        "connection_string",
        "authority",
    ] {
        assert!(info[member].is_string(), "{member}");
    }
    let ran = crate::run::acs_auth(&["users", "create"])
        .env(
            crate::run::CONNECTION_STRING,
            info["connection_string_http"].as_str().unwrap(),
        )
        .ran()
        .await
        .exits(0);
    assert!(ran.line().starts_with("8:acs:"));
    drop(child.stdin.take());
    assert!(child.wait().await.unwrap().success());
}
