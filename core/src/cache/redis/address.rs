//! Where the server is and who we are there, read from the options.

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::options::RedisOptions;
use crate::error::{Error, Result};
use crate::secret::Secret;

pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
    pub(super) database: i64,
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
}

impl Address {
    /// Reads the URL. No error shows any part of it.
    pub(super) fn from_options(options: &RedisOptions) -> Result<Self> {
        let url = Url::parse(options.url.expose()).map_err(|_| refused("it is not a URL"))?;
        let tls = match url.scheme() {
            "redis" => false,
            "rediss" => true,
            _ => return Err(refused("it must begin with redis:// or rediss://")),
        };
        // Among others `#insecure`, which would switch the check of certificates off.
        if url.fragment().is_some() || url.query().is_some() {
            return Err(refused("it must have no query and no fragment"));
        }
        let host = match url.host_str() {
            None | Some("") => return Err(refused("it has no host")),
            Some(host) => host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        };
        let database = match url.path().trim_matches('/') {
            "" => 0,
            path => path
                .parse()
                .ok()
                .filter(|number| *number >= 0)
                .ok_or_else(|| refused("the path must be the number of a database"))?,
        };
        let username = match url.username() {
            "" => options.username.clone(),
            text => Some(decoded(text)?),
        };
        let password = match url.password() {
            None | Some("") => options.password.clone(),
            Some(text) => Some(Secret::new(decoded(text)?)),
        };
        if username.is_some() && password.is_none() {
            return Err(Error::invalid_argument(
                "redis_password",
                "A user of Redis needs a password.",
            ));
        }
        Ok(Self {
            host,
            port: url.port().unwrap_or(6379),
            tls,
            database,
            username,
            password,
        })
    }
}

fn decoded(text: &str) -> Result<String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(refused("its user or password is not UTF-8")),
    }
}

fn refused(why: &str) -> Error {
    Error::invalid_argument("redis_url", format!("The URL of Redis cannot be used: {why}."))
}
