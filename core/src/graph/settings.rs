//! The settings for the back end's registration, Entra and Graph.

use std::fmt;
use std::sync::Arc;

use super::limits::IdentityLimits;
use super::signature::MappingKey;
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::entra::guid::is_guid;
use crate::error::{Error, OptionName, Result};
use crate::exchange::IdentityTokens;
use crate::models::CommunicationTokenScope;
use crate::secret::Secret;
use crate::transport::Transport;

/// The extension's name in Microsoft's sample back end.
const DEFAULT_EXTENSION: &str = "com.contoso.identityMapping";
const LONGEST_EXTENSION: usize = 128;

/// The keys that mappings are signed with.
#[derive(Debug, Clone)]
pub(crate) struct MappingKeys {
    /// The key for new signatures.
    pub(crate) current: MappingKey,
    /// The previous key. A mapping with its signature is trusted, and signed with the current key when it is
    /// read.
    pub(crate) former: Option<MappingKey>,
    /// Whether to trust mappings without a signature if their identity belongs to this resource, and to sign
    /// them. Default `false`.
    pub(crate) adopt_unsigned: bool,
}

/// The settings of an [`IdentityMapping`](super::IdentityMapping). `None` and empty lists mean the default.
#[derive(Clone)]
pub(crate) struct GraphSettings {
    /// The back end's own client id: the audience of its callers' tokens.
    pub(crate) client_id: String,
    /// The back end's client secret.
    pub(crate) client_secret: Secret,
    /// The keys that mappings are signed with.
    pub(crate) mapping_keys: MappingKeys,
    /// The cloud where users sign in. Its authority must be https, or loopback.
    pub(crate) cloud: Cloud,
    /// The URL of Graph, without a path. Default: the cloud's.
    pub(crate) graph_url: Option<String>,
    /// The scopes for Graph. Default: `{Graph}/.default`, which means all permissions that the back end was
    /// granted. `User.Read` and `User.ReadWrite` are needed.
    pub(crate) scopes: Vec<String>,
    /// The extension's name. Default `com.contoso.identityMapping`, as in Microsoft's sample back end.
    pub(crate) extension_name: Option<String>,
    /// The scopes of the ACS tokens. Default `voip` and `chat`.
    pub(crate) token_scopes: Vec<CommunicationTokenScope>,
    /// The cache of issued tokens. Default: they aren't cached.
    pub(crate) tokens: Option<IdentityTokens>,
    /// The limits of operations.
    pub(crate) limits: Arc<IdentityLimits>,
    /// The transport to Entra and Graph. Default: the options of the client's transport, with separate
    /// connections for each.
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

impl GraphSettings {
    /// Creates settings from those that have no default.
    pub(crate) fn new(
        client_id: impl Into<String>,
        client_secret: Secret,
        mapping_keys: MappingKeys,
        cloud: Cloud,
        limits: IdentityLimits,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            mapping_keys,
            cloud,
            graph_url: None,
            scopes: Vec::new(),
            extension_name: None,
            token_scopes: Vec::new(),
            tokens: None,
            limits: Arc::new(limits),
            transport: None,
        }
    }

    /// Fills in the defaults and rejects invalid values; `target` names the setting.
    pub(super) fn check(&self) -> Result<Checked> {
        if !is_guid(&self.client_id) {
            return Err(refused(OptionName::ClientId, "It must be a GUID."));
        }
        if self.client_secret.expose().is_empty() {
            return Err(refused(OptionName::ClientSecret, "It is empty."));
        }
        let graph = known_graph(&self.cloud);
        let scope = if self.scopes.is_empty() {
            format!("{graph}/.default")
        } else {
            self.scopes.join(" ")
        };
        if !scope.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return Err(refused(
                OptionName::GraphScopes,
                "They must be visible ASCII characters.",
            ));
        }
        let extension_name = self.extension_name.as_deref().unwrap_or(DEFAULT_EXTENSION);
        let usable = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let short = (1..=LONGEST_EXTENSION).contains(&extension_name.len());
        if !short || !extension_name.bytes().all(usable) || extension_name.bytes().all(|b| b == b'.') {
            return Err(refused(
                OptionName::GraphExtensionName,
                "It must be 1 to 128 characters of A-Z a-z 0-9 . _ - and should be a reversed domain name.",
            ));
        }
        let token_scopes = if self.token_scopes.is_empty() {
            vec![CommunicationTokenScope::Voip, CommunicationTokenScope::Chat]
        } else {
            self.token_scopes.clone()
        };
        Ok(Checked {
            authority: url(OptionName::Authority, &self.cloud.authority)?,
            graph_url: url(OptionName::GraphUrl, self.graph_url.as_deref().unwrap_or(graph))?,
            scope,
            extension_name: extension_name.to_owned(),
            token_scopes,
        })
    }
}

/// Checked settings, with the defaults filled in.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) authority: String,
    pub(super) graph_url: String,
    pub(super) scope: String,
    pub(super) extension_name: String,
    pub(super) token_scopes: Vec<CommunicationTokenScope>,
}

/// The URL of Graph for a cloud, as Microsoft documents it for the national clouds. For the US government it
/// is GCC High's; for DoD set `graph_url`.
fn known_graph(cloud: &Cloud) -> &'static str {
    let authority = &cloud.authority;
    if *authority == Cloud::us_government().authority {
        "https://graph.microsoft.us"
    } else if *authority == Cloud::china().authority {
        "https://microsoftgraph.chinacloudapi.cn"
    } else {
        "https://graph.microsoft.com"
    }
}

/// Checks that a URL is https, or loopback: the requests contain users' tokens and the client secret.
fn url(option: OptionName, text: &str) -> Result<String> {
    let endpoint = Endpoint::parse(text).map_err(|error| refused(option, &error.reason))?;
    Ok(endpoint.url().to_owned())
}

fn refused(option: OptionName, reason: &str) -> Error {
    Error::invalid_option(option, reason)
}

impl fmt::Debug for GraphSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphSettings")
            .field("client_id", &self.client_id)
            .field("mapping_keys", &self.mapping_keys)
            .field("cloud", &self.cloud)
            .field("graph_url", &self.graph_url)
            .field("scopes", &self.scopes)
            .field("extension_name", &self.extension_name)
            .field("token_scopes", &self.token_scopes)
            .finish_non_exhaustive()
    }
}
