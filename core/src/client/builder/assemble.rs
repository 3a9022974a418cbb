//! Checks the options of a client and builds it.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::HeaderValue;

use super::{CommunicationIdentityClientBuilder, CredentialSource, KeySource};
use crate::client::{CallOptions, CommunicationIdentityClient, Inner, headers};
use crate::cloud::Cloud;
use crate::connection_string::ConnectionString;
use crate::credential::{AccessKeys, AzureKeyCredential, Credential, RenewalRules, RenewedToken};
use crate::endpoint::Endpoint;
use crate::error::{Error, OptionName, Result};
use crate::pipeline::Pipeline;
use crate::protocol::{DEFAULT_API_VERSION, check_api_version};
use crate::transport::{HttpTransport, Transport};

impl KeySource {
    fn credential(&self) -> Result<Arc<AzureKeyCredential>> {
        match self {
            Self::AccessKey(key) => AzureKeyCredential::new(key.expose())
                .map(Arc::new)
                .map_err(|error| error.of_option(OptionName::AccessKey)),
            Self::Credential(credential) => Ok(Arc::clone(credential)),
        }
    }
}

impl CommunicationIdentityClientBuilder {
    /// Builds the client. It doesn't connect yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`](crate::ErrorKind::InvalidConnectionString) or
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), `target` naming the part or option.
    pub fn build(self) -> Result<CommunicationIdentityClient> {
        let (endpoint, credential) = self.identity()?;
        let api_version = self.api_version.unwrap_or_else(|| DEFAULT_API_VERSION.to_owned());
        check_api_version(&api_version)?;
        let mut user_agent = user_agent(self.application_id.as_deref())?;
        if let Some(product) = &self.user_agent {
            user_agent = headers::user_agent(product, user_agent.to_str().unwrap_or_default())
                .map_err(|why| Error::invalid_option(OptionName::UserAgent, why))?;
        }
        let headers =
            headers::read(&self.headers).map_err(|why| Error::invalid_option(OptionName::Headers, why))?;
        if self.retry.max_attempts == 0 {
            return Err(Error::invalid_option(
                OptionName::RetryPolicy,
                "max_attempts must be at least 1.",
            ));
        }
        if self.retry.attempt_timeout.is_zero() {
            return Err(Error::invalid_option(
                OptionName::RetryPolicy,
                "attempt_timeout must be greater than zero.",
            ));
        }
        let (transport, own): (Arc<dyn Transport>, _) = match self.transport {
            Some(transport) => (transport, None),
            None => {
                let own = HttpTransport::new(&self.transport_options)?;
                (Arc::new(own.clone()), Some(own))
            }
        };
        let transport = match self.wrap_transport {
            Some(wrap) => wrap(transport),
            None => transport,
        };
        let now = self.now.unwrap_or_else(|| Arc::new(SystemTime::now));
        let mut pipeline = Pipeline::new(transport, Some(credential), user_agent, now);
        #[cfg(feature = "handler")]
        {
            pipeline.own_transport = own;
        }
        #[cfg(not(feature = "handler"))]
        drop(own);
        pipeline.retry = self.retry;
        pipeline.timeout = self.timeout.unwrap_or(pipeline.timeout);
        #[cfg(feature = "redis")]
        let token_source = match &self.credential {
            Some(CredentialSource::Token(source)) => Some(Arc::clone(source)),
            Some(CredentialSource::Key(_)) | None => None,
        };
        let inner = Inner {
            cloud: self.cloud.unwrap_or_else(|| Cloud::for_endpoint(&endpoint)),
            endpoint,
            api_version,
            preview: self.preview,
            token_check: self.token_check,
            checks_token_lifetime: !self.sends_any_token_lifetime,
            headers,
            pipeline,
            #[cfg(feature = "redis")]
            token_source,
        };
        Ok(CommunicationIdentityClient {
            inner: Arc::new(inner),
            options: CallOptions::default(),
            on_response: None,
            gate: None,
        })
    }

    fn access_keys(&self, primary: Arc<AzureKeyCredential>) -> Result<Credential> {
        let secondary = self.secondary.as_ref().map(KeySource::credential).transpose();
        let secondary = secondary.map_err(|error| {
            let option = OptionName::SecondaryAccessKey;
            error.with_target(option.name()).of_option(option)
        })?;
        Ok(Credential::AccessKeys(AccessKeys::new(primary, secondary)))
    }

    fn identity(&self) -> Result<(Endpoint, Credential)> {
        let parse_endpoint = |text: &str| {
            let parsed = if self.allow_insecure_endpoint {
                Endpoint::parse_allowing_insecure(text)
            } else {
                Endpoint::parse(text)
            };
            parsed.map_err(|error| error.of_option(OptionName::Endpoint))
        };
        let parse_connection_string = if self.allow_insecure_endpoint {
            ConnectionString::parse_allowing_insecure
        } else {
            ConnectionString::parse
        };
        match (&self.connection_string, &self.endpoint, &self.credential) {
            (Some(text), None, None) => {
                let parsed = parse_connection_string(text.expose())
                    .map_err(|error| error.of_option(OptionName::ConnectionString))?;
                let key = Arc::new(parsed.access_key.into());
                Ok((parsed.endpoint, self.access_keys(key)?))
            }
            (None, Some(endpoint), Some(CredentialSource::Key(key))) => {
                Ok((parse_endpoint(endpoint)?, self.access_keys(key.credential()?)?))
            }
            (None, Some(_), Some(CredentialSource::Token(_))) if self.secondary.is_some() => {
                Err(Error::invalid_option(
                    OptionName::SecondaryAccessKey,
                    "It requires an access key or a connection string, not a token credential.",
                ))
            }
            (None, Some(endpoint), Some(CredentialSource::Token(source))) => {
                let timeout = self.timeout.unwrap_or(Pipeline::TIMEOUT);
                let token = RenewedToken::new(Arc::clone(source), RenewalRules::of_client(timeout));
                Ok((parse_endpoint(endpoint)?, Credential::Token(token)))
            }
            (Some(_), ..) => Err(Error::invalid_option(
                OptionName::ConnectionString,
                "Give a connection string, or an endpoint and a credential, not both.",
            )),
            (None, None, _) => Err(Error::invalid_option(
                OptionName::Endpoint,
                "Give a connection string or an endpoint.",
            )),
            (None, Some(_), None) => Err(Error::invalid_option(
                OptionName::Credential,
                "Give an access key or a token credential for the endpoint.",
            )),
        }
    }
}

fn user_agent(application_id: Option<&str>) -> Result<HeaderValue> {
    let refused = || {
        Error::invalid_option(
            OptionName::ApplicationId,
            "It must be 1 to 24 characters of A-Z a-z 0-9 . _ - / and nothing else.",
        )
    };
    let ours = format!(
        "acs-auth/{} Rust ({}; {})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let text = match application_id {
        None => ours,
        Some(id) => {
            let usable = id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
            if !usable || id.is_empty() || id.len() > 24 {
                return Err(refused());
            }
            format!("{id} {ours}")
        }
    };
    HeaderValue::from_str(&text).map_err(|_| refused())
}
