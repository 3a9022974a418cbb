//! Access keys that are replaced together with other settings, and while Entra cannot be reached: a revoked key must not
//! stay in use.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::server::{API, Answer, Control, Program, TEAMS, TEAMS_TOKEN};

/// A server whose configuration file changes, and the emulator that it works with.
struct Rotating {
    control: Control,
    program: Program,
    config: PathBuf,
    bearer: String,
    _emulator: Program,
    _folder: tempfile::TempDir,
}

impl Rotating {
    /// Starts a server with these settings, which has fetched Entra's keys.
    async fn start(settings: impl Fn(&Control) -> String) -> Self {
        let emulator = Program::start(&["emulator", "--http-port", "0", "--https-port", "0"], &[]).await;
        let control = Control::new(emulator.said.clone());
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("serve.toml");
        std::fs::write(&config, settings(&control)).unwrap();
        let mut env = control.settings();
        env.retain(|(name, _)| *name != "ACS_AUTH_CONNECTION_STRING");
        let options = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--reload-interval",
            "0.1",
            "--endpoint-ca",
            control.text("/ca_file"),
            "--config",
            config.to_str().unwrap(),
        ];
        let program = Program::start(&options, &env).await;
        let bearer = control.mint(API).await;
        let rotating = Self {
            control,
            program,
            config,
            bearer,
            _emulator: emulator,
            _folder: folder,
        };
        let url = format!("{}/healthz", rotating.program.text("/url"));
        assert_eq!(Answer::of(crate::server::http().get(url)).await.status, 200);
        rotating
    }

    /// Writes the file in one step, so that no reload sees a part of it.
    fn write(&self, settings: &str) {
        let whole = self.config.with_extension("new");
        std::fs::write(&whole, settings).unwrap();
        std::fs::rename(whole, &self.config).unwrap();
    }

    /// Exchanges a new Teams token, and returns the response's status and code.
    async fn exchange(&self) -> (u16, String) {
        let teams = self.control.mint(TEAMS).await;
        let answer = Answer::of(
            crate::server::http()
                .post(format!("{}/api/token/teams", self.program.text("/url")))
                .header("authorization", format!("Bearer {}", self.bearer))
                .header(TEAMS_TOKEN, &teams),
        )
        .await;
        (answer.status, answer.code().to_owned())
    }

    async fn allows(&self, origin: &str) -> bool {
        let token_check = crate::server::http()
            .request(
                Method::OPTIONS,
                format!("{}/api/token/teams", self.program.text("/url")),
            )
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        Answer::of(token_check).await.status == 204
    }

    /// Makes Entra's metadata and keys unavailable by this fault.
    async fn entra_goes(&self, way: &Value) {
        for operation in ["openid_configuration", "keys"] {
            let mut fault = json!({"operation": operation, "count": 100_000});
            fault
                .as_object_mut()
                .unwrap()
                .extend(way.as_object().unwrap().clone());
            self.control.fault(fault).await;
        }
    }

    async fn entra_comes_back(&self) {
        self.control.call(Method::DELETE, "/faults", None).await;
    }

    async fn regenerate(&self, which: &str) -> String {
        let keys = self
            .control
            .call(Method::POST, "/access-keys", Some(json!({"regenerate": which})))
            .await;
        keys[which].as_str().unwrap().to_owned()
    }

    /// The number of records that contain all of these parts.
    fn records(&self, parts: &[&str]) -> usize {
        let has_all = |line: &String| parts.iter().all(|part| line.contains(part));
        self.program.log().iter().filter(|line| has_all(line)).count()
    }

    /// Waits until this many records contain all of these parts.
    async fn logged(&self, count: usize, parts: &[&str]) {
        for _ in 0..3000 {
            if self.records(parts) >= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!(
            "{parts:?} is not {count} times in the log: {:#?}",
            self.program.log()
        );
    }
}

fn primary(control: &Control) -> String {
    control.text("/connection_string").to_owned()
}

/// The connection string with another key.
fn with_key(control: &Control, key: &str) -> String {
    let (before, _) = control
        .text("/connection_string")
        .split_once("accesskey=")
        .unwrap();
    format!("{before}accesskey={key}")
}

fn toml(connection_string: &str, origin: &str) -> String {
    format!("connection_string = \"{connection_string}\"\ncors_origins = [\"https://{origin}.example\"]\n")
}

fn denied() -> (u16, String) {
    (502, "acs_credential".to_owned())
}

fn exchanged() -> (u16, String) {
    (201, String::new())
}

const ACCESS_KEYS: &[&str] = &["reloaded", "access_keys"];
const SETTINGS: &[&str] = &["reloaded", "what=\"settings\""];
const POSTPONED: &[&str] = &["reload_failed", "settings", "keys"];

async fn rotates_with_another_setting(way: Value) {
    let rotating = Rotating::start(|control| toml(&primary(control), "one")).await;
    assert_eq!(rotating.exchange().await, exchanged());
    rotating.entra_goes(&way).await;
    let new = rotating.regenerate("primary").await;
    assert_eq!(rotating.exchange().await, denied(), "the former key is revoked");
    rotating.write(&toml(&with_key(&rotating.control, &new), "two"));
    rotating.logged(1, ACCESS_KEYS).await;
    assert_eq!(rotating.exchange().await, exchanged());
    rotating.logged(1, POSTPONED).await;
    assert!(rotating.allows("https://one.example").await);
    assert!(!rotating.allows("https://two.example").await);

    rotating.entra_comes_back().await;
    rotating.logged(1, SETTINGS).await;
    assert!(rotating.allows("https://two.example").await);
    assert_eq!(rotating.exchange().await, exchanged());
    assert_eq!(rotating.records(ACCESS_KEYS), 1, "they were replaced once");
    assert_eq!(rotating.records(POSTPONED), 1, "it was said once");
    assert!(!rotating.program.log().join("\n").contains(&new));
}

#[tokio::test]
async fn a_key_rotated_with_another_setting_is_used_while_entra_is_away() {
    rotates_with_another_setting(json!({"status": 503})).await;
}

#[tokio::test]
async fn a_key_rotated_with_another_setting_is_used_while_entra_hangs() {
    rotates_with_another_setting(json!({"latency_ms": 600_000})).await;
}

#[tokio::test]
async fn a_removed_secondary_key_is_used_no_more() {
    let with_secondary = |control: &Control| {
        let secondary = control.text("/secondary_access_key");
        let settings = toml(&primary(control), "one");
        format!("{settings}secondary_access_key = \"{secondary}\"\n")
    };
    for origin in ["one", "two"] {
        let rotating = Rotating::start(with_secondary).await;
        rotating.entra_goes(&json!({"status": 503})).await;
        rotating.regenerate("primary").await;
        assert_eq!(rotating.exchange().await, exchanged(), "by the secondary key");
        rotating.write(&toml(&primary(&rotating.control), origin));
        rotating.logged(1, ACCESS_KEYS).await;
        let before = rotating.control.exchanges().await.len();
        assert_eq!(rotating.exchange().await, denied());
        let attempts = rotating.control.exchanges().await.len() - before;
        assert_eq!(attempts, 1, "by the primary key alone");
    }
}

#[tokio::test]
async fn of_several_reloads_in_a_row_the_last_counts() {
    let rotating = Rotating::start(|control| toml(&primary(control), "one")).await;
    let right = primary(&rotating.control);
    let wrong = with_key(&rotating.control, "d3Jvbmcga2V5");
    rotating.entra_goes(&json!({"status": 503})).await;

    rotating.write(&toml(&wrong, "two"));
    rotating.logged(1, ACCESS_KEYS).await;
    assert_eq!(rotating.exchange().await, denied());
    // The same contents as at the start still change the keys that are in use.
    rotating.write(&toml(&right, "one"));
    rotating.logged(2, ACCESS_KEYS).await;
    assert_eq!(rotating.exchange().await, exchanged());
    for (round, (connection_string, outcome)) in [(&wrong, denied()), (&right, exchanged())]
        .into_iter()
        .enumerate()
    {
        rotating.write(&toml(connection_string, &format!("of{round}")));
        rotating.logged(3 + round, ACCESS_KEYS).await;
        assert_eq!(rotating.exchange().await, outcome);
    }
    assert!(rotating.allows("https://one.example").await);

    rotating.entra_comes_back().await;
    rotating.logged(1, SETTINGS).await;
    assert!(rotating.allows("https://of1.example").await);
    assert_eq!(rotating.exchange().await, exchanged());
}

#[tokio::test]
async fn a_file_that_cannot_be_used_changes_nothing_and_says_so() {
    let rotating = Rotating::start(|control| toml(&primary(control), "one")).await;
    let wrong = with_key(&rotating.control, "d3Jvbmcga2V5");
    let bad = [
        (toml(&wrong, "a path/"), "cors_origins"),
        (toml("endpoint=https://a.example", "one"), "connection_string"),
        (
            toml(&with_key(&rotating.control, "*"), "one"),
            "connection_string",
        ),
        ("connection_string = ".to_owned(), "toml"),
        (
            format!("{}secondary_access_key = \"*\"", toml(&wrong, "one")),
            "secondary_access_key",
        ),
    ];
    for (text, named) in bad {
        let failed = ["reload_failed", "settings", named];
        let before = rotating.records(&failed);
        rotating.write(&text);
        rotating.logged(before + 1, &failed).await;
        assert_eq!(rotating.exchange().await, exchanged(), "{text}");
        assert!(rotating.allows("https://one.example").await, "{text}");
    }
    std::fs::remove_file(&rotating.config).unwrap();
    rotating.logged(1, &["reload_failed", "cannot be read"]).await;
    assert_eq!(rotating.exchange().await, exchanged());
    rotating.write(&toml(&primary(&rotating.control), "two"));
    rotating.logged(1, SETTINGS).await;
    assert!(rotating.allows("https://two.example").await);
}
