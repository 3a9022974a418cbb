//! The key of a cache entry. Only a holder of the same Entra token can compute it.

use std::fmt;

use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::cloud::Cloud;
use crate::credential::{CredentialId, Fingerprint, fingerprint};
use crate::endpoint::Endpoint;
use crate::entra::{Expectations, inspect};
use crate::secret::AccessKey;

/// The version of the key's layout. Since 2 the credential is a part of the key.
const VERSION: u8 = 2;

/// The HMAC key that cache keys are computed with. Processes that share a cache share it.
#[derive(Clone)]
pub(crate) struct CacheSecret(Zeroizing<[u8; 32]>);

impl CacheSecret {
    /// Takes 32 bytes that nobody else knows.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn mac(&self, purpose: u8) -> Hmac<Sha256> {
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        Hmac::<Sha256>::new((&*block).into()).chain_update([VERSION, purpose])
    }
}

impl fmt::Debug for CacheSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheSecret(…)")
    }
}

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can
/// compute it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheKey {
    /// The key of the entry.
    pub entry: [u8; 32],
    /// The key of the user, the same for all entries of one user of a tenant, so that they can be
    /// found at sign-out.
    pub user: [u8; 32],
}

/// Returns the cache key of an exchange, for a host with its own cache of exchanged tokens. A
/// [`TeamsTokenExchanger`](crate::TeamsTokenExchanger) uses the same key for its cache.
///
/// `secret` is 32 random bytes that nobody else knows. `access_key` is the key that signs the
/// exchange: once the key is replaced, tokens cached under it are no longer found. `None` stands
/// for a token credential. Ids are compared case-insensitively. The tenant is the one that the
/// Entra token names, or none if the token is encrypted or opaque. Cache a token until it or the
/// Entra token has less than 120 s left.
pub fn cache_key(
    secret: [u8; 32],
    cloud: &Cloud,
    endpoint: &Endpoint,
    access_key: Option<&AccessKey>,
    aad_token: &str,
    client_id: &str,
    user_object_id: &str,
) -> CacheKey {
    // Only claims are read, so the time does not matter.
    let inspection = inspect(aad_token, &Expectations::teams_user(cloud), std::time::UNIX_EPOCH);
    let parts = KeyParts {
        origin: Origin::TeamsUser,
        authority: &cloud.authority,
        endpoint: endpoint.url(),
        credential: &access_key.map_or(CredentialId::TOKEN.fingerprint, fingerprint),
        client_id,
        tenant_id: inspection.claims().tenant_id.as_deref().unwrap_or_default(),
        user_object_id,
        aad_token,
    };
    CacheKey::new(&CacheSecret::new(secret), &parts)
}

/// Which exchange a token came from: no two share an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The exchange of a Teams user's token; also tokens of ACS identities.
    TeamsUser,
    /// The exchange for Teams Phone extensibility.
    TeamsExtension,
}

impl Origin {
    /// The byte that separates its keys from those of other origins.
    pub(crate) const fn purpose(self) -> u8 {
        match self {
            Self::TeamsUser => b'e',
            Self::TeamsExtension => b'x',
        }
    }
}

/// What an exchange depends on. Ids are compared case-insensitively.
#[derive(Clone, Copy)]
pub(crate) struct KeyParts<'a> {
    pub(crate) origin: Origin,
    pub(crate) authority: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) credential: &'a Fingerprint,
    pub(crate) client_id: &'a str,
    pub(crate) tenant_id: &'a str,
    pub(crate) user_object_id: &'a str,
    pub(crate) aad_token: &'a str,
}

impl CacheKey {
    /// The key of this exchange.
    pub(crate) fn new(secret: &CacheSecret, parts: &KeyParts<'_>) -> Self {
        let token = Sha256::digest(parts.aad_token.as_bytes());
        let [client_id, tenant_id, user_object_id] =
            [parts.client_id, parts.tenant_id, parts.user_object_id].map(str::to_ascii_lowercase);
        let entry = [
            parts.authority.as_bytes(),
            parts.endpoint.as_bytes(),
            parts.credential,
            client_id.as_bytes(),
            tenant_id.as_bytes(),
            user_object_id.as_bytes(),
            &token,
        ];
        Self {
            entry: hash(secret.mac(parts.origin.purpose()), &entry),
            user: Self::of_user(secret, parts.tenant_id, parts.user_object_id),
        }
    }

    /// The part of the key that all entries of a user share.
    pub(crate) fn of_user(secret: &CacheSecret, tenant_id: &str, user_object_id: &str) -> [u8; 32] {
        let [tenant_id, user_object_id] = [tenant_id, user_object_id].map(str::to_ascii_lowercase);
        hash(
            secret.mac(b'u'),
            &[tenant_id.as_bytes(), user_object_id.as_bytes()],
        )
    }
}

/// Each part is preceded by its length, so that different lists of parts never hash alike.
fn hash(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: u8, token: &str, client_id: &str, user: &str) -> CacheKey {
        let endpoint = Endpoint::parse("https://contoso.communication.azure.com").unwrap();
        cache_key(
            [secret; 32],
            &Cloud::public(),
            &endpoint,
            None,
            token,
            client_id,
            user,
        )
    }

    /// The expected values were computed independently, by HMAC-SHA-256 over the parts. While a fleet is
    /// updated, processes of the previous release share the cache.
    #[test]
    fn a_teams_users_key_is_that_of_the_former_release() {
        let hex = |bytes: [u8; 32]| bytes.map(|byte| format!("{byte:02x}")).concat();
        let key = key(1, "a.b.c", "client", "user");
        assert_eq!(
            hex(key.entry),
            "8ef14e4f509b4d341527e5b83ec2d7d6b2b28bd11403a44dbf935c51edf58c86"
        );
        assert_eq!(
            hex(key.user),
            "b70310d8b7de2b9cb751fec6630cfe0f9975e41870ce7ea6f5387d3b943da024"
        );
    }

    #[test]
    fn exchanges_share_a_users_entries_and_no_entry() {
        let of = |origin| {
            let parts = KeyParts {
                origin,
                authority: "https://login.microsoftonline.com",
                endpoint: "https://contoso.communication.azure.com",
                credential: &[0; 32],
                client_id: "",
                tenant_id: "tenant",
                user_object_id: "user",
                aad_token: "a.b.c",
            };
            CacheKey::new(&CacheSecret::new([1; 32]), &parts)
        };
        let (teams, extension) = (of(Origin::TeamsUser), of(Origin::TeamsExtension));
        assert_ne!(teams.entry, extension.entry);
        assert_eq!(teams.user, extension.user);
    }

    #[test]
    fn an_entry_belongs_to_the_key_that_fetched_it() {
        let endpoint = Endpoint::parse("https://contoso.communication.azure.com").unwrap();
        let of = |access_key: Option<&str>| {
            let access_key = access_key.map(|key| AccessKey::from_base64(key).unwrap());
            let cloud = Cloud::public();
            cache_key(
                [1; 32],
                &cloud,
                &endpoint,
                access_key.as_ref(),
                "a.b.c",
                "client",
                "user",
            )
        };
        assert_eq!(of(Some("QUJD")), of(Some("QUJD")));
        assert_ne!(of(Some("QUJD")).entry, of(Some("QUJE")).entry);
        assert_ne!(of(Some("QUJD")).entry, of(None).entry);
        assert_eq!(of(Some("QUJD")).user, of(None).user);
    }

    #[test]
    fn ids_are_compared_without_case_and_all_else_counts() {
        let one = key(1, "a.b.c", "Client", "User");
        assert_eq!(one, key(1, "a.b.c", "cLIENT", "uSER"));
        for other in [
            key(2, "a.b.c", "Client", "User"),
            key(1, "a.b.C", "Client", "User"),
            key(1, "a.b.c", "Client2", "User"),
            key(1, "a.b.c", "Client", "User2"),
        ] {
            assert_ne!(one.entry, other.entry);
        }
        assert_eq!(one.user, key(1, "a.b.d", "Other", "User").user);
        assert_ne!(one.user, key(1, "a.b.c", "Client", "User2").user);
    }

    #[test]
    fn the_tenant_is_the_one_that_the_token_names() {
        // {"tid":"c0c0c0c0-0000-4000-8000-000000000001"}, with a made-up signature.
        let token =
            "eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJjMGMwYzBjMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEifQ.c2ln";
        let secret = CacheSecret::new([1; 32]);
        let user = CacheKey::of_user(&secret, "C0C0C0C0-0000-4000-8000-000000000001", "user");
        assert_eq!(key(1, token, "client", "user").user, user);
    }
}
