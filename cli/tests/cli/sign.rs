//! `acs-auth sign`: the test vectors, and what it rejects.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::run::{Run, acs_auth, file};

const KEY: &str = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
const URL: &str = "https://contoso.communication.azure.com/identities?api-version=2023-10-01";
const DATE: &str = "Tue, 05 Nov 2024 09:08:07 GMT";

fn vectors() -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path: PathBuf| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    files.map(read).collect()
}

#[tokio::test]
async fn every_vector_has_exactly_its_four_values() {
    let vectors = vectors();
    assert!(vectors.len() >= 14, "{}", vectors.len());
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let body = STANDARD.decode(text("body_base64")).unwrap();
        let expected = json!({
            "x-ms-date": text("x-ms-date"),
            "x-ms-content-sha256": text("x-ms-content-sha256"),
            "authorization": text("authorization"),
            "string_to_sign": text("string_to_sign"),
        });
        let request = [
            "sign",
            "--method",
            text("method"),
            "--url",
            text("url"),
            "--date",
            text("x-ms-date"),
        ];
        let signed = |more: &[&str]| {
            let args: Vec<&str> = request.iter().chain(more).copied().collect();
            acs_auth(&args)
                .env("ACS_ACCESS_KEY", text("access_key"))
                .secret(text("access_key"))
        };
        let on_disk = file(&body);
        let path = on_disk.path().to_str().unwrap();
        let mut runs: Vec<Run> = vec![
            signed(&["--body-file", path]),
            signed(&["--body-file", "-"]).stdin(body.clone()),
        ];
        if body.is_empty() {
            runs.push(signed(&[]));
        }
        for run in runs {
            let ran = run.ran().await.exits(0);
            assert_eq!(ran.json(), expected, "{}", text("name"));
            assert_eq!(ran.stderr, "");
        }
    }
}

#[tokio::test]
async fn without_a_date_it_is_now() {
    let before = std::time::SystemTime::now() - std::time::Duration::from_secs(1);
    let ran = acs_auth(&["sign", "--method", "post", "--url", URL])
        .env("ACS_ACCESS_KEY", KEY)
        .ran()
        .await
        .exits(0);
    let signed = ran.json();
    let date = httpdate::parse_http_date(signed["x-ms-date"].as_str().unwrap()).unwrap();
    assert!(before <= date && date <= std::time::SystemTime::now());
    assert!(
        signed["string_to_sign"]
            .as_str()
            .unwrap()
            .starts_with("POST\n/identities?")
    );
}

#[tokio::test]
async fn what_cannot_be_understood_is_a_usage_error() {
    for args in [
        &["sign", "--method", "GET", "--url", URL, "--date", "yesterday"][..],
        &[
            "sign",
            "--method",
            "GET",
            "--url",
            URL,
            "--date",
            "2024-11-05T09:08:07Z",
        ],
        &[
            "sign",
            "--method",
            "GET",
            "--url",
            URL,
            "--date",
            "Tue, 35 Nov 2024 09:08:07 GMT",
        ],
        &["sign", "--method", "GET"],
        &["sign", "--url", URL],
        &["sign", "--method", "GET", "--url", URL, "--key", "x"],
    ] {
        let ran = acs_auth(args)
            .env("ACS_ACCESS_KEY", KEY)
            .secret(KEY)
            .ran()
            .await
            .exits(64);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn a_bad_key_request_or_file_has_its_kind() {
    let args = ["sign", "--method", "GET", "--url", URL, "--date", DATE];
    acs_auth(&args).ran().await.exits(2);
    acs_auth(&args).env("ACS_ACCESS_KEY", "").ran().await.exits(2);
    let bad = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo";
    acs_auth(&args)
        .env("ACS_ACCESS_KEY", bad)
        .secret(bad)
        .ran()
        .await
        .exits(2);
    for (method, url, body) in [
        ("GET", "/identities", "-"),
        ("GET", "https://u:p@h/", "-"),
        ("GET", "https://h/ a", "-"),
        ("G T", URL, "-"),
        ("GET", URL, "/no/such/file"),
    ] {
        let args = ["sign", "--method", method, "--url", url, "--body-file", body];
        let ran = acs_auth(&args)
            .env("ACS_ACCESS_KEY", KEY)
            .secret(KEY)
            .ran()
            .await
            .exits(1);
        assert_eq!(ran.stdout, "");
    }
}
