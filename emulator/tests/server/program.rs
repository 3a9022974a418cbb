//! The program: its start line, arguments and exit.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Kills the program when dropped, even if the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acs-emulator"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn start(args: &[&str]) -> (Running, BufReader<std::process::ChildStdout>, Value) {
    let mut child = command(args).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    (running, stdout, serde_json::from_str(&line).unwrap())
}

#[test]
fn the_start_line_has_what_tools_rely_on() {
    let (mut running, mut stdout, info) = start(&["--until-stdin-closes"]);
    let text = |pointer: &str| {
        info.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer}"))
    };
    let (http, https) = (text("/http_url"), text("/https_url"));
    assert!(http.starts_with("http://localhost:") && https.starts_with("https://localhost:"));
    for (name, url) in [("/connection_string", https), ("/connection_string_http", http)] {
        let (endpoint, key) = text(name).split_once(";accesskey=").unwrap();
        assert_eq!(endpoint, format!("endpoint={url}/"));
        assert_eq!(key.len(), 88);
    }
    assert_eq!(text("/authority"), format!("{https}/{}", text("/tenant_id")));
    for pointer in [
        "/api/client_id",
        "/api/scope",
        "/spa/client_id",
        "/spa/redirect_uri",
        "/daemon/client_id",
        "/daemon/client_secret",
    ] {
        assert!(!text(pointer).is_empty(), "{pointer}");
    }
    let users = info["users"].as_array().unwrap();
    assert!(
        users.iter().any(|user| user["licensed"] == true)
            && users.iter().any(|user| user["licensed"] == false)
    );
    for name in ["username", "password", "object_id"] {
        assert!(users.iter().all(|user| user[name].is_string()), "{name}");
    }
    let ca_file = std::path::PathBuf::from(text("/ca_file"));
    assert!(
        std::fs::read_to_string(&ca_file)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );

    drop(running.0.stdin.take());
    assert!(running.0.wait().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(!ca_file.exists());
}

#[test]
fn shell_lines_follow_the_start_line() {
    let (_running, mut stdout, info) = start(&["--env", "node"]);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(
        line,
        format!(
            "export NODE_EXTRA_CA_CERTS='{}'\n",
            info["ca_file"].as_str().unwrap()
        )
    );
}

#[cfg(unix)]
#[test]
fn it_ends_on_sigterm_and_cleans_up() {
    let (mut running, _stdout, info) = start(&[]);
    let killed = Command::new("kill")
        .arg(running.0.id().to_string())
        .status()
        .unwrap();
    assert!(killed.success());
    assert!(running.0.wait().unwrap().success());
    assert!(!std::path::Path::new(info["ca_file"].as_str().unwrap()).exists());
}

#[test]
fn a_port_that_is_taken_is_named() {
    let (_running, _stdout, info) = start(&["--until-stdin-closes"]);
    let (_, port) = info["http_url"].as_str().unwrap().rsplit_once(':').unwrap();
    let output = command(&["--http-port", port]).output().unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(1), 0),
        "{output:?}"
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("cannot listen on port {port}")), "{said}");
}

#[test]
fn wrong_arguments_and_help() {
    let output = command(&["--colour"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("'--colour'"));
    let output = command(&["--version"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, concat!("acs-emulator ", env!("CARGO_PKG_VERSION"), "\n"));
    let output = command(&["--help"]).output().unwrap();
    assert!(
        output.status.success()
            && String::from_utf8(output.stdout)
                .unwrap()
                .contains("--until-stdin-closes")
    );
}

#[test]
fn seeds_keys_and_ids_can_be_given() {
    let folder = std::env::temp_dir().join(format!("acs-emulator-test-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    let (seed, key) = (folder.join("seed.json"), folder.join("key"));
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/seed.example.json"), &seed).unwrap();
    std::fs::write(&key, "a2V5IG9mIGEgdGVzdA==\n").unwrap();
    let id = "3b0e0c6e-2c41-4b0a-9a3f-1d2c3b4a5e6f";
    let (running, _stdout, info) = start(&[
        "--seed",
        seed.to_str().unwrap(),
        "--access-key-file",
        key.to_str().unwrap(),
        "--resource-id",
        id,
    ]);
    assert!(
        info["connection_string"]
            .as_str()
            .unwrap()
            .ends_with(";accesskey=a2V5IG9mIGEgdGVzdA==")
    );
    assert_eq!(info["resource_id"], id);
    drop(running);
    std::fs::write(&seed, "{}").unwrap();
    let output = command(&["--seed", seed.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    std::fs::remove_dir_all(&folder).unwrap();
}
