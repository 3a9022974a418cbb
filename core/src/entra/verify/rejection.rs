//! Why a bearer token is rejected: the check's name and the text for the log.

use crate::error::{Error, ErrorKind};

macro_rules! refusals {
    ($($name:ident $kind:ident $code:literal $reason:literal)+) => {
        /// The check that a token failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Rejection { $($name,)+ }

        impl Rejection {
            pub(super) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)+ }
            }

            fn kind(self) -> ErrorKind {
                match self { $(Self::$name => ErrorKind::$kind,)+ }
            }
        }
    };
}

refusals! {
    Malformed Unauthorized "malformed" "The token is not a well-formed JWT."
    Opaque Unauthorized "opaque" "The token is encrypted or opaque, so it cannot be verified."
    Header Unauthorized "header" "The token's header has a type or an extension that is not supported."
    Algorithm Unauthorized "algorithm" "The token is not signed with RS256."
    KeyIdMissing Unauthorized "key_id_missing" "The token names no key."
    KeyUnknown Unauthorized "key_unknown" "The token names a key that its issuer does not publish."
    KeyIssuer Unauthorized "key_issuer" "The token's key belongs to another issuer."
    Signature Unauthorized "signature" "The token's signature is invalid."
    Version Unauthorized "version" "The token's version is neither 1.0 nor 2.0."
    TenantMissing Unauthorized "tenant_missing" "The token names no tenant."
    Issuer Unauthorized "issuer" "The token's issuer is not its tenant's in this cloud."
    Audience Unauthorized "audience" "The token was issued for another API."
    ExpiryMissing Unauthorized "expiry_missing" "The token has no expiry in whole seconds (exp)."
    NotBeforeMissing Unauthorized "not_before_missing" "The token has no start of its validity in whole seconds (nbf)."
    IssuedAtMissing Unauthorized "issued_at_missing" "The token has no time of issue in whole seconds (iat)."
    Expired Unauthorized "expired" "The token has expired."
    NotYetValid Unauthorized "not_yet_valid" "The token is not valid yet."
    LivesTooLong Unauthorized "lives_too_long" "The token's lifetime is longer than max_lifetime."
    ObjectIdMissing Unauthorized "object_id_missing" "The token names no user."
    NoAccessToken Unauthorized "no_access_token" "The token is an id_token."
    ClientMissing Unauthorized "client_missing" "The token names no application."
    TenantNotAllowed Forbidden "tenant_not_allowed" "Users of this tenant may not call."
    AppOnly Forbidden "app_only" "The token belongs to an application, not to a user."
    ScopeMissing Forbidden "scope_missing" "The token lacks the required permission."
    ClientNotAllowed Forbidden "client_not_allowed" "This application may not call."
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::new(rejection.kind(), rejection.reason()).with_code(rejection.code())
    }
}
