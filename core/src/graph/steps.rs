//! The steps of each operation on a user's identity, and how a failed step is repaired.
//!
//! Two rules: an identity is used or deleted only if its mapping is trusted, and it is deleted as surplus
//! only if it is certain that no mapping names it. If the outcome of a step is unknown, nothing is changed.

use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tracing::{info, warn};

use super::error::{MappingError, MappingFailure, Orphan};
use super::extension::{AddFailed, Mapping, Written};
use super::issued::MappedToken;
use super::limits::Operation;
use super::mapping::{Inner, Result};
use super::request::{Deadline, TIMEOUT};
use super::signature::Trust;
use super::user::User;
use crate::client::CommunicationIdentityClient;
use crate::error::{Error, ErrorKind, Note};
use crate::models::{AccessToken, CommunicationUserIdentifier};
use crate::protocol::is_identity_not_owned;

/// How often to read a mapping that should exist but that Graph does not return yet.
const LOOKS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The timeout of signing a mapping again: the caller waits for it without needing it.
const SIGNING: Duration = Duration::from_secs(2);

impl Inner {
    pub(super) async fn look_up(&self, user: &User) -> Result<Option<String>> {
        self.limits.admit(&user.key()).await?;
        self.mapped(user, Deadline::within(TIMEOUT)).await
    }

    pub(super) async fn issue(&self, user: &User) -> Result<Option<MappedToken>> {
        let key = user.key();
        self.limits.admit(&key).await?;
        let deadline = Deadline::within(TIMEOUT);
        let issuing = self.issued.begin(&key);
        let Some(id) = self.mapped(user, deadline).await? else {
            self.issued.evict(&key);
            return Ok(None);
        };
        self.issued.saw(&key, &id, &issuing);
        if let Some(cached) = self.issued.of(&key, &id, &self.token_scopes) {
            return Ok(Some(cached));
        }
        let token = self.issue_token(&id, deadline).await?;
        let now = (self.acs.pipeline().now)();
        let scopes = &self.token_scopes;
        self.issued.put(&key, &id, scopes, &issuing, &token, now);
        Ok(Some(MappedToken {
            user: CommunicationUserIdentifier::new(id),
            token,
        }))
    }

    async fn issue_token(&self, id: &str, deadline: Deadline) -> Result<AccessToken> {
        self.limits.take(Operation::Issue).await?;
        let user = CommunicationUserIdentifier::new(id);
        let issued = self
            .acs(deadline)
            .get_token(&user, &self.token_scopes, None)
            .await;
        let issued = self.limits.heed(Operation::Issue, issued).await;
        issued.map_err(of_identity)
    }

    pub(super) async fn create(&self, user: &User) -> Result<(String, bool)> {
        self.limits.admit(&user.key()).await?;
        let deadline = Deadline::within(TIMEOUT);
        let _turn = self.turn(user, deadline).await?;
        let mapping = self.graph.read(user, deadline).await?;
        if let Some(id) = self.believed(user, mapping, deadline).await? {
            return Ok((id, false));
        }
        self.limits.take(Operation::Create).await?;
        let created = self.acs(deadline).create_user().await;
        let created = match self.limits.heed(Operation::Create, created).await {
            Ok(created) => created,
            Err(error) if error.notes().contains(&Note::IdentityMaybeCreated) => {
                warn!(
                    event = "identity_may_be_left",
                    "an identity may have been created whose id is unknown"
                );
                return Err(acs_failed(error).with_orphan(Orphan::Unknown));
            }
            Err(error) => return Err(acs_failed(error)),
        };
        let Err(failed) = self.graph.add(user, &created.id, deadline).await else {
            info!(identity = created.id, "a user was mapped to a new identity");
            return Ok((created.id, true));
        };
        self.set_right(user, created, failed).await
    }

    /// Repairs a mapping whose writing did not visibly succeed. A mapping that exists now stays. The new
    /// identity is deleted if it is certain that no mapping names it.
    async fn set_right(
        &self,
        user: &User,
        created: CommunicationUserIdentifier,
        failed: AddFailed,
    ) -> Result<(String, bool)> {
        let AddFailed { error, written } = failed;
        let deadline = Deadline::within(TIMEOUT);
        let found = match written {
            Written::No => None,
            Written::AnotherIsThere | Written::Unknown => self.look_again(user, deadline).await,
        };
        if matches!(&found, Some(Mapping::Identity(id, _)) if *id == created.id) {
            return Ok((created.id, true));
        }
        // If another mapping exists, the extension's name is taken, so this one cannot be written any more.
        let is_surplus = written != Written::Unknown || found.is_some();
        let kept = if is_surplus {
            self.remove_surplus(&created, deadline).await.is_err()
        } else {
            true
        };
        let result = match found {
            Some(mapping) => self.believed(user, mapping, deadline).await,
            None => Ok(None),
        };
        let error = match result {
            Ok(Some(id)) => return Ok((id, false)),
            Ok(None) => error,
            Err(error) => error,
        };
        if !kept {
            return Err(error);
        }
        warn!(
            event = "identity_may_be_left",
            identity = created.id,
            "an identity was created that is possibly mapped to no user, and was not deleted"
        );
        Err(error.with_orphan(Orphan::Known(created.id)))
    }

    async fn remove_surplus(
        &self,
        created: &CommunicationUserIdentifier,
        deadline: Deadline,
    ) -> std::result::Result<(), ()> {
        let deleted = self.acs(deadline).delete_user(created).await;
        match self.limits.heed(Operation::Delete, deleted).await {
            Ok(()) => {
                info!(
                    identity = created.id,
                    "an identity that was not mapped was deleted"
                );
                Ok(())
            }
            Err(gone) if gone.kind == ErrorKind::NotFound => Ok(()),
            Err(left) => {
                warn!(identity = created.id, error = %left, "an identity that was not mapped could not be deleted");
                Err(())
            }
        }
    }

    /// Reads the mapping, if there is one. Graph may need a moment to return an extension that it reported to
    /// exist.
    async fn look_again(&self, user: &User, deadline: Deadline) -> Option<Mapping> {
        let mut pause = FIRST_PAUSE;
        for look in 1..=LOOKS {
            match self.graph.read(user, deadline).await {
                Ok(Mapping::Absent) if look < LOOKS => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Ok(Mapping::Absent) | Err(_) => break,
                Ok(mapping) => return Some(mapping),
            }
        }
        None
    }

    /// The identity is deleted first: while it exists, so does the mapping that leads to it.
    pub(super) async fn remove(&self, user: &User) -> Result<()> {
        self.limits.admit(&user.key()).await?;
        let deadline = Deadline::within(TIMEOUT);
        let _turn = self.turn(user, deadline).await?;
        let id = match self.graph.read(user, deadline).await? {
            Mapping::Absent => return Ok(()),
            Mapping::Unusable => return self.graph.remove(user, deadline).await,
            Mapping::Identity(id, Trust::Current | Trust::Former) => id,
            Mapping::Identity(id, Trust::Unsigned) if self.adopt_unsigned => id,
            Mapping::Identity(_, trust @ (Trust::Unsigned | Trust::Foreign)) => {
                return Err(not_trusted(trust));
            }
        };
        let id = CommunicationUserIdentifier::new(id);
        self.limits.take(Operation::Delete).await?;
        let deleted = self.acs(deadline).delete_user(&id).await;
        // Its tokens are revoked, or may be if the outcome is unknown.
        self.issued.evict(&user.key());
        match self.limits.heed(Operation::Delete, deleted).await {
            Ok(()) => {}
            // There is no such identity, or the mapping's value is not a valid id.
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::InvalidArgument) => {}
            Err(error) => return Err(of_identity(error)),
        }
        self.graph.remove(user, deadline).await?;
        info!(identity = id.id, "a user's identity and mapping were removed");
        Ok(())
    }

    /// Returns the identity that the user is mapped to, if the mapping is trusted.
    async fn mapped(&self, user: &User, deadline: Deadline) -> Result<Option<String>> {
        let mapping = self.graph.read(user, deadline).await?;
        let needs_signing = match &mapping {
            Mapping::Identity(_, Trust::Former) => true,
            Mapping::Identity(_, Trust::Unsigned) => self.adopt_unsigned,
            Mapping::Identity(_, Trust::Current | Trust::Foreign) | Mapping::Absent | Mapping::Unusable => {
                false
            }
        };
        if !needs_signing {
            return self.believed(user, mapping, deadline).await;
        }
        let _turn = self.turn(user, deadline).await?;
        let mapping = self.graph.read(user, deadline).await?;
        self.believed(user, mapping, deadline).await
    }

    /// Returns the identity of a mapping that is trusted, and signs the mapping again if needed. The caller
    /// must hold the user's lock unless the mapping is signed with the current key.
    async fn believed(&self, user: &User, mapping: Mapping, deadline: Deadline) -> Result<Option<String>> {
        let (id, trust) = match mapping {
            Mapping::Absent => return Ok(None),
            Mapping::Unusable => {
                return Err(MappingError::unexpected(
                    MappingFailure::MappingUnusable,
                    "The user's extension in Microsoft Graph names no ACS identity.",
                ));
            }
            Mapping::Identity(id, trust) => (id, trust),
        };
        match trust {
            Trust::Current => {}
            Trust::Former => {
                // The former key is still trusted: the next caller tries to sign again.
                if let Err(error) = self.graph.sign(user, &id, deadline.at_most(SIGNING)).await {
                    warn!(event = "mapping_not_signed", %error, "a mapping keeps the signature of the former key");
                }
            }
            Trust::Unsigned if self.adopt_unsigned => self.adopt(user, &id, deadline).await?,
            Trust::Unsigned | Trust::Foreign => return Err(not_trusted(trust)),
        }
        Ok(Some(id))
    }

    /// Signs a mapping that has no signature, if its identity belongs to this resource. ACS has no operation
    /// to check that, but issues tokens only for the resource's own identities.
    async fn adopt(&self, user: &User, id: &str, deadline: Deadline) -> Result<()> {
        self.issue_token(id, deadline).await?;
        self.graph.sign(user, id, deadline).await?;
        info!(
            event = "mapping_adopted",
            identity = id,
            "a mapping without a signature was adopted"
        );
        Ok(())
    }

    pub(super) async fn turn(&self, user: &User, deadline: Deadline) -> Result<OwnedMutexGuard<()>> {
        let turn = tokio::time::timeout(deadline.left(), self.locks.lock(user.key())).await;
        turn.map_err(|_| {
            let error = Error::new(
                ErrorKind::Timeout,
                "Another operation on the user's mapping did not end in time.",
            );
            MappingError::new(MappingFailure::GraphFailed, error)
        })
    }

    fn acs(&self, deadline: Deadline) -> CommunicationIdentityClient {
        let timeout = self.acs.pipeline().timeout.min(deadline.left());
        self.acs.with_timeout(timeout)
    }
}

fn not_trusted(trust: Trust) -> MappingError {
    let reason = match trust {
        Trust::Unsigned => {
            "The user's extension in Microsoft Graph is not signed: graph.adopt_unsigned_mappings accepts those of \
             Microsoft's sample."
        }
        Trust::Foreign | Trust::Current | Trust::Former => {
            "The user's extension in Microsoft Graph is signed with another key, or for another user, identity, \
             resource or cloud: it was changed, or the settings were."
        }
    };
    MappingError::unexpected(MappingFailure::MappingNotTrusted, reason)
}

fn acs_failed(error: Error) -> MappingError {
    MappingError::new(MappingFailure::AcsFailed, error)
}

/// Classifies an error of ACS about an identity that a mapping names.
fn of_identity(error: Error) -> MappingError {
    let failure = match error.kind {
        ErrorKind::NotFound => MappingFailure::IdentityGone,
        ErrorKind::InvalidArgument => MappingFailure::MappingUnusable,
        _ if is_identity_not_owned(&error) => MappingFailure::MappingOfAnotherResource,
        _ => MappingFailure::AcsFailed,
    };
    MappingError::new(failure, error)
}
