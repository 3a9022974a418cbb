//! Metadata: the OpenID configuration, the keys, and the instances.

use super::Entra;
use super::params::Params;
use super::tenant::Authority;
use crate::http::{Checks, Reply, WireRequest};
use serde_json::{Value, json};
use url::Url;

impl Entra {
    /// `/{t}/.well-known/openid-configuration` and `/{t}/v2.0/.well-known/openid-configuration`.
    pub(super) fn metadata(&self, request: &WireRequest, authority: &Authority, version: u8) -> Reply {
        let base = request.base_url();
        let at = |rest: &str| format!("{base}/{}/{rest}", authority.segment());
        let keys = if version == 2 {
            "discovery/v2.0/keys"
        } else {
            "discovery/keys"
        };
        let suffix = match Params::of_query(request).get("appid") {
            Some(app) => format!("?appid={}", super::params::encode(app)),
            None => String::new(),
        };
        let mut document = json!({
            "token_endpoint": at("oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported":
                ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": at(keys) + &suffix,
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": self.issuers.name(&base, authority.issuer_tenant(), version),
            "request_uri_parameter_supported": false,
            "authorization_endpoint": at("oauth2/v2.0/authorize"),
            "device_authorization_endpoint": at("oauth2/v2.0/devicecode"),
            "http_logout_supported": true,
            "frontchannel_logout_supported": true,
            "end_session_endpoint": at("oauth2/v2.0/logout"),
            "claims_supported": [
                "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
                "msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username",
                "name", "tid", "ver", "at_hash", "c_hash", "email"
            ],
            "code_challenge_methods_supported": ["plain", "S256"],
            "kerberos_endpoint": at("kerberos"),
            "tenant_region_scope": Value::Null,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
            "rbac_url": "https://pas.windows.net",
        });
        if version == 1 {
            document["microsoft_multi_refresh_token"] = true.into();
            document["check_session_iframe"] = at("oauth2/checksession").into();
        }
        if matches!(authority, Authority::Tenant(_)) {
            document["tenant_region_scope"] = "EU".into();
        }
        Reply::json(200, &document).with("cache-control", "max-age=86400, private")
    }

    /// `/{t}/discovery/keys` and `/{t}/discovery/v2.0/keys`.
    pub(super) fn keys_document(&self, request: &WireRequest, authority: &Authority, version: u8) -> Reply {
        let issuer = self
            .issuers
            .name(&request.base_url(), authority.issuer_tenant(), 2);
        let issuer = (version == 2).then_some(issuer.as_str());
        let keys: Vec<_> = self.keys.all().iter().map(|key| key.jwk(issuer)).collect();
        Reply::json(200, &json!({ "keys": keys })).with("cache-control", "max-age=86400, private")
    }

    /// `/common/discovery/instance`: the clouds and their host names.
    pub(super) fn instance_discovery(&self, request: &WireRequest, checks: &mut Checks) -> Reply {
        let query = Params::of_query(request);
        let trace = self.trace(request, None);
        let asked = query
            .get("authorization_endpoint")
            .and_then(|url| Url::parse(url).ok());
        let host = asked.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(
                url.port()
                    .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            )
        });
        // Some clients leave out the port of the authority that they ask about.
        let own = [
            request.host.as_str(),
            request.host.rsplit_once(':').map_or("", |(name, _)| name),
        ];
        let mut clouds = clouds();
        if !clouds.iter().flatten().any(|alias| own.contains(alias)) {
            clouds.push(own.into_iter().filter(|name| !name.is_empty()).collect());
        }
        let is = |alias: &str| {
            host.as_deref()
                .is_some_and(|host| host.eq_ignore_ascii_case(alias))
        };
        let known = clouds.iter().flatten().any(|alias| is(alias));
        checks.note(
            "instance",
            known,
            host.as_deref().unwrap_or("authorization_endpoint is not a URL"),
        );
        if !known {
            return Reply::json(
                400,
                &json!({
                    "error": "invalid_instance",
                    "error_description": format!(
                        "AADSTS50049: Unknown or invalid instance. Trace ID: {} Correlation ID: {} Timestamp: {}",
                        trace.trace_id, trace.correlation_id, trace.timestamp
                    ),
                    "error_codes": [50049],
                    "timestamp": trace.timestamp,
                    "trace_id": trace.trace_id,
                    "correlation_id": trace.correlation_id,
                }),
            );
        }
        // If a client asks about one of Microsoft's hosts, its traffic is redirected here, so it gets that
        // host's address.
        let tenant = asked
            .as_ref()
            .and_then(|url| url.path_segments()?.next())
            .unwrap_or("common");
        let base = match host.as_deref() {
            Some(host) if !own.iter().any(|alias| is(alias)) => format!("https://{host}"),
            _ => request.base_url(),
        };
        let metadata: Vec<_> = clouds
            .iter()
            .filter_map(|aliases| {
                let network = aliases.first()?;
                let cache = aliases
                    .iter()
                    .find(|a| **a == "login.windows.net")
                    .unwrap_or(network);
                Some(json!({ "preferred_network": network, "preferred_cache": cache, "aliases": aliases }))
            })
            .collect();
        Reply::json(
            200,
            &json!({
                "tenant_discovery_endpoint":
                    format!("{base}/{tenant}/v2.0/.well-known/openid-configuration"),
                "api-version": "1.1",
                "metadata": metadata,
            }),
        )
    }
}

/// The clouds, each by its host names; the first is the one to call.
fn clouds() -> Vec<Vec<&'static str>> {
    vec![
        vec![
            "login.microsoftonline.com",
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net",
        ],
        vec!["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        vec!["login.microsoftonline.us", "login.usgovcloudapi.net"],
    ]
}
