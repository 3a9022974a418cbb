//! `endpoint=https://…;accesskey=…`, as the Azure portal shows it.

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::AccessKey;

/// The endpoint and the access key of an ACS resource.
#[derive(Debug, Clone)]
pub struct ConnectionString {
    /// The resource's endpoint.
    pub endpoint: Endpoint,
    /// The key that signs its requests.
    pub access_key: AccessKey,
}

impl ConnectionString {
    /// Parses a connection string. The parts may be in any order and their names in any case.
    /// Spaces around names and values and one trailing `;` are accepted; parts with other names are
    /// ignored.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`]; `target` names the part (`endpoint`, `accesskey`) or is
    /// `connection_string`. The error contains neither the key nor the rest of the text.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(text, Endpoint::parse)
    }

    /// Parses like [`ConnectionString::parse`], with [`Endpoint::parse_allowing_insecure`].
    ///
    /// # Errors
    /// As [`ConnectionString::parse`], except that `http` is accepted.
    pub fn parse_allowing_insecure(text: &str) -> Result<Self> {
        Self::read(text, Endpoint::parse_allowing_insecure)
    }

    fn read(text: &str, endpoint_of: fn(&str) -> Result<Endpoint>) -> Result<Self> {
        let (endpoint, access_key) = parts(text)?;
        Ok(Self {
            endpoint: endpoint_of(endpoint)?,
            access_key: AccessKey::from_base64(access_key)?,
        })
    }
}

/// The texts of the endpoint and the access key.
pub(crate) fn parts(text: &str) -> Result<(&str, &str)> {
    let (mut endpoint, mut access_key) = (None, None);
    let text = text.trim_matches(' ');
    for part in text.strip_suffix(';').unwrap_or(text).split(';') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| refused("connection_string", "a part is not of the form name=value"))?;
        let (name, value) = (
            name.trim_matches(' ').to_ascii_lowercase(),
            value.trim_matches(' '),
        );
        let (slot, name) = match name.as_str() {
            "endpoint" => (&mut endpoint, "endpoint"),
            "accesskey" => (&mut access_key, "accesskey"),
            "" => return Err(refused("connection_string", "a part has no name")),
            _ if name.contains(char::is_control) => {
                return Err(refused("connection_string", "a name holds a control character"));
            }
            _ => continue,
        };
        if value.is_empty() {
            return Err(refused(name, "its value is empty"));
        }
        if value.contains(['\r', '\n']) {
            return Err(refused(name, "it holds a line break"));
        }
        if slot.replace(value).is_some() {
            return Err(refused(name, "it appears more than once"));
        }
    }
    let missing = |name: &'static str| move || refused(name, "it is missing");
    Ok((
        endpoint.ok_or_else(missing("endpoint"))?,
        access_key.ok_or_else(missing("accesskey"))?,
    ))
}

fn refused(target: &str, why: &str) -> Error {
    let what = match target {
        "connection_string" => "",
        "endpoint" => "endpoint: ",
        _ => "access key: ",
    };
    let reason =
        format!("The connection string cannot be used: {what}{why}. Expected endpoint=https://…;accesskey=…");
    Error::new(ErrorKind::InvalidConnectionString, reason).with_target(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA==";

    #[test]
    fn any_order_any_case_with_spaces_and_a_trailing_semicolon() {
        for text in [
            format!("endpoint=https://a.example;accesskey={KEY}"),
            format!("accesskey={KEY};endpoint=https://a.example/"),
            format!("Endpoint=HTTPS://A.example:443;AccessKey={KEY};"),
            format!("  ENDPOINT = https://a.example ; accessKEY = {KEY} ; "),
            format!("endpoint=a.example;accesskey={KEY};region=x"),
        ] {
            let parsed = ConnectionString::parse(&text).unwrap();
            assert_eq!(parsed.endpoint.url(), "https://a.example", "{text}");
        }
    }

    #[test]
    fn names_the_part_that_is_wrong_and_never_shows_the_key() {
        for (text, target) in [
            (String::new(), "connection_string"),
            (";".into(), "connection_string"),
            ("nonsense".into(), "connection_string"),
            (
                format!("endpoint=https://a.example;;accesskey={KEY}"),
                "connection_string",
            ),
            (format!("endpoint=https://a.example;={KEY}"), "connection_string"),
            (format!("endpoint=https://a.example;{KEY}"), "accesskey"),
            (
                format!("endpoint=https://a.example;a\nccesskey={KEY}"),
                "connection_string",
            ),
            (format!("accesskey={KEY}"), "endpoint"),
            ("endpoint=https://a.example".into(), "accesskey"),
            (format!("endpoint=;accesskey={KEY}"), "endpoint"),
            ("endpoint=https://a.example;accesskey=".into(), "accesskey"),
            (
                format!("endpoint=https://a.example;accesskey={KEY};accesskey={KEY}"),
                "accesskey",
            ),
            (
                format!("endpoint=https://a.example;Endpoint=https://a.example;accesskey={KEY}"),
                "endpoint",
            ),
            (
                format!("endpoint=https://a.example;accesskey={KEY}!"),
                "accesskey",
            ),
            (
                format!("endpoint=https://a.example;accesskey={KEY}\r\n"),
                "accesskey",
            ),
            (
                format!("endpoint=https://a.example\r\n;accesskey={KEY}"),
                "endpoint",
            ),
            (format!("endpoint=http://a.example;accesskey={KEY}"), "endpoint"),
            (
                format!("endpoint=https://u:p@a.example;accesskey={KEY}"),
                "endpoint",
            ),
            (
                format!("endpoint=https://a.example/x;accesskey={KEY}"),
                "endpoint",
            ),
            (
                format!("endpoint=https://a.example?x;accesskey={KEY}"),
                "endpoint",
            ),
        ] {
            let error = ConnectionString::parse(&text).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidConnectionString, "{text}");
            assert_eq!(error.target.as_deref(), Some(target), "{text}");
            assert!(
                !format!("{error:?} {error}").contains(KEY.trim_end_matches('=')),
                "{text}"
            );
        }
        let parsed =
            ConnectionString::parse(&format!("endpoint=http://localhost:80;accesskey={KEY}")).unwrap();
        assert!(!format!("{parsed:?}").contains(KEY));
    }
}
