//! The client under test, made from a case's options.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use acs_auth::entra::Preflight;
use acs_auth::transport::BoxFuture;
use acs_auth::{AccessToken, CommunicationIdentityClient, Result, RetryPolicy, Secret, TokenCredential};
use acs_conformance::Scope;
use acs_conformance::case::{self, ClientOptions, Protocol};

use crate::emulator::Control;

/// Gives the same token each time and notes what it is asked for.
#[derive(Debug)]
pub(crate) struct Credential {
    token: Secret,
    expires_in: Duration,
    pub(crate) asked: Mutex<Vec<Vec<String>>>,
}

impl TokenCredential for Credential {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.asked.lock().unwrap().push(scopes);
        let token = AccessToken {
            token: self.token.clone(),
            expires_on: SystemTime::now() + self.expires_in,
        };
        Box::pin(std::future::ready(Ok(token)))
    }
}

pub(crate) struct Client {
    pub(crate) client: CommunicationIdentityClient,
    pub(crate) credential: Option<Arc<Credential>>,
}

/// Makes the client: the outer error is the case's, the inner one the library's.
pub(crate) fn make(
    options: &ClientOptions,
    scope: &Scope,
    control: &Control,
) -> std::result::Result<Result<Client>, String> {
    let (url, connection_string) = match options.transport {
        Protocol::Http => ("http_url", "connection_string_http"),
        Protocol::Https => ("https_url", "connection_string"),
    };
    let text = |name: &str| {
        control.info[name]
            .as_str()
            .map(str::to_owned)
            .ok_or("a short start line")
    };
    let mut builder = CommunicationIdentityClient::builder();
    let mut credential = None;
    if let Some(given) = &options.token_credential {
        let made = Arc::new(Credential {
            token: scope.text(&given.token)?.into(),
            expires_in: Duration::from_secs(given.expires_in_s),
            asked: Mutex::default(),
        });
        credential = Some(Arc::clone(&made));
        builder = builder.endpoint(text(url)?).token_credential(made);
    } else if let Some(given) = &options.connection_string {
        builder = builder.connection_string(&scope.text(given)?);
    } else {
        builder = builder.connection_string(&text(connection_string)?);
    }
    if let Some(key) = &options.secondary_access_key {
        builder = builder.secondary_access_key(&scope.text(key)?);
    }
    if options.trust_ca.unwrap_or(true) {
        builder = builder.root_certificates_pem(std::fs::read(text("ca_file")?).map_err(|e| e.to_string())?);
    }
    if let Some(allow) = options.allow_insecure_endpoint {
        builder = builder.allow_insecure_endpoint(allow);
    }
    if let Some(version) = &options.api_version {
        builder = builder.api_version(version);
    }
    if let Some(id) = &options.application_id {
        builder = builder.application_id(id);
    }
    if let Some(preflight) = options.preflight {
        builder = builder.preflight(match preflight {
            case::Preflight::Off => Preflight::Off,
            case::Preflight::Warn => Preflight::Warn,
            case::Preflight::Enforce => Preflight::Enforce,
        });
    }
    if let Some(timeout) = options.timeout_ms {
        builder = builder.timeout(Duration::from_millis(timeout));
    }
    if let Some(max_attempts) = options.max_attempts {
        builder = builder.retry_policy(RetryPolicy {
            max_attempts,
            ..RetryPolicy::default()
        });
    }
    Ok(builder.build().map(|client| Client { client, credential }))
}
