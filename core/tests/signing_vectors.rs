//! Each vector of `tests/vectors`, which the official SDKs produced: the intermediate strings first, then the
//! headers.
#![allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use acs_auth::{AccessKey, SignableRequest, sign_request};
use base64::Engine as _;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn check(name: &str) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let vector: serde_json::Value = serde_json::from_str(&text).unwrap();
    let field = |name: &str| vector[name].as_str().unwrap();
    let body = base64::engine::general_purpose::STANDARD
        .decode(field("body_base64"))
        .unwrap();
    let key = AccessKey::from_base64(field("access_key")).unwrap();
    let now = httpdate::parse_http_date(field("x-ms-date")).unwrap();

    let request = SignableRequest {
        method: field("method"),
        url: field("url"),
        body: &body,
    };
    let signed = sign_request(&request, &key, now).unwrap();

    assert_eq!(signed.x_ms_date(), field("x-ms-date"));
    assert_eq!(signed.x_ms_content_sha256(), field("x-ms-content-sha256"));
    assert_eq!(signed.string_to_sign(), field("string_to_sign"));
    assert_eq!(signed.authorization(), field("authorization"));
    let headers = ["x-ms-date", "x-ms-content-sha256", "authorization"].map(|name| (name, field(name)));
    assert_eq!(signed.headers(), headers);
}

macro_rules! vectors {
    ($($name:ident)+) => {
        $(#[test]
        #[allow(non_snake_case, reason = "the names are the files'")]
        fn $name() {
            check(stringify!($name));
        })+

        #[test]
        fn every_vector_has_its_test() {
            let tested: BTreeSet<String> = [$(stringify!($name)),+].map(String::from).into();
            let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
            let kept = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
            let kept: BTreeSet<String> = kept.map(|path| path.file_stem().unwrap().to_str().unwrap().into()).collect();
            assert_eq!(tested, kept);
        }
    };
}

vectors! {
    create_user_empty_body
    create_user_with_token
    exchange_teams_user
    issue_token_id_pct_encoded
    issue_token_id_raw_colons
    revoke_empty_body_raw_colons
    delete_pct_encoded
    get_no_query
    get_identity_2025_06_30
    exchange_teams_extension
    query_pct2B
    query_encoded_slash_colon
    custom_port
    key_32_bytes_single_digit_day
    put_assignment
    get_assignment
    delete_assignment
    create_user_with_custom_id
    create_user_and_token_with_custom_id
    get_user_detail
}
