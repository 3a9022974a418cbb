//! Runs the program in an empty environment, and captures its output and exit code.

use std::io::Write as _;
use std::process::Stdio;

use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Options};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub(crate) const CONNECTION_STRING: &str = "COMMUNICATION_SERVICES_CONNECTION_STRING";

/// A run of the program that has not started yet.
pub(crate) struct Run {
    command: Command,
    args: Vec<String>,
    stdin: Vec<u8>,
    secrets: Vec<String>,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn acs_auth(args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acs-auth"));
    command.env_clear().args(args).kill_on_drop(true);
    Run {
        command,
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        stdin: Vec::new(),
        secrets: Vec::new(),
    }
}

impl Run {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// A secret that must appear neither in the arguments nor on standard error.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Uses an emulator's resource, over TLS.
    pub(crate) fn at(self, emulator: &Emulator) -> Self {
        let connection_string = &emulator.info().connection_string.0;
        let key = connection_string.split_once("accesskey=").unwrap().1;
        self.env(CONNECTION_STRING, connection_string).secret(key)
    }

    pub(crate) async fn ran(mut self) -> Ran {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // This fails if the program closes its input without reading it.
        let _ = stdin.write_all(&self.stdin).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let ran = Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for secret in &self.secrets {
            assert!(!ran.stderr.contains(secret), "a secret on standard error");
            assert!(
                !self.args.iter().any(|arg| arg.contains(secret)),
                "a secret among the arguments"
            );
        }
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }
}

impl Ran {
    /// Fails with the whole output unless the exit code is this.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The only line of standard output.
    pub(crate) fn line(&self) -> &str {
        let line = self.stdout.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n') && !line.is_empty(), "{line}");
        line
    }

    /// The error of `--json`; fails unless it has exactly the documented members.
    pub(crate) fn error(&self) -> Value {
        let mut json = self.json();
        let error = json["error"].take();
        let mut names: Vec<&String> = error.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(
            names,
            [
                "client_request_id",
                "code",
                "kind",
                "ms_cv",
                "reason",
                "retry_after_ms",
                "status",
                "target",
                "value"
            ]
        );
        assert_eq!(error["value"], self.code);
        error
    }
}

pub(crate) async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

/// A licensed user's token of the emulator, and the ids to exchange it with.
pub(crate) struct Teams {
    pub(crate) token: String,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) ca: String,
}

pub(crate) fn teams(emulator: &Emulator, request: MintRequest) -> Teams {
    let info = emulator.info();
    Teams {
        token: emulator.mint(&request).unwrap(),
        client_id: info.spa.as_ref().unwrap().client_id.clone(),
        user_id: info.users[0].object_id.clone(),
        ca: info.ca_file.to_str().unwrap().to_owned(),
    }
}

/// A file that is deleted when the value is dropped.
pub(crate) fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}
