//! `/_emulator/clock`

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::json;

use super::{Answer, Refusal, body};
use crate::core::Core;
use crate::http::{Reply, WireRequest};
use crate::time;

/// A century: enough for any test, and well within the range of dates that can be formatted.
const FARTHEST: i64 = 100 * 366 * 24 * 60 * 60;

/// One way to set the clock.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Setting {
    /// Run, this many seconds ahead of the machine's clock.
    OffsetSeconds(i64),
    /// Move on by this many seconds, running or stopped.
    AdvanceSeconds(i64),
    /// Stop at this time, as RFC 3339.
    StopAt(String),
}

pub(super) fn handle(core: &Core, request: &WireRequest) -> Answer {
    match request.method.as_str() {
        "GET" => {}
        "POST" => set(core, body(request)?)?,
        "DELETE" => core.clock.set_offset(0),
        _ => return Err(Refusal::Method("GET, POST and DELETE")),
    }
    let now = core.clock.now();
    Ok(Reply::json(
        200,
        &json!({"now": time::rfc3339(now), "unix": time::seconds(now)}),
    ))
}

fn set(core: &Core, setting: Setting) -> Result<(), Refusal> {
    let within = |seconds: i64| {
        let near = (-FARTHEST..=FARTHEST).contains(&seconds);
        near.then_some(seconds)
            .ok_or_else(|| Refusal::Invalid(format!("{seconds} s is more than a century")))
    };
    match setting {
        Setting::OffsetSeconds(seconds) => core.clock.set_offset(within(seconds)?),
        Setting::AdvanceSeconds(seconds) => core.clock.advance(within(seconds)?),
        Setting::StopAt(at) => {
            let time = at
                .parse::<jiff::Timestamp>()
                .ok()
                .and_then(|at| SystemTime::try_from(at).ok());
            match time.filter(|time| *time >= SystemTime::UNIX_EPOCH) {
                Some(time) => core.clock.stop_at(time),
                None => {
                    let problem = format!("stop_at: {at:?} is not an RFC 3339 time from 1970 on");
                    return Err(Refusal::Invalid(problem));
                }
            }
        }
    }
    Ok(())
}
