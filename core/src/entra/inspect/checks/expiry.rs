//! How long the token is valid.

use std::time::{Duration, SystemTime};

use super::super::claims::{Claim, Claims};
use super::super::words::{at, span};
use super::Found;
use crate::unix_time::unix_seconds;

/// How far clocks may differ, as Microsoft's own libraries allow.
const CLOCK_SKEW: i64 = 300;

/// Checks that the token is valid now, and for longer than `min_remaining`.
pub(in super::super) fn expiry(claims: &Claims<'_>, min_remaining: Duration, now: SystemTime) -> Found {
    let now = unix_seconds(now);
    let expires = match claims.seconds("exp") {
        Claim::Is(expires) => expires,
        Claim::Wrong(kind) => return Found::wrong_type("exp", kind, "whole seconds"),
        Claim::Absent => return Found::failed("The token does not say when it expires (exp)."),
    };
    match claims.seconds("nbf") {
        Claim::Wrong(kind) => return Found::wrong_type("nbf", kind, "whole seconds"),
        Claim::Is(from) if from > now.saturating_add(CLOCK_SKEW) => {
            return Found::failed(format!(
                "The token becomes valid only in {}{}; is this machine's clock right?",
                span(from.saturating_sub(now)),
                at(from)
            ));
        }
        Claim::Is(_) | Claim::Absent => {}
    }
    let left = expires.saturating_sub(now);
    if left <= 0 {
        return Found::failed(format!(
            "The token expired {} ago{}. Acquire it again with a forced refresh (forceRefresh of MSAL).",
            span(left.saturating_neg()),
            at(expires)
        ));
    }
    let wanted = i64::try_from(min_remaining.as_secs()).unwrap_or(i64::MAX);
    if left <= wanted {
        return Found::failed(format!(
            "The token is valid for only {}{}, and more than {} is needed, since the Calling SDK refreshes a token 10 \
             minutes before it expires. Acquire it with a forced refresh, or set MSAL's tokenRenewalOffsetSeconds \
             above 600.",
            more(left),
            at(expires),
            span(wanted)
        ));
    }
    Found::passed(format!("The token is valid for {}{}.", more(left), at(expires)))
}

fn more(seconds: i64) -> String {
    match seconds {
        1 => "1 more second".to_owned(),
        ..120 => format!("{seconds} more seconds"),
        _ => format!("{} more minutes", seconds / 60),
    }
}
