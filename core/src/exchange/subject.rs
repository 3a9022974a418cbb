//! The kind of an exchange, and its user.

use crate::cache::Origin;
use crate::cloud::Cloud;
use crate::entra::{Expectations, UnverifiedClaims};

/// An exchange's arguments besides the token; an unknown one is empty.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(super) origin: Origin,
    pub(super) client_id: &'a str,
    pub(super) tenant_id: &'a str,
    pub(super) object_id: &'a str,
}

/// The operation of the service.
pub(super) enum Operation {
    TeamsUser {
        client_id: String,
        user_object_id: String,
    },
    TeamsExtension,
}

impl<'a> Subject<'a> {
    /// A Teams user; the tenant is the one that the token names.
    pub(crate) const fn teams_user(client_id: &'a str, object_id: &'a str) -> Self {
        Self {
            origin: Origin::TeamsUser,
            client_id,
            tenant_id: "",
            object_id,
        }
    }

    /// A user of Teams Phone extensibility.
    pub(crate) const fn teams_extension(tenant_id: &'a str, object_id: &'a str) -> Self {
        Self {
            origin: Origin::TeamsExtension,
            client_id: "",
            tenant_id,
            object_id,
        }
    }

    /// The expectations of the token check.
    pub(super) fn expectations(&self, cloud: &Cloud) -> Expectations {
        let known = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        match self.origin {
            Origin::TeamsUser => Expectations {
                client_id: Some(self.client_id.to_owned()),
                user_object_id: Some(self.object_id.to_owned()),
                ..Expectations::teams_user(cloud)
            },
            Origin::TeamsExtension => Expectations {
                tenant_id: known(self.tenant_id),
                user_object_id: known(self.object_id),
                ..Expectations::teams_extension(cloud)
            },
        }
    }

    /// Completes unknown ids with those of the token.
    pub(super) fn known_with<'b>(&self, claims: &'b UnverifiedClaims) -> Subject<'b>
    where
        'a: 'b,
    {
        let or = |known: &'b str, claim: &'b Option<String>| {
            if known.is_empty() {
                claim.as_deref().unwrap_or_default()
            } else {
                known
            }
        };
        let object_id = match self.origin {
            // Always known: it is an argument of the exchange.
            Origin::TeamsUser => self.object_id,
            Origin::TeamsExtension => or(self.object_id, &claims.object_id),
        };
        Subject {
            tenant_id: or(self.tenant_id, &claims.tenant_id),
            object_id,
            ..*self
        }
    }

    /// Whether the user is known.
    pub(super) fn is_somebody(&self) -> bool {
        self.origin == Origin::TeamsUser || !self.object_id.is_empty()
    }

    /// The operation of the service.
    pub(super) fn operation(&self) -> Operation {
        match self.origin {
            Origin::TeamsUser => Operation::TeamsUser {
                client_id: self.client_id.to_owned(),
                user_object_id: self.object_id.to_owned(),
            },
            Origin::TeamsExtension => Operation::TeamsExtension,
        }
    }
}
