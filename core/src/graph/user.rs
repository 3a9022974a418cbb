//! The user whose identity is mapped.

use crate::secret::Secret;

/// Tenant and object id, in lower case.
pub(super) type UserKey = (String, String);

/// Who calls, as verified.
#[derive(Clone)]
pub(super) struct User {
    pub(super) bearer: Secret,
    pub(super) tenant_id: String,
    pub(super) object_id: String,
}

impl User {
    /// Their key wherever one of all users is meant: no other application names users so.
    pub(super) fn key(&self) -> UserKey {
        (
            self.tenant_id.to_ascii_lowercase(),
            self.object_id.to_ascii_lowercase(),
        )
    }
}
