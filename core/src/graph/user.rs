//! The user whose identity is mapped.

use crate::secret::Secret;

/// Tenant and object id, in lower case.
pub(super) type UserKey = (String, String);

/// The verified caller.
#[derive(Clone)]
pub(super) struct User {
    pub(super) bearer: Secret,
    pub(super) tenant_id: String,
    pub(super) object_id: String,
}

impl User {
    /// The user's key. It uses `oid`, which is the same for all applications.
    pub(super) fn key(&self) -> UserKey {
        (
            self.tenant_id.to_ascii_lowercase(),
            self.object_id.to_ascii_lowercase(),
        )
    }
}
