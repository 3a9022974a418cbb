//! The outcome that a case expects.

use serde::Deserialize;

use crate::Matchers;
use crate::answer::ERROR;

/// The expected outcome of a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// It succeeds, and its result has these members.
    pub ok: Option<Matchers>,
    /// It fails, and its error has these.
    pub error: Option<ExpectedError>,
    /// Texts that must appear nowhere in the error, in addition to the secrets that the runner knows.
    #[serde(default)]
    pub never_shown: Vec<String>,
    /// How long it takes.
    pub took_ms: Option<Took>,
    /// The client's own values after the call.
    #[serde(default)]
    pub client: Matchers,
    /// The calls of the client's token credential.
    pub credential: Option<Asked>,
    /// The calls of the refresher or Entra credential behind the user's token credential.
    pub user_credential: Option<Asked>,
    /// The response of the call.
    pub response: Option<ExpectedResponse>,
}

/// The expected response of the call.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ExpectedResponse {
    /// `false`: none.
    None(bool),
    /// One with these members.
    Has(Matchers),
}

/// The expected error.
#[derive(Debug, Clone, Deserialize)]
pub struct ExpectedError {
    /// The name of the kind; its number is that of `tests/surface/errors.txt`.
    pub kind: String,
    /// The other fields.
    #[serde(flatten)]
    pub fields: Matchers,
}

/// Bounds of a duration in milliseconds; the upper one is generous, since machines are slow at times.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Took {
    /// Not sooner.
    #[serde(default)]
    pub at_least: u64,
    /// Not later.
    pub at_most: Option<u64>,
}

/// The calls of a token credential.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// How often, in the whole case.
    pub calls: usize,
    /// The scopes of each call.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// What the emulator must have recorded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seen {
    /// The attempts of the call: the status that each was answered with, `null` for a reset connection.
    pub attempts: Option<Vec<Option<u16>>>,
    /// Matchers of each attempt.
    pub each: Matchers,
    /// Matchers of the first attempt, the second, …
    pub in_order: Vec<Matchers>,
    /// Headers that all attempts have, with one value.
    pub same_headers: Vec<String>,
    /// Headers that all attempts have, each with another value.
    pub different_headers: Vec<String>,
    /// How many identities there are now.
    pub identities: Option<usize>,
    /// The state of tokens of the service.
    pub tokens: Vec<TokenState>,
}

/// The state of a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenState {
    /// The token.
    pub token: String,
    /// Whether it is active.
    pub active: bool,
    /// Why it is not active.
    pub reason: Option<String>,
}

pub(crate) const NEITHER: &str = "a case expects either ok or an error";

/// Rejects an expectation that would compare nothing, before anything is done.
pub(crate) fn check_expectation(expect: &Expect) -> Result<(), String> {
    if let Some(ExpectedResponse::None(true)) = expect.response {
        return Err("a response is false or has members".into());
    }
    match (&expect.ok, &expect.error) {
        (Some(_), None) => Ok(()),
        (None, Some(error)) => match error.fields.keys().find(|name| !ERROR.contains(&name.as_str())) {
            Some(unknown) => Err(format!("there is no member {unknown:?} to compare")),
            None => Ok(()),
        },
        (None, None) | (Some(_), Some(_)) => Err(NEITHER.into()),
    }
}
