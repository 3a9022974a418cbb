//! Shortens secrets in records: enough stays to recognise a token, never enough to use it.

use std::borrow::Cow;

/// Headers whose whole value is secret.
const SECRET_HEADERS: [&str; 6] = [
    "cookie",
    "set-cookie",
    "teams-user-aad-token",
    "x-identity-header",
    "proxy-authorization",
    "secret",
];

/// Query parameters that are secret.
const SECRET_PARAMETERS: [&str; 9] = [
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "id_token_hint",
    "password",
    "refresh_token",
];

/// Shortens the secrets in a header's value.
pub(super) fn header<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if SECRET_HEADERS.contains(&name) {
        return shorten(value).into();
    }
    if name == "location" {
        return target(value);
    }
    match value.split_once(' ') {
        // A signature is valid for one request only, and a client's developer needs to see it.
        Some(("HMAC-SHA256", _)) => value.into(),
        Some((scheme, secret)) if name == "authorization" => format!("{scheme} {}", shorten(secret)).into(),
        None if name == "authorization" => shorten(value).into(),
        _ => value.into(),
    }
}

/// Shortens the secrets in a request target, or in a URL with a query or fragment.
pub(super) fn target(target: &str) -> Cow<'_, str> {
    let Some(at) = target.find(['?', '#']) else {
        return target.into();
    };
    let (path, query) = target.split_at(at + 1);
    let secret = |pair: &str| {
        pair.split_once('=')
            .is_some_and(|(name, value)| SECRET_PARAMETERS.contains(&name) && !value.is_empty())
    };
    if !query.split('&').any(secret) {
        return target.into();
    }
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if secret(pair) => format!("{name}={}", shorten(value)),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}{}", shown.join("&")).into()
}

fn shorten(secret: &str) -> String {
    let shown = if secret.len() >= 40 {
        secret.chars().take(6).collect()
    } else {
        String::new()
    };
    format!("{shown}…({} characters)", secret.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_shortened_and_signatures_are_not() {
        let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2lnbmF0dXJl";
        assert_eq!(
            header("authorization", &format!("Bearer {token}")),
            "Bearer eyJhbG…(51 characters)"
        );
        assert_eq!(header("authorization", token), "eyJhbG…(51 characters)");
        assert_eq!(header("cookie", "session=abc"), "…(11 characters)");
        assert_eq!(header("secret", "abc"), "…(3 characters)");
        let signature = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=QUJD";
        assert_eq!(header("authorization", signature), signature);
    }

    #[test]
    fn secrets_in_addresses_are_shortened() {
        assert_eq!(target("/a?code=abc&state=x"), "/a?code=…(3 characters)&state=x");
        assert_eq!(
            target("http://localhost/#code=abc"),
            "http://localhost/#code=…(3 characters)"
        );
        assert_eq!(target("/a?api-version=1"), "/a?api-version=1");
    }
}
