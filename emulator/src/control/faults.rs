//! `/_emulator/faults`

use serde::Deserialize;
use serde_json::json;

use super::{Answer, Refusal, body};
use crate::core::Core;
use crate::faults::Fault;
use crate::http::{Reply, WireRequest};

/// One fault, or several in their order.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Faults {
    Several(Vec<serde_json::Value>),
    One(serde_json::Value),
}

pub(super) fn handle(core: &Core, request: &WireRequest) -> Answer {
    match request.method.as_str() {
        "GET" => {}
        "POST" => add(core, body(request)?)?,
        "DELETE" => {
            core.faults.clear();
            return Ok(Reply::empty(204));
        }
        _ => return Err(Refusal::Method("GET, POST and DELETE")),
    }
    let status = if request.method == "POST" { 201 } else { 200 };
    Ok(Reply::json(status, &json!({"faults": core.faults.list()})))
}

fn add(core: &Core, faults: Faults) -> Result<(), Refusal> {
    let values = match faults {
        Faults::Several(values) => values,
        Faults::One(value) => vec![value],
    };
    // All are checked before the first is added: a request is accepted as a whole or not at all.
    let faults = values
        .into_iter()
        .map(|value| {
            let fault: Fault = serde_json::from_value(value).map_err(|e| Refusal::Invalid(e.to_string()))?;
            fault.check().map_err(Refusal::Invalid)?;
            Ok(fault)
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    faults
        .into_iter()
        .try_for_each(|fault| core.faults.add(fault).map(drop).map_err(Refusal::Invalid))
}
