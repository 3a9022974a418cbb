//! No record prints a member that may be secret, whichever members are set.

use std::fmt::{Debug, Display};

use crate::client_options::{ClientOptions, Proxy};
use crate::credential::AccessTokenInfo;
use crate::endpoint::{AccessKey, ConnectionString};
use crate::exchanger::ExchangerOptions;
use crate::message::Header;
use crate::models::{AccessToken, CommunicationUserIdentifier, CommunicationUserToken};
use crate::parse::RawResponse;
use crate::prepare::{Authentication, Method, PreparedRequest, Retryable};
use crate::redis::{RedisOptions, SealingKey};
use crate::settings::{HandlerSettings, Setting, SettingValue};
use crate::signing::{SignableRequest, SignedHeaders};
use crate::user_credential::CommunicationTokenCredentialOptions;
use crate::verifier::VerifierOptions;

const SECRET: &str = "s3cr3t";
/// The secret as the numbers of its bytes.
const BYTES: &str = "115, 51, 99";
const KEY: &str = "czNjcjN0LXMzY3IzdC1zM2NyM3Qtczljcis/P9Rw8wA=";

fn text() -> Option<String> {
    Some(SECRET.to_owned())
}

fn bytes() -> Vec<u8> {
    SECRET.as_bytes().to_vec()
}

fn header() -> Header {
    Header {
        name: "authorization".into(),
        value: SECRET.into(),
    }
}

fn redis() -> RedisOptions {
    RedisOptions {
        url: format!("redis://user:{SECRET}@localhost"),
        sealing_key: SealingKey::new(KEY).unwrap(),
        previous_sealing_key: Some(SealingKey::new(KEY).unwrap()),
        username: text(),
        password: text(),
        key_prefix: None,
        root_certificates_pem: vec![bytes()],
        timeout_ms: None,
        connect_timeout_ms: None,
        breaker_max_failures: None,
        breaker_reset_timeout_ms: None,
        breaker_max_reset_timeout_ms: None,
    }
}

fn quiet(record: &(impl Debug + Display)) {
    for printed in [format!("{record:?}"), format!("{record:#?}"), record.to_string()] {
        assert!(!printed.contains(SECRET) && !printed.contains(BYTES), "{printed}");
        assert!(!printed.is_empty());
    }
}

#[test]
fn records_print_without_their_secrets() {
    let token = AccessToken {
        token: SECRET.into(),
        expires_on: 7,
    };
    quiet(&token);
    assert!(token.to_string().contains('7'), "{token}");
    quiet(&CommunicationUserToken {
        user: CommunicationUserIdentifier { id: "8:acs:a".into() },
        token,
    });
    quiet(&header());
    quiet(&RawResponse {
        status: 200,
        headers: vec![header()],
        body: bytes(),
        received_at: 0,
    });
    quiet(&PreparedRequest {
        method: Method::Post,
        url: "https://contoso.example".into(),
        headers: vec![header()],
        body: bytes(),
        authentication: Authentication::UserToken,
        retryable: Retryable::Always,
    });
    quiet(&SignableRequest {
        method: "POST".into(),
        url: "https://contoso.example".into(),
        body: bytes(),
    });
    quiet(&SignedHeaders {
        x_ms_date: String::new(),
        x_ms_content_sha256: String::new(),
        authorization: SECRET.into(),
        host: String::new(),
        target: String::new(),
        string_to_sign: String::new(),
    });
}

#[test]
fn options_print_without_their_secrets() {
    quiet(&Proxy::Url {
        url: format!("http://user:{SECRET}@forward.example"),
    });
    let proxy = || {
        Some(Proxy::Url {
            url: format!("http://user:{SECRET}@forward.example"),
        })
    };
    quiet(&AccessTokenInfo {
        token: SECRET.into(),
        expires_on: 1,
        refresh_on: None,
    });
    quiet(&ClientOptions {
        connection_string: text(),
        endpoint: text(),
        access_key: text(),
        secondary_access_key: text(),
        cloud: None,
        api_version: None,
        application_id: None,
        user_agent: None,
        headers: Some(vec![Header {
            name: "x-ticket".into(),
            value: SECRET.into(),
        }]),
        root_certificates_pem: Some(bytes()),
        client_identity_pem: Some(bytes()),
        proxy: proxy(),
        token_check: None,
        allow_insecure_endpoint: None,
        retry_policy: None,
        timeout_ms: None,
        connect_timeout_ms: None,
        http2: None,
        preview: None,
    });
    quiet(&redis());
    quiet(&ExchangerOptions {
        redis: Some(redis()),
        cache_secret: Some(bytes()),
        token_check: None,
        distributed_lock: None,
        timeout_ms: None,
        cache_bytes: None,
        max_ttl_s: None,
        negative_ttl_ms: None,
        limit: None,
        limit_burst: None,
        limit_window_ms: None,
        user_limit: None,
    });
    quiet(&CommunicationTokenCredentialOptions {
        token: text(),
        token_expires_on: None,
        scopes: None,
        client_id: None,
        user_object_id: None,
        refresh_proactively: None,
        refresh_time_before_expiry_s: None,
        timeout_ms: None,
    });
    quiet(&VerifierOptions {
        cloud: None,
        tenant_ids: Vec::new(),
        allow_any_tenant: false,
        audiences: Vec::new(),
        allowed_client_ids: Vec::new(),
        allow_any_client: false,
        required_scope: None,
        root_certificates_pem: Some(bytes()),
        proxy: proxy(),
        clock_skew_s: None,
        max_lifetime_s: None,
    });
    for value in [
        SettingValue::Text {
            text: SECRET.to_owned(),
        },
        SettingValue::Texts {
            texts: vec![SECRET.to_owned()],
        },
    ] {
        quiet(&value);
        quiet(&Setting {
            name: "connection_string".to_owned(),
            value,
        });
    }
}

#[test]
fn objects_print_their_names() {
    let parts = ConnectionString::new(&format!("endpoint=https://contoso.example;accesskey={KEY}")).unwrap();
    let toml = format!("endpoint = \"https://{SECRET}.example\"");
    for printed in [
        format!("{:?}", AccessKey::new(KEY).unwrap()),
        format!("{:?}", SealingKey::new(KEY).unwrap()),
        format!("{parts:?}"),
        format!("{:?}", HandlerSettings::from_toml(&toml)),
    ] {
        assert!(
            !printed.contains(&KEY[..8]) && !printed.contains(SECRET),
            "{printed}"
        );
    }
}
