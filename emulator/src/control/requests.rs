//! `/_emulator/requests`

use std::sync::Arc;

use serde_json::json;

use super::Refusal;
use crate::core::Core;
use crate::http::Reply;
use crate::records::{Filter, Record};

pub(super) fn list(core: &Core, filter: &Filter) -> Reply {
    let records = core.recorder.list(filter);
    let records: Vec<&Record> = records.iter().map(Arc::as_ref).collect();
    Reply::json(200, &json!({"requests": records}))
}

pub(super) fn find(core: &Core, id: &str) -> Result<Arc<Record>, Refusal> {
    let number = id
        .parse()
        .map_err(|_| Refusal::Invalid(format!("{id:?} is no request's number")))?;
    core.recorder
        .get(number)
        .ok_or_else(|| Refusal::NotFound(format!("request {number} is not kept, or not any more")))
}
