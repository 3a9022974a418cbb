//! Credentials of the Azure SDK for Rust.

use std::sync::Arc;

use azure_core::error::ErrorKind as AzureErrorKind;

use super::TokenCredential;
use crate::error::{Error, ErrorKind, Result};
use crate::models::AccessToken;
use crate::redact::for_display;
use crate::secret::Secret;
use crate::transport::BoxFuture;

/// The maximum length of another library's error text in a reason.
const LONGEST_TEXT: usize = 512;

/// Wraps a credential of the Azure SDK for Rust, such as `azure_identity`'s
/// `ManagedIdentityCredential`.
///
/// Version 1 of that SDK has no claims in the options of a token request and no `refresh_on` in its
/// tokens, so a claims challenge leads to a new token request without them.
#[derive(Debug, Clone)]
pub struct AzureCredential(Arc<dyn azure_core::credentials::TokenCredential>);

impl AzureCredential {
    /// Wraps the credential.
    pub fn new(credential: Arc<dyn azure_core::credentials::TokenCredential>) -> Self {
        Self(credential)
    }
}

impl TokenCredential for AzureCredential {
    fn get_token<'a>(&'a self, scopes: &'a [&'a str]) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin(async move {
            let token = self
                .0
                .get_token(scopes, None)
                .await
                .map_err(|error| translate(&error))?;
            Ok(AccessToken {
                token: Secret::new(token.token.secret()),
                expires_on: token.expires_on.into(),
            })
        })
    }
}

fn translate(error: &azure_core::Error) -> Error {
    let kind = match error.kind() {
        AzureErrorKind::Io | AzureErrorKind::Connection => ErrorKind::TransportError,
        _ => ErrorKind::CredentialDenied,
    };
    let text = for_display(&error.to_string(), LONGEST_TEXT);
    Error::new(kind, format!("The token credential failed: {text}"))
}
