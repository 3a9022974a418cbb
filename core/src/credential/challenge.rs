//! The claims challenge of continuous access evaluation: what a new token must satisfy, sent with a 401.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{HeaderMap, WWW_AUTHENTICATE};
use http_auth::ChallengeParser;

/// Challenges use either alphabet, with or without padding.
const STANDARD: GeneralPurpose = engine(&alphabet::STANDARD);
const URL_SAFE: GeneralPurpose = engine(&alphabet::URL_SAFE);

const fn engine(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

/// Returns the claims that `WWW-Authenticate: Bearer … error="insufficient_claims", claims="…"` requires, as
/// JSON.
pub(crate) fn claims(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(claims_of)
}

fn claims_of(header: &str) -> Option<String> {
    for challenge in ChallengeParser::new(header) {
        // It is unknown where a malformed challenge ends, so the rest is not parsed.
        let challenge = challenge.ok()?;
        let parameter = |name: &str| {
            let found = challenge
                .params
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_unescaped())
        };
        if !challenge.scheme.eq_ignore_ascii_case("Bearer")
            || parameter("error").as_deref() != Some("insufficient_claims")
        {
            continue;
        }
        let encoded = parameter("claims")?;
        let decoded = STANDARD
            .decode(&encoded)
            .or_else(|_| URL_SAFE.decode(&encoded))
            .ok()?;
        let claims = String::from_utf8(decoded).ok()?;
        return serde_json::from_str::<serde::de::IgnoredAny>(&claims)
            .is_ok()
            .then_some(claims);
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// `{"access_token":{"nbf":{"essential":true,"value":"1"}}}`
    const ENCODED: &str = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxIn19fQ==";

    fn read(headers: &[&str]) -> Option<String> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WWW_AUTHENTICATE, HeaderValue::from_str(header).unwrap());
        }
        claims(&map)
    }

    #[test]
    fn a_claims_challenge_is_found_among_others() {
        let challenge = format!(
            r#"Bearer realm="", authorization_uri="https://a.example/b, c", error="insufficient_claims", claims="{ENCODED}""#
        );
        let expected = Some(r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#.to_owned());
        assert_eq!(read(&[&challenge]), expected);
        assert_eq!(read(&["HMAC-SHA256", &challenge]), expected);
        assert_eq!(read(&[&format!(r#"Basic realm="x", {challenge}"#)]), expected);
        assert_eq!(read(&[challenge.trim_end_matches("=\"")]), None);
        let unpadded = challenge.replace("==", "").replace("Bearer", "bearer");
        assert_eq!(read(&[&unpadded]), expected);
    }

    #[test]
    fn what_is_no_claims_challenge_is_none() {
        for other in [
            String::new(),
            "Bearer".to_owned(),
            format!(r#"Bearer error="invalid_token", claims="{ENCODED}""#),
            format!(r#"PoP error="insufficient_claims", claims="{ENCODED}""#),
            r#"Bearer error="insufficient_claims""#.to_owned(),
            r#"Bearer error="insufficient_claims", claims="no base64!""#.to_owned(),
            // "no json"
            r#"Bearer error="insufficient_claims", claims="bm8ganNvbg==""#.to_owned(),
        ] {
            assert_eq!(read(&[&other]), None, "{other}");
        }
    }
}
