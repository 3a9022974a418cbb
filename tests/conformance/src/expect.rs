//! What a case says that must come of it.

use serde::Deserialize;

use crate::Matchers;
use crate::answer::ERROR;

/// What must come of a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// It succeeds, and its result has these members.
    pub ok: Option<Matchers>,
    /// It fails, and its error has these.
    pub error: Option<ExpectedError>,
    /// Texts that stand nowhere in the error, besides the secrets that the runner knows of.
    #[serde(default)]
    pub never_shown: Vec<String>,
    /// How long it takes.
    pub took_ms: Option<Took>,
    /// What the client says of itself afterwards.
    #[serde(default)]
    pub client: Matchers,
    /// What the client's token credential was asked.
    pub credential: Option<Asked>,
    /// What feeds the user's token credential was asked.
    pub user_credential: Option<Asked>,
    /// The response of the call.
    pub response: Option<ExpectedResponse>,
}

/// The response that the call must give.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ExpectedResponse {
    /// `false`: none.
    None(bool),
    /// One with these members.
    Has(Matchers),
}

/// The error that must come.
#[derive(Debug, Clone, Deserialize)]
pub struct ExpectedError {
    /// The name of the kind; its number is that of `tests/surface/errors.txt`.
    pub kind: String,
    /// The other fields.
    #[serde(flatten)]
    pub fields: Matchers,
}

/// Bounds of a duration; the upper one is generous, since machines are slow at times.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Took {
    /// Not sooner.
    #[serde(default)]
    pub at_least: u64,
    /// Not later.
    pub at_most: Option<u64>,
}

/// What a token credential was asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// How often, in the whole case.
    pub calls: usize,
    /// For what, each time.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// What the emulator must have seen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seen {
    /// The attempts of the call: the status that each was answered with, `null` for a reset connection.
    pub attempts: Option<Vec<Option<u16>>>,
    /// What holds for each attempt.
    pub each: Matchers,
    /// What holds for the first, the second, …
    pub in_order: Vec<Matchers>,
    /// Headers that all attempts have, with one value.
    pub same_headers: Vec<String>,
    /// Headers that all attempts have, each with another value.
    pub different_headers: Vec<String>,
    /// How many identities there are now.
    pub identities: Option<usize>,
    /// What became of tokens of the service.
    pub tokens: Vec<TokenState>,
}

/// What became of a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenState {
    /// The token.
    pub token: String,
    /// Whether it works.
    pub active: bool,
    /// Why not.
    pub reason: Option<String>,
}

pub(crate) const NEITHER: &str = "a case expects either ok or an error";

/// Refuses what would compare nothing, before anything is done.
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
