//! The client of the resource in the environment, and the output of its results.

use acs_auth::{AccessToken, CommunicationIdentityClient, CommunicationIdentityClientBuilder};
use jiff::Timestamp;
use serde::Serialize;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::args::Service;
use crate::failure::Failure;
use crate::{input, output};

/// A client builder with the options of the command line.
pub(crate) fn builder(options: &Service) -> Result<CommunicationIdentityClientBuilder, Failure> {
    let connection_string = input::required_connection_string()?;
    let mut builder = CommunicationIdentityClient::builder().connection_string(connection_string.expose());
    if let Some(path) = &options.endpoint_ca {
        builder = builder.root_certificates_pem(input::bytes("--endpoint-ca", path)?);
    }
    if let Some(seconds) = options.timeout {
        builder = builder.timeout(Duration::from_secs(seconds));
    }
    if let Some(version) = &options.api_version {
        builder = builder.api_version(version);
    }
    if let Some(preview) = options.preview {
        builder = builder.preview(preview);
    }
    Ok(builder)
}

/// The client with the options of the command line.
pub(crate) fn client(options: &Service) -> Result<CommunicationIdentityClient, Failure> {
    Ok(builder(options)?.build()?)
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    token: &'a str,
    expires_on: String,
    expires_on_unix: i64,
}

/// Prints a token alone, or as JSON with its expiry.
pub(crate) fn print_token(token: &AccessToken, id: Option<&str>, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return output::json(&Printed {
            id,
            token: token.token.expose(),
            expires_on: expires_on(token),
            expires_on_unix: token.expires_on_unix(),
        });
    }
    if let Some(id) = id {
        output::note(format_args!("id {id}"));
    }
    output::note(format_args!("expires {}", expires_on(token)));
    output::result(token.token.expose())
}

/// A token's expiry in RFC 3339 form.
pub(crate) fn expires_on(token: &AccessToken) -> String {
    time(token.expires_on_unix())
}

/// A time in whole seconds and RFC 3339 form.
pub(crate) fn rfc3339(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    time(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// A time (in seconds since 1970) in RFC 3339 form, or the number itself if it is out of range.
pub(crate) fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
