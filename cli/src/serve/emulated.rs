//! The emulator inside the server, and the settings for it.

use std::path::Path;

use acs_auth::handler::HandlerSettings;
use acs_auth::{Error, ErrorKind};
use acs_emulator::{Emulator, Info, Options};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::failure::Failure;

/// The key that signs users' mappings in the emulated Microsoft Graph, where it need not be secret.
const MAPPING_KEY: &[u8; 32] = b"mapping key of the emulator only";

/// A running emulator, which stops when this is dropped.
pub(super) struct Emulated(Emulator);

pub(super) async fn start() -> Result<Emulated, Failure> {
    let started = Emulator::start(Options::default()).await;
    started.map(Emulated).map_err(|problem| {
        let reason = format!("The emulator did not start: {problem}.");
        Error::new(ErrorKind::TransportError, reason).into()
    })
}

/// The origin of the emulator's page, so that CORS allows it without configuration.
fn page_origin(redirect_uri: &str) -> Option<String> {
    let origin = url::Url::parse(redirect_uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

impl Emulated {
    pub(super) fn info(&self) -> &Info {
        self.0.info()
    }

    pub(super) fn ca_file(&self) -> &Path {
        &self.info().ca_file
    }

    /// The settings that the environment would need for this emulator.
    pub(super) fn settings(&self) -> Result<HandlerSettings, Failure> {
        let info = self.info();
        let (api, spa) = (info.api.as_ref(), info.spa.as_ref());
        let api_client_id = api.map(|api| api.client_id.clone());
        let spa_client_id = spa.map(|spa| spa.client_id.clone());
        let value = |name: &str| match name {
            "ACS_AUTH_CONNECTION_STRING" => Some(info.connection_string.0.clone()),
            "ACS_AUTH_AUTHORITY" => Some(info.https_url.clone()),
            "ACS_AUTH_TENANT_IDS" => Some(info.tenant_id.clone()),
            "ACS_AUTH_API_CLIENT_ID" => api_client_id.clone(),
            "ACS_AUTH_TEAMS_CLIENT_IDS" => spa_client_id.clone(),
            "ACS_AUTH_CORS_ORIGINS" => spa.and_then(|spa| page_origin(&spa.redirect_uri)),
            "ACS_AUTH_GRAPH_CLIENT_SECRET" => api.and_then(|api| Some(api.client_secret.as_ref()?.0.clone())),
            "ACS_AUTH_GRAPH_MAPPING_KEYS" => Some(STANDARD.encode(MAPPING_KEY)),
            "ACS_AUTH_GRAPH_BASE_URL" => Some(info.https_url.clone()),
            _ => None,
        };
        Ok(HandlerSettings::from_env(value)?)
    }
}
