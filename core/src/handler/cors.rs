//! Cross-origin requests, for exactly the listed origins.

use super::message::{Request, Response};
use super::route::Route;
use crate::endpoint::Endpoint;

/// Headers that pages may send.
const REQUEST_HEADERS: &[&str] = &[
    "authorization",
    "teams-user-aad-token",
    "content-type",
    "accept",
    "x-correlation-id",
    "x-ms-client-request-id",
    "traceparent",
    "tracestate",
];
/// Headers that pages may read in addition to the CORS-safelisted ones.
const RESPONSE_HEADERS: &str = "x-correlation-id, ms-cv, retry-after, www-authenticate";
/// How long a browser may cache a preflight, in seconds.
const MAX_AGE: &str = "600";

const ORIGIN: &str = "origin";
const REQUEST_METHOD: &str = "access-control-request-method";

/// The origins whose pages may call.
#[derive(Debug, Clone, Default)]
pub(super) struct Cors(Vec<String>);

impl Cors {
    /// Allows these origins, which must be written as browsers send them.
    ///
    /// # Errors
    /// The reason why the first invalid one is not an origin as browsers send it.
    pub(super) fn new(origins: Vec<String>) -> Result<Self, String> {
        match origins.iter().find_map(|origin| objection(origin)) {
            Some(why) => Err(format!("An origin cannot be used: {why}.")),
            None => Ok(Self(origins)),
        }
    }

    fn allowed<'a>(&self, request: &'a Request) -> Option<&'a str> {
        let origin = request.only_header(ORIGIN)?;
        self.0.iter().any(|known| known == origin).then_some(origin)
    }

    /// Whether a request is a CORS preflight.
    pub(super) fn is_preflight(request: &Request) -> bool {
        request.method == "OPTIONS"
            && request.header_values(ORIGIN).next().is_some()
            && request.header_values(REQUEST_METHOD).next().is_some()
    }

    /// The response to a preflight, or none if it is rejected.
    pub(super) fn preflight(&self, request: &Request, route: Route) -> Option<Response> {
        self.allowed(request)?;
        let method = request.only_header(REQUEST_METHOD)?;
        let asked = request.header_values("access-control-request-headers");
        let known = |name: &str| {
            REQUEST_HEADERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        let headers_known = asked
            .flat_map(|list| list.split(','))
            .map(|name| name.trim_matches([' ', '\t']))
            .all(|name| name.is_empty() || known(name));
        if !route.methods().contains(&method) || !headers_known {
            return None;
        }
        let mut response = Response::new(204);
        response.add("access-control-allow-methods", route.methods().join(", "));
        response.add("access-control-allow-headers", REQUEST_HEADERS.join(", "));
        response.add("access-control-max-age", MAX_AGE);
        Some(response)
    }

    /// Adds the headers that allow the page to read the response, if its origin is allowed.
    pub(super) fn finish(&self, request: &Request, response: &mut Response) {
        if self.0.is_empty() {
            return;
        }
        let preflight = Self::is_preflight(request);
        response.add(
            "vary",
            if preflight {
                "origin, access-control-request-method, access-control-request-headers"
            } else {
                "origin"
            },
        );
        // A rejected preflight gets no such header, so that the browser blocks the request.
        let Some(origin) = self
            .allowed(request)
            .filter(|_| !preflight || response.status == 204)
        else {
            return;
        };
        response.add("access-control-allow-origin", origin);
        if !preflight {
            response.add("access-control-expose-headers", RESPONSE_HEADERS);
        }
    }
}

/// Why this is not an origin as browsers send it, if so.
fn objection(origin: &str) -> Option<&'static str> {
    if origin == "*" || origin == "null" {
        return Some("* and null are rejected; list each origin");
    }
    let as_sent = Endpoint::parse_allowing_insecure(origin).is_ok_and(|endpoint| endpoint.url() == origin);
    (!as_sent).then_some(
        "it is http or https, ://, the host in lower case, and the port where it is not the scheme's own",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for origin in [
            "https://app.example",
            "https://app.example:8443",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert!(Cors::new(vec![origin.to_owned()]).is_ok(), "{origin}");
        }
        for origin in [
            "",
            "*",
            "null",
            "app.example",
            "https://*.example",
            "https://app.example/",
            "https://app.example/x",
            "https://app.example?x",
            "https://App.example",
            "HTTPS://app.example",
            "https://app.example:443",
            "http://app.example:80",
            "https://user@app.example",
            "ftp://app.example",
            " https://app.example",
        ] {
            assert!(Cors::new(vec![origin.to_owned()]).is_err(), "{origin}");
        }
    }
}
