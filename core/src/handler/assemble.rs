//! Builds a handler from settings. Errors name the setting.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::builder::TokenExchangeHandlerBuilder;
use super::cors::Cors;
use super::known::KnownPairs;
use super::settings::{HandlerSettings, Key};
use super::teams_token::TeamsTokenRules;
use super::{Inner, TokenExchangeHandler, blame, fleet};
use crate::cache::Limits;
use crate::client::CommunicationIdentityClient;
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::entra::TokenCheck;
use crate::entra::guid::is_guid;
use crate::entra::verify::TokenVerifier;
use crate::error::Result;
use crate::exchange::TeamsTokenExchanger;
use crate::graph::{GraphSettings, IdentityLimits, IdentityMapping, IdentityRates, MappingKey, MappingKeys};
use crate::models::CommunicationTokenScope;
use crate::pipeline::RetryPolicy;
use crate::single_flight::SingleFlight;
use crate::transport::TransportOptions;

const DEFAULT_SCOPE: &str = "access_as_user";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

impl TokenExchangeHandlerBuilder {
    /// Builds the handler's parts, each from its settings.
    pub(super) fn assemble(&self, settings: &HandlerSettings) -> Result<TokenExchangeHandler> {
        let now: Now = self.now.clone().unwrap_or_else(|| Arc::new(SystemTime::now));
        let required_scope = settings
            .text(Key::RequiredScope)
            .unwrap_or(DEFAULT_SCOPE)
            .to_owned();
        let (client, cloud) = self.client(settings, &now)?;
        let verifier = self.verifier(settings, &cloud, &required_scope, &now)?;
        let exchanger = self.exchanger(settings, client.clone(), &now)?;
        let mapping = mapping(settings, client, &cloud, &exchanger)?;
        let rules = TeamsTokenRules {
            client_ids: guids(settings, Key::TeamsClientIds)?,
            token_check: token_check(settings)?,
            cloud,
        };
        let origins = settings.list(Key::CorsOrigins).unwrap_or_default();
        let cors = Cors::new(origins.into_iter().map(str::to_owned).collect())
            .map_err(|why| settings.refuse(Key::CorsOrigins, why))?;
        Ok(TokenExchangeHandler {
            inner: Arc::new(Inner {
                verifier,
                readiness: SingleFlight::default(),
                exchanger,
                mapping,
                rules,
                known: KnownPairs::new(),
                required_scope,
                teams_extension: settings.flag(Key::TeamsExtension).unwrap_or(false),
                cors,
                timeout: settings.millis(Key::TimeoutMs)?.unwrap_or(DEFAULT_TIMEOUT),
                observer: self.observer.clone(),
                now,
            }),
        })
    }

    /// The client of ACS, and the cloud.
    fn client(&self, settings: &HandlerSettings, now: &Now) -> Result<(CommunicationIdentityClient, Cloud)> {
        let clock = Arc::clone(now);
        let mut builder = CommunicationIdentityClient::builder()
            .clock(move || clock())
            .allow_insecure_endpoint(settings.flag(Key::AllowInsecureEndpoint).unwrap_or(false))
            // The handler checks the token itself, before the exchange.
            .token_check(TokenCheck::Off);
        if settings.has(Key::Endpoint) && !settings.has(Key::ConnectionString) {
            builder = builder.endpoint(settings.required_text(Key::Endpoint)?);
            builder = match (&self.token_credential, &self.key_credential) {
                (Some(credential), None) => builder.token_credential(Arc::clone(credential)),
                (None, Some(credential)) => builder.key_credential(Arc::clone(credential)),
                (Some(_), Some(_)) => {
                    let why = "Give the builder's token_credential or its key_credential, not both.";
                    return Err(settings.refuse(Key::Endpoint, why));
                }
                (None, None) => {
                    let why = "It needs the builder's token_credential or key_credential; or set a connection string.";
                    return Err(settings.refuse(Key::Endpoint, why));
                }
            };
        } else {
            if self.key_credential.is_some() && settings.has(Key::ConnectionString) {
                let why = "It holds an access key: give it or the builder's key_credential with an endpoint, not both.";
                return Err(settings.refuse(Key::ConnectionString, why));
            }
            builder = builder.connection_string(settings.required_text(Key::ConnectionString)?);
        }
        if let Some(key) = settings.text(Key::AccessKeySecondary) {
            builder = builder.secondary_access_key(key);
        }
        if let Some(timeout) = settings.millis(Key::ServiceTimeoutMs)? {
            builder = builder.timeout(timeout);
        }
        if let Some(timeout) = settings.millis(Key::ConnectTimeoutMs)? {
            builder = builder.connect_timeout(timeout);
        }
        if let Some(timeout) = settings.millis(Key::AttemptTimeoutMs)? {
            builder = builder.retry_policy(RetryPolicy {
                attempt_timeout: timeout,
                ..RetryPolicy::default()
            });
        }
        builder = builder.http2(settings.flag(Key::Http2).unwrap_or(false));
        if let Some(pem) = settings.text(Key::RootCertificates) {
            builder = builder.root_certificates_pem(pem);
        }
        if let Some(transport) = &self.transport {
            builder = builder.transport(Arc::clone(transport));
        }
        let client = builder
            .build()
            .map_err(|error| blame::setting_of(settings, error))?;
        let cloud = match &self.cloud {
            Some(cloud) => cloud.clone(),
            None => cloud(settings, client.endpoint())?,
        };
        Ok((client, cloud))
    }

    fn exchanger(
        &self,
        settings: &HandlerSettings,
        client: CommunicationIdentityClient,
        now: &Now,
    ) -> Result<TeamsTokenExchanger> {
        let clock = Arc::clone(now);
        let mut builder = TeamsTokenExchanger::builder(client)
            .clock(move || clock())
            // The handler checks the token itself, before the exchange.
            .token_check(TokenCheck::Off);
        if let Some(timeout) = settings.millis(Key::ServiceTimeoutMs)? {
            builder = builder.timeout(timeout);
        }
        if let Some(bytes) = settings.number(Key::CacheBytes) {
            builder = builder.cache_bytes(bytes);
        }
        if let Some(limit) = settings.number(Key::LimitExchanges) {
            builder = builder.limit(u32::try_from(limit).unwrap_or(u32::MAX));
        }
        if let Some(window) = settings.millis(Key::LimitWindowMs)? {
            builder = builder.limit_window(window);
        }
        if let Some(limit) = settings.number(Key::LimitPerUser) {
            builder = builder.user_limit(u32::try_from(limit).unwrap_or(u32::MAX));
        }
        if let Some(observer) = &self.observer {
            builder = builder.observer(Arc::clone(observer));
        }
        let builder = fleet::share(settings, builder, self.token_credential.as_ref())?;
        builder
            .build()
            .map_err(|error| blame::setting_of(settings, error))
    }

    fn verifier(
        &self,
        settings: &HandlerSettings,
        cloud: &Cloud,
        required_scope: &str,
        now: &Now,
    ) -> Result<TokenVerifier> {
        let clock = Arc::clone(now);
        let connect_timeout = settings
            .millis(Key::ConnectTimeoutMs)?
            .unwrap_or(TransportOptions::default().connect_timeout);
        let mut builder = TokenVerifier::builder()
            .cloud(cloud.clone())
            .required_scope(required_scope)
            .clock(move || clock());
        for tenant in guids(settings, Key::TenantIds)? {
            builder = builder.tenant_id(tenant);
        }
        for client in guids(settings, blame::allowed_client_ids(settings))? {
            builder = builder.allowed_client_id(client);
        }
        if settings.has(Key::Audiences) {
            for audience in settings.required_list(Key::Audiences)? {
                builder = builder.audience(audience);
            }
        } else {
            let id = api_client_id(settings)?;
            builder = builder.audience(id).audience(format!("api://{id}"));
        }
        if let Some(pem) = settings.text(Key::RootCertificates) {
            builder = builder.root_certificates_pem(pem);
        }
        builder = builder.connections(connect_timeout, settings.flag(Key::Http2).unwrap_or(false));
        if let Some(transport) = &self.transport {
            builder = builder.transport(Arc::clone(transport));
        }
        builder
            .build()
            .map_err(|error| blame::setting_of(settings, error))
    }
}

/// Builds the identity mapping, if there is a client secret for calling Microsoft Graph.
fn mapping(
    settings: &HandlerSettings,
    client: CommunicationIdentityClient,
    cloud: &Cloud,
    exchanger: &TeamsTokenExchanger,
) -> Result<Option<IdentityMapping>> {
    let Some(secret) = settings.text(Key::GraphClientSecret) else {
        return Ok(None);
    };
    let keys = mapping_keys(settings)?;
    let limits = IdentityLimits::new(&identity_rates(settings)?, exchanger);
    let mut graph = GraphSettings::new(
        api_client_id(settings)?,
        secret.into(),
        keys,
        cloud.clone(),
        limits,
    );
    graph.tokens = exchanger.identity_tokens();
    graph.extension_name = settings.text(Key::GraphExtensionName).map(str::to_owned);
    // In Microsoft's sample this setting ends in the version, which is added later for all requests.
    graph.graph_url = settings.text(Key::GraphBaseUrl).map(|url| {
        let url = url.trim_end_matches('/');
        url.strip_suffix("/v1.0").unwrap_or(url).to_owned()
    });
    let scopes = settings.list(Key::TokenScopes).unwrap_or_default();
    graph.token_scopes = scopes.into_iter().map(CommunicationTokenScope::from).collect();
    IdentityMapping::new(client, graph)
        .map(Some)
        .map_err(|error| blame::setting_of(settings, error))
}

/// The limits of `/api/user` and `/api/token`.
fn identity_rates(settings: &HandlerSettings) -> Result<IdentityRates> {
    let window = settings
        .millis(Key::LimitIdentityWindowMs)?
        .unwrap_or(IdentityRates::WINDOW);
    // Checks the window alone, so that an error below is about the limit.
    Limits::new(2, window, 1).map_err(settings.blame(Key::LimitIdentityWindowMs))?;
    let number = |key, default| {
        let number = settings.number(key).unwrap_or(u64::from(default));
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    let limits = |key, default| {
        let limit = number(key, default);
        Limits::new(limit, window, Limits::burst(limit)).map_err(settings.blame(key))
    };
    let tokens = limits(Key::LimitIdentityTokens, IdentityRates::TOKENS)?;
    Ok(IdentityRates {
        users: tokens.with_user_limit(number(Key::LimitIdentityPerUser, IdentityRates::PER_USER)),
        creations: limits(Key::LimitIdentityCreations, IdentityRates::CREATIONS)?,
        deletions: limits(Key::LimitIdentityDeletions, IdentityRates::DELETIONS)?,
        tokens,
    })
}

fn mapping_keys(settings: &HandlerSettings) -> Result<MappingKeys> {
    let (current, former) = fleet::current_and_former(settings, Key::GraphMappingKeys)?;
    let read = |key| MappingKey::from_base64(key).map_err(settings.blame(Key::GraphMappingKeys));
    Ok(MappingKeys {
        current: read(current)?,
        former: former.map(read).transpose()?,
        adopt_unsigned: settings.flag(Key::GraphAdoptUnsigned).unwrap_or(false),
    })
}

/// The cloud from the settings, or else the endpoint's.
fn cloud(settings: &HandlerSettings, endpoint: &Endpoint) -> Result<Cloud> {
    let cloud = match settings.text(Key::Cloud) {
        None => Cloud::for_endpoint(endpoint),
        Some("public") => Cloud::public(),
        Some("us_government") => Cloud::us_government(),
        Some("china") => Cloud::china(),
        Some(_) => return Err(settings.refuse(Key::Cloud, "It must be public, us_government or china.")),
    };
    let Some(authority) = settings.text(Key::Authority) else {
        return Ok(cloud);
    };
    let authority = Endpoint::parse(authority).map_err(settings.blame(Key::Authority))?;
    if authority.url() == cloud.authority {
        return Ok(cloud);
    }
    let custom = Cloud::custom(authority.url());
    Ok(Cloud {
        authority: custom.authority,
        issuer_v1: custom.issuer_v1,
        issuer_v2: custom.issuer_v2,
        ..cloud
    })
}

fn token_check(settings: &HandlerSettings) -> Result<TokenCheck> {
    let one = settings
        .list(Key::TeamsClientIds)
        .is_some_and(|ids| ids.len() == 1);
    match settings.text(Key::TokenCheck) {
        None | Some("enforce") => Ok(TokenCheck::Enforce),
        Some("warn") => Ok(TokenCheck::Warn),
        Some("off") if one => Ok(TokenCheck::Off),
        Some("off") => Err(settings.refuse(
            Key::TokenCheck,
            "It can be off only if teams_client_ids has a single client id, because tokens are then not read.",
        )),
        Some(_) => Err(settings.refuse(Key::TokenCheck, "It must be enforce, warn or off.")),
    }
}

fn api_client_id(settings: &HandlerSettings) -> Result<&str> {
    let id = settings.required_text(Key::ApiClientId)?;
    if is_guid(id) {
        Ok(id)
    } else {
        Err(settings.refuse(Key::ApiClientId, "It must be a client id, which is a GUID."))
    }
}

/// A setting that is a non-empty list of GUIDs.
fn guids(settings: &HandlerSettings, key: Key) -> Result<Vec<String>> {
    let list = settings.required_list(key)?;
    if list.iter().all(|id| is_guid(id)) {
        Ok(list.into_iter().map(str::to_owned).collect())
    } else {
        Err(settings.refuse(
            key,
            "Each must be a GUID; domain names, common and organizations are not accepted.",
        ))
    }
}
