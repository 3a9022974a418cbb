//! The catalogue of invalid tokens that can be minted to test a verifier.

/// Who has to reject a minted token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBy {
    /// Any verifier: form, algorithm, key, signature, issuer or lifetime is wrong.
    Verifier,
    /// A verifier that compares the audience with its own.
    Audience,
    /// The verifier's caller, who expects another user, tenant, permission, token version or remaining
    /// lifetime. Entra could have issued the token itself.
    Caller,
}

macro_rules! attacks {
    ($($variant:ident $name:literal $refused:ident $text:literal)+) => {
        /// A way in which a minted token is invalid.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Attack {
            $(#[doc = $text] $variant,)+
        }

        impl Attack {
            /// Every attack.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, as in `attack=NAME`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What is wrong with the token.
            pub fn describe(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Who has to reject it.
            pub fn refused_by(self) -> RefusedBy {
                match self { $(Self::$variant => RefusedBy::$refused),+ }
            }
        }
    };
}

attacks! {
    AlgNone "alg_none" Verifier "`alg` is `none` and there is no signature."
    AlgNoneMixedCase "alg_none_mixed_case" Verifier "`alg` is `nOnE` and there is no signature."
    SignatureEmpty "signature_empty" Verifier "RS256 is named, but there is no signature."
    Tampered "tampered" Verifier "The `oid` was changed to another user's after signing."
    Hs256PublicKeyPem "hs256_public_key_pem" Verifier "HS256, keyed with the published key as PEM."
    Hs256PublicKeyDer "hs256_public_key_der" Verifier "HS256, keyed with the published key as DER."
    Rs512 "rs512" Verifier "Signed by the right key, but with RS512, which Entra never uses."
    AttackerKeyMatchingKid "attacker_key_matching_kid" Verifier "Another key signed, under a published `kid`."
    KidUnknown "kid_unknown" Verifier "The right key signed, under a `kid` that is not published."
    NoKid "no_kid" Verifier "The right key signed, but the header has no `kid`."
    KidPath "kid_path" Verifier "`kid` is the path of an empty file and HS256 is keyed with nothing."
    KidInjection "kid_injection" Verifier "`kid` is an SQL injection that yields the HS256 key."
    EmbeddedJwk "embedded_jwk" Verifier "The header contains the `jwk` of the key that signed."
    EmbeddedX5c "embedded_x5c" Verifier "The header contains the `x5c` of the key that signed."
    Jku "jku" Verifier "The header names a `jku` where the key that signed would be."
    X5u "x5u" Verifier "The header names an `x5u` where the key that signed would be."
    Crit "crit" Verifier "The header's `crit` names an extension that a verifier must understand."
    DuplicateMember "duplicate_member" Verifier "The payload has two `oid`, the last one the user's own."
    NonCanonicalBase64 "non_canonical_base64" Verifier "The signature's last character has spare bits set."
    PaddedBase64 "padded_base64" Verifier "The signature is padded with `=`."
    FourSegments "four_segments" Verifier "A fourth segment follows the signature."
    Oversize "oversize" Verifier "A claim makes the token longer than 16 KiB."
    IssSuffix "iss_suffix" Verifier "The host in `iss` has another domain appended."
    IssNoSlash "iss_no_slash" Verifier "`iss` lacks its last slash."
    IssCase "iss_case" Verifier "`iss` is in upper case."
    TidMismatch "tid_mismatch" Verifier "`tid` is not the tenant that `iss` names."
    Expired "expired" Verifier "`exp` was an hour ago."
    NbfFuture "nbf_future" Verifier "`nbf` is in an hour."
    ExpHuge "exp_huge" Verifier "`exp` is in a hundred years."
    ExpString "exp_string" Verifier "`exp` is a string."
    ExpFloat "exp_float" Verifier "`exp` is a number with a fraction."
    ExpMissing "exp_missing" Verifier "There is no `exp`."
    OidMissing "oid_missing" Verifier "There is no `oid`."
    IdTokenAsAccessToken "id_token_as_access_token" Verifier "It is the client's id_token."
    IdTokenSharedRegistration "id_token_shared_registration" Verifier
        "It is an id_token whose audience is the API's, as when client and API share one registration."
    WrongAudGraph "wrong_aud_graph" Audience "It is for Microsoft Graph."
    WrongAudAcs "wrong_aud_acs" Audience
        "It is for the ACS control plane; with kind `teams` or `teams_extension`, for the ACS data plane."
    WrongAudOtherApi "wrong_aud_other_api" Audience "It is for an API that nobody has registered."
    OtherUser "other_user" Caller "It is another user's of the same tenant."
    OtherTenant "other_tenant" Caller "It is a user's of another tenant, signed by the same keys."
    V1ForV2 "v1_for_v2" Caller "It has version 1's form, whichever version the resource requires."
    V2ForV1 "v2_for_v1" Caller "It has version 2's form, whichever version the resource requires."
    ScpMissing "scp_missing" Caller "There is no `scp`."
    ScpPartial "scp_partial" Caller "`scp` lacks the last of the permissions."
    ScpSubstring "scp_substring" Caller "Each permission in `scp` has a `2` appended."
    RolesOnly "roles_only" Caller "The permissions are app roles in `roles`, and there is no `scp`."
    ExpiresSoon "expires_soon" Caller "It has nine minutes left."
}

impl Attack {
    /// The attack of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|attack| attack.name() == name)
    }
}
