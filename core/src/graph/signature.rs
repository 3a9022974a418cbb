//! The signature of a mapping. The user can write the extension, and so can any application that the user
//! consents to: only the signature proves that the identity is the user's.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::user::UserKey;
use crate::error::{Error, Result};
use crate::secret::decode_key;

/// The prefix of the value: its format's version.
const VERSION: &str = "v1.";
/// Separates this use of the key from any other.
const DOMAIN: &[u8] = b"acs-auth: mapping of a user to an ACS identity, version 1";

/// A key that mappings are signed with. All processes of a fleet need the same key.
#[derive(Clone)]
pub(crate) struct MappingKey(Hmac<Sha256>);

/// Whether a mapping's signature is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Signed with the current key.
    Current,
    /// Signed with the former key.
    Former,
    /// There is no signature: Microsoft's sample writes none.
    Unsigned,
    /// Signed for another user, identity, resource or cloud, with an unknown key, or in an unknown form.
    Foreign,
}

/// Signs and checks the mappings of one resource.
pub(super) struct Signer {
    current: MappingKey,
    former: Option<MappingKey>,
    authority: String,
    resource: String,
}

impl MappingKey {
    /// Parses 32 random bytes in standard base64, as printed by `openssl rand -base64 32`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with `target` = `mapping_keys`; it
    /// never contains the text.
    pub(crate) fn from_base64(text: &str) -> Result<Self> {
        let refused = || {
            Error::invalid_argument(
                "mapping_keys",
                "Each must be 32 bytes in standard base64 with padding.",
            )
        };
        let bytes = decode_key(text).ok_or_else(refused)?;
        let mac = Hmac::new_from_slice(&*bytes).map_err(|_| refused())?;
        Ok(Self(mac))
    }
}

impl Signer {
    /// Creates a signer for the resource at this endpoint, and for users who sign in at this authority.
    pub(super) fn new(
        current: MappingKey,
        former: Option<MappingKey>,
        authority: &str,
        resource: &str,
    ) -> Self {
        Self {
            current,
            former,
            authority: authority.to_ascii_lowercase(),
            resource: resource.to_ascii_lowercase(),
        }
    }

    /// Returns the signature of the user's mapping to this identity.
    pub(super) fn sign(&self, user: &UserKey, identity: &str) -> String {
        let mac = self.mac(&self.current, user, identity).finalize().into_bytes();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// Checks the signature in the user's extension.
    pub(super) fn check(&self, user: &UserKey, identity: &str, signature: &Value) -> Trust {
        if signature.is_null() {
            return Trust::Unsigned;
        }
        let mac = signature
            .as_str()
            .and_then(|text| text.strip_prefix(VERSION))
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let Some(mac) = mac else {
            return Trust::Foreign;
        };
        // `verify_slice` compares in constant time.
        let is_of = |key| self.mac(key, user, identity).verify_slice(&mac).is_ok();
        if is_of(&self.current) {
            Trust::Current
        } else if self.former.as_ref().is_some_and(is_of) {
            Trust::Former
        } else {
            Trust::Foreign
        }
    }

    /// Each field is preceded by its length, so that different mappings never have the same bytes.
    fn mac(&self, key: &MappingKey, user: &UserKey, identity: &str) -> Hmac<Sha256> {
        let (tenant_id, object_id) = user;
        let fields = [&self.authority, &self.resource, tenant_id, object_id, identity];
        fields
            .iter()
            .fold(key.0.clone().chain_update(DOMAIN), |mac, field| {
                let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
                mac.chain_update(length.to_be_bytes()).chain_update(field)
            })
    }
}

impl fmt::Debug for MappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MappingKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    fn key(character: &str) -> MappingKey {
        MappingKey::from_base64(&STANDARD.encode(character.repeat(32))).unwrap()
    }

    fn user(tenant: &str, object: &str) -> UserKey {
        (tenant.into(), object.into())
    }

    #[test]
    fn a_signature_holds_for_exactly_what_was_signed() {
        let signer = |authority, resource| Signer::new(key("A"), None, authority, resource);
        let ours = signer("https://login.example", "https://a.example");
        let alice = user("t", "a");
        let signed = json!(ours.sign(&alice, "8:acs:x"));
        assert_eq!(ours.check(&alice, "8:acs:x", &signed), Trust::Current);
        for (signer, user, identity) in [
            (&ours, user("t", "b"), "8:acs:x"),
            (&ours, user("u", "a"), "8:acs:x"),
            (&ours, user("ta", ""), "8:acs:x"),
            (&ours, alice.clone(), "8:acs:y"),
            (
                &signer("https://login.example", "https://b.example"),
                alice.clone(),
                "8:acs:x",
            ),
            (
                &signer("https://other.example", "https://a.example"),
                alice.clone(),
                "8:acs:x",
            ),
        ] {
            assert_eq!(signer.check(&user, identity, &signed), Trust::Foreign);
        }
        assert_eq!(ours.check(&alice, "8:acs:x", &Value::Null), Trust::Unsigned);
        let text = signed.as_str().unwrap();
        for bad in [
            json!(""),
            json!("v1."),
            json!(text.replace("v1.", "v2.")),
            json!(format!("{text}A")),
            json!(format!("{text}=")),
            json!(&text[..text.len() - 2]),
            json!([text]),
            json!(false),
        ] {
            assert_eq!(ours.check(&alice, "8:acs:x", &bad), Trust::Foreign, "{bad}");
        }
    }

    #[test]
    fn the_former_key_is_recognised_and_no_third() {
        let signer = |current, former: Option<&str>| Signer::new(key(current), former.map(key), "c", "r");
        let alice = user("t", "a");
        let signed = json!(signer("A", None).sign(&alice, "8:acs:x"));
        assert_eq!(
            signer("B", Some("A")).check(&alice, "8:acs:x", &signed),
            Trust::Former
        );
        assert_eq!(
            signer("B", None).check(&alice, "8:acs:x", &signed),
            Trust::Foreign
        );
        assert_eq!(
            signer("B", Some("E")).check(&alice, "8:acs:x", &signed),
            Trust::Foreign
        );
    }

    #[test]
    fn a_key_is_32_bytes_and_is_not_shown() {
        for bad in [
            "",
            "AAAA",
            "not base64",
            &"A".repeat(44),
            &format!("{}==", "A".repeat(42)),
        ] {
            let error = MappingKey::from_base64(bad).unwrap_err();
            assert_eq!(error.target.as_deref(), Some("mapping_keys"));
            assert!(bad.is_empty() || !error.to_string().contains(bad));
        }
        assert_eq!(format!("{:?}", key("A")), "MappingKey(…)");
    }
}
