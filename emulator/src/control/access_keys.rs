//! `/_emulator/access-keys`

use serde::Deserialize;
use serde_json::json;

use super::{Answer, Refusal, body};
use crate::acs::access_keys::{KeyName, Pair};
use crate::core::Core;
use crate::http::{Reply, WireRequest};

/// Replaces a key by `access_key`, or by a random one as the Azure portal does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Regeneration {
    regenerate: KeyName,
    access_key: Option<String>,
}

pub(super) fn handle(core: &Core, request: &WireRequest) -> Answer {
    match request.method.as_str() {
        "GET" => Ok(show(&core.acs.keys.now())),
        "POST" => {
            let wanted: Regeneration = body(request)?;
            core.regenerate_access_key(wanted.regenerate, wanted.access_key)
                .map(|keys| show(&keys))
                .map_err(Refusal::Invalid)
        }
        _ => Err(Refusal::Method("GET and POST")),
    }
}

fn show(keys: &Pair) -> Reply {
    let keys = json!({"primary": keys.primary.text, "secondary": keys.secondary.text});
    Reply::json(200, &keys).with("cache-control", "no-store")
}
