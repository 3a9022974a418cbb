//! The start line.

use std::path::PathBuf;

use serde::Serialize;

use crate::acs::Acs;
use crate::entra::Entra;
use crate::seed::{ApiSummary, DaemonSummary, Shown, SpaSummary, UserSummary};

/// Everything that a tool needs to know to use an emulator. Serialised, it is the start line, with access
/// keys, passwords and client secrets. Those that neither the options nor the seed set are generated at the
/// start and valid only for this emulator.
#[derive(Debug, Clone, Serialize)]
pub struct Info {
    /// The address without TLS.
    pub http_url: String,
    /// The address with TLS.
    pub https_url: String,
    /// The file with the CA certificate to trust, as PEM. It is deleted when the emulator stops.
    pub ca_file: PathBuf,
    /// The connection string of the resource, over TLS.
    pub connection_string: Shown,
    /// The connection string of the resource, without TLS.
    pub connection_string_http: Shown,
    /// The resource's other access key.
    pub secondary_access_key: Shown,
    /// The base of Microsoft Graph, to which `/v1.0` is appended: the HTTPS address.
    pub graph_url: String,
    /// The authority of the first tenant.
    pub authority: String,
    /// The GUID of the first tenant.
    pub tenant_id: String,
    /// The resource's id, which is part of every identity.
    pub resource_id: String,
    /// The first web API.
    pub api: Option<ApiSummary>,
    /// The first page in a browser.
    pub spa: Option<SpaSummary>,
    /// The first service without a user.
    pub daemon: Option<DaemonSummary>,
    /// The users of all tenants.
    pub users: Vec<UserSummary>,
    /// The value that App Service's managed identity endpoint, `{http_url}/msi/token`, requires in
    /// `X-IDENTITY-HEADER`.
    pub identity_header: Shown,
}

/// What is known once the ports are bound.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    pub(crate) ca_file: PathBuf,
}

impl Info {
    pub(crate) fn new(place: &Place, acs: &Acs, entra: &Entra) -> Self {
        let http_url = format!("http://localhost:{}", place.http_port);
        let https_url = format!("https://localhost:{}", place.https_port);
        let keys = acs.keys.now();
        let connection_string = |url: &str| Shown(format!("endpoint={url}/;accesskey={}", keys.primary.text));
        let summary = entra.seed().summary();
        Self {
            connection_string: connection_string(&https_url),
            connection_string_http: connection_string(&http_url),
            secondary_access_key: Shown(keys.secondary.text.clone()),
            authority: format!("{https_url}/{}", summary.tenant_id),
            graph_url: https_url.clone(),
            http_url,
            https_url,
            ca_file: place.ca_file.clone(),
            tenant_id: summary.tenant_id,
            resource_id: acs.resource_id.clone(),
            api: summary.api,
            spa: summary.spa,
            daemon: summary.daemon,
            users: summary.users,
            identity_header: Shown(entra.identity_header().expose().to_owned()),
        }
    }

    /// The start line: JSON without a newline in it.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
