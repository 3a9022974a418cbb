//! The endpoint of an ACS resource: only scheme, host and port.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{Error, ErrorKind, Result};

/// The endpoint of an ACS resource, such as `https://contoso.unitedstates.communication.azure.com`.
///
/// Normalized to the form that is signed and sent: scheme and host in lower case, the port only if
/// it isn't the scheme's default, no trailing slash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: String,
    authority_at: usize,
    loopback: bool,
}

impl Endpoint {
    /// Parses an endpoint. The scheme defaults to `https`; one trailing `/` is dropped.
    ///
    /// Plain `http` is accepted for loopback hosts only, where nobody can eavesdrop; see
    /// [`Endpoint::parse_allowing_insecure`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConnectionString`] with `target` = `endpoint` for another scheme, user
    /// information, a path, a query, a fragment, control or non-ASCII characters, an empty host or a bad
    /// port.
    pub fn parse(text: &str) -> Result<Self> {
        let endpoint = Self::parse_allowing_insecure(text)?;
        if !endpoint.is_https() && !endpoint.loopback {
            return Err(refused(
                "http is accepted only for loopback, since requests contain a user's token; use https",
            ));
        }
        Ok(endpoint)
    }

    /// Parses like [`Endpoint::parse`], but accepts `http` for any host: for a sidecar or a private
    /// network that protects the connection in another way.
    ///
    /// # Errors
    /// As [`Endpoint::parse`], except that `http` is accepted.
    pub fn parse_allowing_insecure(text: &str) -> Result<Self> {
        let (authority, rest) = Authority::split(text).map_err(refused)?;
        let what = match rest.as_bytes().first() {
            None => None,
            Some(b'/') if rest.len() == 1 => None,
            Some(b'/') => Some("a path"),
            Some(b'?') => Some("a query"),
            Some(_) => Some("a fragment"),
        };
        if let Some(what) = what {
            return Err(refused(format!("it must not have {what}")));
        }
        if authority.is_rewritten() {
            return Err(refused(
                "write the IPv6 address in its shortest form, such as [::1]",
            ));
        }
        let mut url = String::from(authority.scheme());
        url.push_str("://");
        let authority_at = url.len();
        authority.write_host(&mut url);
        Ok(Self {
            url,
            authority_at,
            loopback: authority.loopback,
        })
    }

    /// Returns scheme, host and, if it isn't the default, port, such as `https://host:8443`; append a
    /// request target to it unchanged.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the value of the `Host` header: the host, with the port if it isn't the scheme's
    /// default.
    pub fn host(&self) -> &str {
        &self.url[self.authority_at..]
    }

    /// Returns whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.url.starts_with("https:")
    }

    /// Returns whether the host is this machine: `localhost` or a name below it, `127.0.0.0/8` or
    /// `[::1]`.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// Scheme, host and port of a URL, checked but not copied: signing splits a URL for each request.
pub(crate) struct Authority<'a> {
    https: bool,
    host: &'a str,
    port: Option<u16>,
    loopback: bool,
}

impl<'a> Authority<'a> {
    /// Splits an absolute URL into its authority and what follows (path, query, fragment). A missing scheme
    /// means `https`. The reason of a rejection never contains the text.
    pub(crate) fn split(url: &'a str) -> std::result::Result<(Self, &'a str), String> {
        let bytes = url.as_bytes();
        // No early exit, so that the compiler can vectorize the loop.
        if !bytes.iter().fold(true, |ok, b| ok & b.is_ascii_graphic()) {
            let bad = url.chars().find(|c| !c.is_ascii_graphic()).map_or(0, u32::from);
            return Err(format!(
                "the character U+{bad:04X} is not allowed (international names have an xn-- form)"
            ));
        }
        let (https, after_scheme) = match scheme_end(bytes) {
            None => (true, 0),
            Some(end) if url[..end].eq_ignore_ascii_case("https") => (true, end + 3),
            Some(end) if url[..end].eq_ignore_ascii_case("http") => (false, end + 3),
            Some(_) => return Err("the scheme is neither https nor http".into()),
        };
        let rest = &url[after_scheme..];
        let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#'));
        let (authority, rest) = rest.split_at(end.unwrap_or(rest.len()));
        if authority.as_bytes().contains(&b'@') {
            return Err("it must not have user information".into());
        }
        let (host, port) = split_port(authority)?;
        let loopback = check_host(host)?;
        let default_port = if https { 443 } else { 80 };
        let port = port.filter(|port| *port != default_port);
        Ok((
            Self {
                https,
                host,
                port,
                loopback,
            },
            rest,
        ))
    }

    /// Returns whether URL parsers would rewrite this IPv6 address: the host that is sent would then differ
    /// from the one that is signed.
    fn is_rewritten(&self) -> bool {
        let Some(text) = self
            .host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        else {
            return false;
        };
        let address: Option<Ipv6Addr> = text.parse().ok();
        address.is_none_or(|address| {
            // Rust writes the IPv4 part of a mapped address with dots, URL parsers do not.
            address.to_ipv4_mapped().is_some() || address.to_string() != text.to_ascii_lowercase()
        })
    }

    /// Returns whether the host is this machine.
    #[cfg(feature = "client")]
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// Appends the value of the `Host` header: in lower case, the port only if it isn't the scheme's default.
    pub(crate) fn write_host(&self, to: &mut String) {
        let at = to.len();
        to.push_str(self.host);
        to[at..].make_ascii_lowercase();
        if let Some(port) = self.port {
            to.push(':');
            to.push_str(&port.to_string());
        }
    }
}

/// Where the scheme of a URL ends, if it has one.
pub(crate) fn scheme_end(url: &[u8]) -> Option<usize> {
    let end = url.iter().position(|b| *b == b':')?;
    url[end..].starts_with(b"://").then_some(end)
}

fn split_port(authority: &str) -> std::result::Result<(&str, Option<u16>), &'static str> {
    let bytes = authority.as_bytes();
    let after_bracket = bytes.iter().rposition(|b| *b == b']').map_or(0, |at| at + 1);
    let Some(at) = bytes[after_bracket..].iter().position(|b| *b == b':') else {
        return Ok((authority, None));
    };
    let (host, port) = (
        &authority[..after_bracket + at],
        &authority[after_bracket + at + 1..],
    );
    match port.parse::<u16>() {
        Ok(number) if number > 0 && !port.starts_with('+') => Ok((host, Some(number))),
        _ => Err("the port is not a number from 1 to 65535"),
    }
}

/// Checks the host and returns whether it is loopback.
fn check_host(host: &str) -> std::result::Result<bool, &'static str> {
    if host.is_empty() {
        return Err("the host is missing");
    }
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().map_err(|_| "the IPv6 address is not valid")?;
        return Ok(address.is_loopback());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let mut last = 0;
    let mut label = 0;
    for byte in name.bytes() {
        match byte {
            b'.' if label > 0 => {
                last += label + 1;
                label = 0;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' if label < 63 => label += 1,
            _ => return Err("the host is not a valid name"),
        }
    }
    if label == 0 || name.len() > 253 {
        return Err("the host is not a valid name");
    }
    let last = &name[last..];
    // URL parsers read a host as an IPv4 address, in any notation, if its last label looks like a number.
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X") {
        let address: Ipv4Addr = host
            .parse()
            .map_err(|_| "the host is not a valid name or address")?;
        return Ok(address.is_loopback());
    }
    Ok(last.eq_ignore_ascii_case("localhost"))
}

fn refused(reason: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::InvalidConnectionString,
        format!("The endpoint cannot be used: {}.", reason.into()),
    )
    .with_target("endpoint")
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_form_that_is_signed() {
        for (text, url, host) in [
            ("https://a.example", "https://a.example", "a.example"),
            ("HTTPS://A.Example:443/", "https://a.example", "a.example"),
            ("a.example", "https://a.example", "a.example"),
            (
                "https://localhost:8443",
                "https://localhost:8443",
                "localhost:8443",
            ),
            ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1"),
            ("https://h:80", "https://h:80", "h:80"),
            ("http://[::1]:8080/", "http://[::1]:8080", "[::1]:8080"),
            ("https://h:0443", "https://h", "h"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.url(), endpoint.host()), (url, host), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_more_or_less_than_an_endpoint() {
        for text in [
            "",
            "https://",
            "https:///",
            "ftp://h",
            "http://h",
            "http://localhost.example",
            "https://u@h",
            "https://u:p@h",
            "https://h/path",
            "https://h//",
            "https://h?q",
            "https://h/?q",
            "https://h#f",
            "https://h:",
            "https://h:0",
            "https://h:65536",
            "https://h:+1",
            "https://h:1:2",
            "https://[::1",
            "https://[x]",
            "https://a b",
            "https://h\r\nx",
            "https://h\n",
            "https://é.example",
            "https://a..b",
            "https://.a",
            "https://h\\x",
            "https://[0:0:0:0:0:0:0:1]",
            "https://[::ffff:1.2.3.4]",
            "https://h%2f",
            "https://1.2.3.4.5",
            "https://256.1.1.1",
            "https://0x7f.1",
            "https://-_.$",
        ] {
            let error = Endpoint::parse(text).unwrap_err();
            assert_eq!(error.kind, ErrorKind::InvalidConnectionString, "{text}");
            assert_eq!(error.target.as_deref(), Some("endpoint"), "{text}");
        }
        assert!(Endpoint::parse_allowing_insecure("http://h").is_ok());
        assert!(Endpoint::parse_allowing_insecure("http://h/p").is_err());
    }
}
