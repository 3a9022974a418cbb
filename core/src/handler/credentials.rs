//! The two tokens of a request, read from their headers.

use super::challenge::Challenge;
use super::known::Pair;
use super::message::Request;
use super::problem::{Code, Problem};
use crate::cache::Origin;

/// The header of the user's Teams token, as in Microsoft's sample back end.
const TEAMS_TOKEN: &str = "teams-user-aad-token";
const AUTHORIZATION: &str = "authorization";

/// The tokens of a request.
pub(super) struct Credentials<'a> {
    authorization: Option<&'a str>,
    teams_token: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    /// Reads the headers. A repeated header is rejected, since another component might use the other value.
    pub(super) fn of(request: &'a Request) -> Result<Self, Problem> {
        let once = |name| {
            let mut values = request.header_values(name);
            let first = values.next();
            match values.next() {
                None => Ok(first),
                Some(_) => Err(Problem::from(Code::BadRequest)),
            }
        };
        Ok(Self {
            authorization: once(AUTHORIZATION)?,
            teams_token: once(TEAMS_TOKEN)?,
        })
    }

    /// The bearer token. Another scheme counts as no token (RFC 6750, section 3.1).
    pub(super) fn bearer(&self) -> Result<&'a str, Problem> {
        let missing = || Problem::from(Code::Unauthorized).with_challenge(Challenge::BearerMissing);
        let authorization = self.authorization.ok_or_else(missing)?;
        let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(missing());
        }
        Ok(token.trim_matches(' '))
    }

    /// The key of both tokens in the list of known pairs; `None` unless the request has both.
    pub(super) fn pair(&self, origin: Origin) -> Option<Pair> {
        let (bearer, teams_token) = (self.bearer().ok()?, self.teams_token().ok()?);
        Pair::new(origin, bearer, teams_token)
    }

    /// The Teams token.
    pub(super) fn teams_token(&self) -> Result<&'a str, Problem> {
        match self.teams_token {
            None | Some("") => Err(Code::TeamsTokenMissing.into()),
            Some(token) => Ok(token),
        }
    }
}
