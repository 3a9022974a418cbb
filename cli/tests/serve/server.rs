//! The programs that a test runs: `acs-auth serve` and `acs-auth emulator`, as their users start them.

use std::ffi::OsStr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

pub(crate) const TEAMS_TOKEN: &str = "teams-user-aad-token";

const SERVE: [&str; 4] = ["serve", "--emulator", "--listen", "127.0.0.1:0"];

/// What `acs-auth serve --emulator` with these options prints on standard error when it refuses to start.
pub(crate) async fn refusal<V: AsRef<OsStr>>(options: &[&str], env: &[(&str, V)]) -> String {
    let ended = Command::new(env!("CARGO_BIN_EXE_acs-auth"))
        .args(SERVE)
        .args(options)
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, value)))
        .kill_on_drop(true)
        .output();
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    let ended = ended.expect("it ends").unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success(), "{said}");
    said
}

/// A program that has printed its first line; it is killed when dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) said: Value,
    log: Arc<Mutex<Vec<String>>>,
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) async fn start(args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_acs-auth")).args(args), env).await
    }

    /// `acs-auth serve --emulator` with more options.
    pub(crate) async fn serve(options: &[&str], env: &[(&str, &str)]) -> Self {
        Self::start(&[&SERVE, options].concat(), env).await
    }

    /// Like [`Self::serve`], with this descriptor limit.
    pub(crate) async fn serve_with_descriptors(descriptors: usize, options: &[&str]) -> Self {
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--nofile={descriptors}:{descriptors}"))
            .arg(env!("CARGO_BIN_EXE_acs-auth"))
            .args(SERVE)
            .args(options);
        Self::of(&mut command, &[]).await
    }

    async fn of(command: &mut Command, env: &[(&str, &str)]) -> Self {
        let mut child = command
            .env_clear()
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(line) = stdout.next_line().await.unwrap() else {
            let mut problem = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut problem).await;
            panic!("{command:?} said nothing but: {problem}");
        };
        // Read continuously, so that the program never blocks on its log.
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let lines = log.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = stderr.next_line().await {
                lines.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            said: serde_json::from_str(&line).unwrap(),
            log,
            _stdout: stdout,
        }
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Waits for a record that contains all of these parts, and returns it.
    pub(crate) async fn logged(&self, parts: &[&str]) -> String {
        for _ in 0..1000 {
            let found = self
                .log()
                .into_iter()
                .find(|line| parts.iter().all(|part| line.contains(part)));
            if let Some(line) = found {
                return line;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{parts:?} is not in the log: {:#?}", self.log());
    }

    pub(crate) fn pid(&self) -> String {
        self.child.id().unwrap().to_string()
    }

    /// Sends a signal by its name.
    pub(crate) async fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.pid()])
            .status()
            .await;
        assert!(status.unwrap().success());
    }

    /// The host and port that it listens on.
    pub(crate) fn address(&self) -> String {
        let (_, address) = self.text("/url").split_once("://").unwrap();
        address.to_owned()
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.said.pointer(pointer).and_then(Value::as_str).unwrap()
    }
}

/// An emulator's control API.
#[derive(Clone)]
pub(crate) struct Control {
    info: Value,
    http: reqwest::Client,
}

/// A token to mint.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mint<'a> {
    pub(crate) kind: &'a str,
    pub(crate) user: usize,
    pub(crate) attack: Option<&'a str>,
}

pub(crate) const TEAMS: Mint<'static> = Mint {
    kind: "teams",
    user: 0,
    attack: None,
};
pub(crate) const API: Mint<'static> = Mint { kind: "api", ..TEAMS };

impl Control {
    pub(crate) fn new(info: Value) -> Self {
        Self { info, http: http() }
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.info.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// The environment that makes a server use this emulator.
    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("ACS_AUTH_CONNECTION_STRING", self.text("/connection_string")),
            ("ACS_AUTH_AUTHORITY", self.text("/https_url")),
            ("ACS_AUTH_TENANT_IDS", self.text("/tenant_id")),
            ("ACS_AUTH_API_CLIENT_ID", self.text("/api/client_id")),
            ("ACS_AUTH_TEAMS_CLIENT_IDS", self.text("/spa/client_id")),
        ]
    }

    pub(crate) async fn mint(&self, mint: Mint<'_>) -> String {
        let mut query = vec![
            ("kind", mint.kind),
            ("user", self.text(&format!("/users/{}/username", mint.user))),
            ("client_id", self.text("/spa/client_id")),
        ];
        query.extend(mint.attack.map(|name| ("attack", name)));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let answer = self.call(Method::GET, &format!("/mint?{query}"), None).await;
        answer["token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/_emulator{path}", self.text("/http_url"));
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null)
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.call(Method::POST, "/faults", Some(fault)).await;
    }

    /// The exchanges that reached the emulator, oldest first.
    pub(crate) async fn exchanges(&self) -> Vec<Value> {
        let answer = self
            .call(Method::GET, "/requests?operation=exchange_teams_user", None)
            .await;
        answer["requests"].as_array().unwrap().clone()
    }
}

/// A server and the emulator that it works with.
pub(crate) struct Served {
    pub(crate) program: Program,
    pub(crate) emulator: Control,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
}

impl Served {
    /// `acs-auth serve --emulator`, with more settings from the environment.
    pub(crate) async fn with(env: &[(&str, &str)]) -> Self {
        Self::of(Program::serve(&[], env).await)
    }

    pub(crate) fn of(program: Program) -> Self {
        let emulator = Control::new(program.said["emulator"].clone());
        Self {
            url: program.text("/url").to_owned(),
            emulator,
            http: http(),
            program,
        }
    }

    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// `POST /api/token/teams` with these two tokens.
    pub(crate) fn exchange(&self, bearer: &str, teams: &str) -> RequestBuilder {
        self.request(Method::POST, "/api/token/teams")
            .header("authorization", format!("Bearer {bearer}"))
            .header(TEAMS_TOKEN, teams)
    }
}

pub(crate) fn http() -> reqwest::Client {
    // It fails if a provider is already installed, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

/// A response: its status, its headers and its JSON body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Self {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
