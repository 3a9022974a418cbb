//! The claims challenge of continuous access evaluation: what a new token must satisfy, sent with a 401.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http_auth::ChallengeParser;
use serde_json::{Map, Value};

use crate::protocol::message::{RawResponse, first_usable};

/// Challenges use either alphabet, with or without padding.
const STANDARD: GeneralPurpose = engine(&alphabet::STANDARD);
const URL_SAFE: GeneralPurpose = engine(&alphabet::URL_SAFE);

const fn engine(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

/// The longest claims that are passed on, in bytes.
const LONGEST: usize = 4096;

/// Returns the claims that `WWW-Authenticate: Bearer … error="insufficient_claims", claims="…"` requires, as
/// JSON.
pub(crate) fn claims(response: &RawResponse<'_>) -> Option<String> {
    first_usable(response.headers, "www-authenticate", claims_of)
}

/// Returns claims if they can be passed on: they must be a JSON object of at most [`LONGEST`] bytes.
pub(crate) fn checked(claims: String) -> Option<String> {
    let usable = claims.len() <= LONGEST && serde_json::from_str::<Map<String, Value>>(&claims).is_ok();
    usable.then_some(claims)
}

fn claims_of(header: &str) -> Option<String> {
    // It is unknown where a malformed challenge ends, so the rest is not parsed.
    ChallengeParser::new(header)
        .map_while(Result::ok)
        .find_map(|challenge| {
            let parameter = |name: &str| {
                let mut parameters = challenge.params.iter();
                let found = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_unescaped())
            };
            let is_of_claims = challenge.scheme.eq_ignore_ascii_case("Bearer")
                && parameter("error").as_deref() == Some("insufficient_claims");
            let encoded = parameter("claims").filter(|_| is_of_claims)?;
            let decoded = STANDARD.decode(&encoded).or_else(|_| URL_SAFE.decode(&encoded));
            checked(String::from_utf8(decoded.ok()?).ok()?)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"access_token":{"nbf":{"essential":true,"value":"1"}}}`
    const ENCODED: &str = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxIn19fQ==";

    fn read(headers: &[&str]) -> Option<String> {
        let headers: Vec<_> = headers.iter().map(|value| ("WWW-Authenticate", *value)).collect();
        claims(&RawResponse {
            status: 401,
            headers: &headers,
            body: &[],
            received_at: std::time::UNIX_EPOCH,
        })
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
        let empty = r#"Bearer error="insufficient_claims", claims="""#;
        assert_eq!(read(&[empty, &challenge]), expected, "a gateway's own challenge");
        assert_eq!(read(&[&format!("{empty}, {challenge}")]), expected);
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
            // "no json", and "1"
            r#"Bearer error="insufficient_claims", claims="bm8ganNvbg==""#.to_owned(),
            r#"Bearer error="insufficient_claims", claims="MQ==""#.to_owned(),
            format!(
                r#"Bearer error="insufficient_claims", claims="{}""#,
                STANDARD.encode(format!(r#"{{"a":"{}"}}"#, "b".repeat(LONGEST)))
            ),
        ] {
            assert_eq!(read(&[&other]), None, "{other}");
        }
    }
}
