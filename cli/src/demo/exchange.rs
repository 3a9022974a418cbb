//! The steps that are the same for the emulator and a real resource: token check, request, response.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use acs_auth::entra::{Expectations, inspect};
use acs_auth::{
    AccessToken, Cloud, CommunicationIdentityClient, ConnectionString, Error, ErrorKind, Secret,
    SignableRequest, sign_request,
};
use serde_json::Value;

use super::claims::{self, Claims};
use super::story::Story;
use super::wire::{Sent, Wire};
use crate::failure::Failure;
use crate::style::{harmless, quiet, shortened, signs};
use crate::{inspect as checks, output, service};

/// The token to exchange, and the resource.
pub(super) struct Exchange<'a> {
    pub(super) connection_string: &'a Secret,
    pub(super) wire: Arc<Wire>,
    pub(super) timeout: Option<u64>,
    pub(super) token: &'a Secret,
    pub(super) client_id: &'a str,
    pub(super) user_id: &'a str,
    pub(super) tenant_id: Option<&'a str>,
}

/// The result of an exchange.
pub(super) struct Exchanged {
    pub(super) token: AccessToken,
    pub(super) sent: Sent,
    /// Whether signing the sent request again yields the signature that was sent.
    pub(super) signed_as_sent: bool,
}

impl Exchange<'_> {
    /// Prints the three steps. The request is printed even if it was rejected.
    pub(super) async fn tell(&self, story: &mut Story) -> Result<Exchanged, Failure> {
        self.token_check(story)?;

        let mut builder = CommunicationIdentityClient::builder()
            .connection_string(self.connection_string.expose())
            .transport(self.wire.clone());
        if let Some(seconds) = self.timeout {
            builder = builder.timeout(Duration::from_secs(seconds));
        }
        let client = builder.build()?;
        let outcome = client
            .get_token_for_teams_user(self.token.expose(), self.client_id, self.user_id)
            .await;

        let attempts = self.wire.sent();
        let Some(sent) = attempts.last() else {
            return Err(outcome.map_or_else(Failure::from, |_| {
                failed("The exchange succeeded without a request.")
            }));
        };
        story.step("The request, as it was signed and sent")?;
        let signed_as_sent = self.request(story, sent, attempts.len())?;
        story.step("The answer")?;
        let token = answer(story, sent, outcome)?;
        Ok(Exchanged {
            token,
            sent: sent.clone(),
            signed_as_sent,
        })
    }

    fn token_check(&self, story: &mut Story) -> Result<(), Failure> {
        story.step("Token check: what would the service reject?")?;
        let resource = ConnectionString::parse(self.connection_string.expose())?;
        let expected = Expectations {
            client_id: Some(self.client_id.to_owned()),
            user_object_id: Some(self.user_id.to_owned()),
            tenant_id: self.tenant_id.map(str::to_owned),
            ..Expectations::teams_user(&Cloud::for_endpoint(&resource.endpoint))
        };
        let inspection = inspect(self.token.expose(), &expected, SystemTime::now());
        checks::checks(&inspection, 5).iter().try_for_each(output::styled)
    }

    /// Prints the request, and returns whether its signature matches what was sent.
    fn request(&self, story: &Story, sent: &Sent, attempts: usize) -> Result<bool, Failure> {
        let resource = ConnectionString::parse(self.connection_string.expose())?;
        let signable = SignableRequest {
            method: &sent.method,
            url: &sent.url,
            body: &sent.body,
        };
        let date = sent.header("x-ms-date").unwrap_or_default();
        let date = httpdate::parse_http_date(date).unwrap_or(SystemTime::UNIX_EPOCH);
        let signed = sign_request(&signable, &resource.access_key, date)?;

        if attempts > 1 {
            story.field("attempts", format_args!("{attempts}, of which this is the last"))?;
        }
        story.request(&sent.method, signed.target())?;
        story.header("host", signed.host())?;
        for (name, value) in &sent.headers {
            match name.as_str() {
                "authorization" => story.header(name, signature_shortened(value))?,
                _ => story.header(name, harmless(value))?,
            }
        }
        let length = sent.body.len();
        story.field(
            "body",
            quiet(format_args!("{length} bytes, which contain the Entra token")),
        )?;
        story.block(&body_shortened(&sent.body))?;
        story.field(
            "string to sign",
            quiet("method, target, and date;host;SHA-256 of the body"),
        )?;
        story.block(signed.string_to_sign())?;
        Ok(sent.header("authorization") == Some(signed.authorization()))
    }
}

fn answer(story: &Story, sent: &Sent, outcome: Result<AccessToken, Error>) -> Result<AccessToken, Failure> {
    match &sent.answer {
        Some((status, _)) => story.field("status", status)?,
        None => story.field("status", "none: no response arrived")?,
    }
    for name in ["ms-cv", "x-ms-client-request-id"] {
        if let Some(value) = sent.answer_header(name) {
            story.header(name, harmless(value))?;
        }
    }
    let token = outcome?;
    let expires_on = token.expires_on_unix();
    story.field("ACS token", shortened(token.token.expose()))?;
    story.field(
        "expires on",
        format_args!("{} ({})", service::time(expires_on), from_now(expires_on)),
    )?;
    match Claims::of(token.token.expose()) {
        Some(claims) => {
            story.field("claims", quiet("their form is the service's own and may change"))?;
            claims.tell(story, &claims::ACS)?;
        }
        None => output::note("The token is not a JWT, so its claims cannot be shown."),
    }
    Ok(token)
}

/// A time (in seconds since 1970) relative to now, such as `in 59 min`.
pub(super) fn from_now(seconds: i64) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    let left = seconds.saturating_sub(now);
    match left {
        ..0 => format!("{} s ago", left.unsigned_abs()),
        0..120 => format!("in {left} s"),
        _ => format!("in {} min", left / 60),
    }
}

fn signature_shortened(authorization: &str) -> String {
    const SHOWN: usize = 6;
    match authorization.split_once("Signature=") {
        Some((scheme, signature)) => {
            let shown: String = signature.chars().take(SHOWN).collect();
            format!("{scheme}Signature={shown}{}", signs().more)
        }
        None => shortened(authorization),
    }
}

fn body_shortened(body: &[u8]) -> String {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else {
        return format!("{} bytes", body.len());
    };
    if let Some(Value::String(token)) = members.get_mut("token") {
        *token = shortened(token);
    }
    serde_json::to_string_pretty(&members).unwrap_or_default()
}

/// The error of a demo that cannot continue, or whose token is not the right one.
pub(super) fn failed(reason: &str) -> Failure {
    Error::new(ErrorKind::UnexpectedResponse, reason).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_signature_nor_token_is_shown_whole() {
        let signature = "sC+QNRXJlzrecVWV9ZCFGqjmNXQNc/JEYarkk0h9vqw=";
        let header = format!("HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature={signature}");
        let shown = signature_shortened(&header);
        assert!(
            shown.contains("Signature=sC+QNR") && !shown.contains("sC+QNRX"),
            "{shown}"
        );

        let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJlLW9mLWEtdG9rZW4";
        let shown = body_shortened(format!(r#"{{"token":"{token}","appId":"a"}}"#).as_bytes());
        assert!(
            !shown.contains(&token[..13]) && shown.contains(r#""appId": "a""#),
            "{shown}"
        );
        assert_eq!(body_shortened(b"token=x"), "7 bytes");
    }

    #[test]
    fn a_time_is_told_from_now() {
        let now = i64::try_from(
            SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap()
                .as_secs(),
        )
        .unwrap();
        assert!(from_now(now - 100).ends_with(" s ago"));
        assert_eq!(from_now(now + 3_630), "in 60 min");
    }
}
