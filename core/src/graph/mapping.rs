//! A user's ACS identity: found, made, removed, and used.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use super::error::{MappingError, MappingFailure};
use super::extension::{AddFailed, GraphClient, Mapping, User};
use super::on_behalf_of::{BearerHash, OnBehalfOf};
use super::request::Deadline;
use super::settings::GraphSettings;
use crate::client::CommunicationIdentityClient;
use crate::error::{Error, ErrorKind, Result as CoreResult};
use crate::models::{AccessToken, CommunicationTokenScope, CommunicationUserIdentifier};
use crate::protocol::is_identity_not_owned;
use crate::secret::Secret;
use crate::single_flight::{Joined, SingleFlight, Turns};

type Result<T> = std::result::Result<T, MappingError>;

/// How long an operation may take with all its requests. Setting right what failed has as long once more.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How often Graph is asked for a mapping that it says is there before it shows it.
const LOOKS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Who calls, as their verified bearer says.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// The bearer, without its scheme; it is presented to Entra.
    pub(crate) bearer: &'a str,
    /// Its `tid`.
    pub(crate) tenant_id: &'a str,
    /// Its `oid`.
    pub(crate) object_id: &'a str,
}

/// A token of the mapped identity.
#[derive(Debug, Clone)]
pub(crate) struct MappedToken {
    /// The identity.
    pub(crate) user: CommunicationUserIdentifier,
    /// Its token.
    pub(crate) token: AccessToken,
}

/// Maps users to ACS identities. Clones are cheap and share everything.
///
/// An operation that changes something goes on to its end when its caller goes away, so that no step is left alone.
#[derive(Clone)]
pub(crate) struct IdentityMapping {
    inner: Arc<Inner>,
}

struct Inner {
    acs: CommunicationIdentityClient,
    graph: GraphClient,
    token_scopes: Vec<CommunicationTokenScope>,
    creations: SingleFlight<FlightKey, Result<(String, bool)>>,
    removals: SingleFlight<FlightKey, Result<()>>,
    turns: Turns<UserKey>,
}

/// Callers share an operation only if they have the very same bearer: what Entra says of it is theirs alone.
type FlightKey = (UserKey, BearerHash);
type UserKey = (String, String);

impl IdentityMapping {
    /// A mapping to identities of the client's resource.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`], `target` naming the setting.
    pub(crate) fn new(acs: CommunicationIdentityClient, settings: GraphSettings) -> CoreResult<Self> {
        let checked = settings.check()?;
        let pipeline = acs.pipeline().for_another_service(settings.transport.clone());
        let entra = acs.pipeline().for_another_service(settings.transport);
        let on_behalf_of = OnBehalfOf::new(
            checked.authority,
            settings.client_id,
            settings.client_secret,
            checked.scope,
        );
        let graph = GraphClient::new(
            pipeline,
            entra,
            on_behalf_of,
            &checked.graph_url,
            checked.extension_name,
        );
        Ok(Self {
            inner: Arc::new(Inner {
                acs,
                graph,
                token_scopes: checked.token_scopes,
                creations: SingleFlight::default(),
                removals: SingleFlight::default(),
                turns: Turns::default(),
            }),
        })
    }

    /// The identity that the user is mapped to.
    pub(crate) async fn get(&self, caller: Caller<'_>) -> Result<Option<String>> {
        let mapping = self
            .inner
            .graph
            .read(&caller.user(), Deadline::within(TIMEOUT))
            .await?;
        identity(mapping)
    }

    /// The identity that the user is mapped to, which is created if there is none, and whether this call created it.
    ///
    /// However many call at once, here or in other processes, the user has one identity afterwards, and all get that one.
    pub(crate) async fn get_or_create(&self, caller: Caller<'_>) -> Result<(String, bool)> {
        let (inner, user) = (Arc::clone(&self.inner), caller.user());
        let joined = self
            .inner
            .creations
            .join(caller.flight_key(), || async move { inner.create(&user).await })
            .await;
        let Joined { value, is_leader } = joined.ok_or_else(abandoned)?;
        value.map(|(id, created)| (id, created && is_leader))
    }

    /// Removes the user's identity and mapping; that there is none is no error.
    ///
    /// The identity goes first: while it lives, the mapping that leads to it stays.
    pub(crate) async fn delete(&self, caller: Caller<'_>) -> Result<()> {
        let (inner, user) = (Arc::clone(&self.inner), caller.user());
        let joined = self
            .inner
            .removals
            .join(caller.flight_key(), || async move { inner.remove(&user).await })
            .await;
        joined.ok_or_else(abandoned)?.value
    }

    /// A token for the identity that the user is mapped to; `None` if there is no mapping.
    pub(crate) async fn token(&self, caller: Caller<'_>) -> Result<Option<MappedToken>> {
        let deadline = Deadline::within(TIMEOUT);
        let mapping = self.inner.graph.read(&caller.user(), deadline).await?;
        let Some(id) = identity(mapping)? else {
            return Ok(None);
        };
        let user = CommunicationUserIdentifier::new(id);
        let issued = self
            .inner
            .acs(deadline)
            .get_token(&user, &self.inner.token_scopes, None)
            .await;
        match issued {
            Ok(token) => Ok(Some(MappedToken { user, token })),
            Err(error) => Err(of_identity(error)),
        }
    }
}

impl Inner {
    async fn create(&self, user: &User) -> Result<(String, bool)> {
        let _turn = self.turns.turn(user.key()).await;
        let deadline = Deadline::within(TIMEOUT);
        if let Some(id) = identity(self.graph.read(user, deadline).await?)? {
            return Ok((id, false));
        }
        let created = self.acs(deadline).create_user().await.map_err(acs_failed)?;
        let Err(failed) = self.graph.add(user, &created.id, deadline).await else {
            info!(identity = created.id, "a user was mapped to a new identity");
            return Ok((created.id, true));
        };
        self.set_right(user, created, failed).await
    }

    /// The mapping was not written, as far as is known. Whatever is mapped now stands; a surplus identity goes.
    async fn set_right(
        &self,
        user: &User,
        created: CommunicationUserIdentifier,
        failed: AddFailed,
    ) -> Result<(String, bool)> {
        let AddFailed {
            mut error,
            look_again,
        } = failed;
        let deadline = Deadline::within(TIMEOUT);
        let mapped = if look_again {
            self.look_again(user, deadline).await
        } else {
            None
        };
        if mapped.as_ref() == Some(&created.id) {
            return Ok((created.id, true));
        }
        match self.acs(deadline).delete_user(&created).await {
            Ok(()) => info!(
                identity = created.id,
                "an identity that was not mapped was deleted again"
            ),
            Err(gone) if gone.kind == ErrorKind::NotFound => {}
            Err(left) => {
                warn!(
                    identity = created.id,
                    error = %left,
                    "an identity was created, is mapped to nobody and could not be deleted"
                );
                error.error.reason = format!(
                    "{} The identity {} was created for it and could not be deleted: delete it by hand.",
                    error.error.reason, created.id
                );
                error.orphan = Some(created.id);
            }
        }
        match mapped {
            Some(id) => Ok((id, false)),
            None => Err(error),
        }
    }

    /// What is mapped now. Graph may need a moment to show what it says is there.
    async fn look_again(&self, user: &User, deadline: Deadline) -> Option<String> {
        let mut pause = FIRST_PAUSE;
        for look in 1..=LOOKS {
            match self.graph.read(user, deadline).await {
                Ok(Mapping::Identity(id)) => return Some(id),
                Ok(Mapping::Absent) if look < LOOKS => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Ok(Mapping::Absent | Mapping::Unusable) | Err(_) => break,
            }
        }
        None
    }

    async fn remove(&self, user: &User) -> Result<()> {
        let _turn = self.turns.turn(user.key()).await;
        let deadline = Deadline::within(TIMEOUT);
        let id = match self.graph.read(user, deadline).await? {
            Mapping::Absent => return Ok(()),
            Mapping::Unusable => return self.graph.remove(user, deadline).await,
            Mapping::Identity(id) => CommunicationUserIdentifier::new(id),
        };
        match self.acs(deadline).delete_user(&id).await {
            Ok(()) => {}
            // There is none, or what is mapped cannot be the id of one.
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::InvalidArgument) => {}
            Err(error) => return Err(of_identity(error)),
        }
        self.graph.remove(user, deadline).await?;
        info!(identity = id.id, "a user's identity and mapping were removed");
        Ok(())
    }

    fn acs(&self, deadline: Deadline) -> CommunicationIdentityClient {
        let timeout = self.acs.pipeline().timeout.min(deadline.left());
        self.acs.with_timeout(timeout)
    }
}

impl Caller<'_> {
    fn user(&self) -> User {
        User {
            bearer: Secret::new(self.bearer),
            tenant_id: self.tenant_id.to_owned(),
            object_id: self.object_id.to_owned(),
        }
    }

    fn flight_key(&self) -> FlightKey {
        (self.user().key(), OnBehalfOf::hash(self.bearer))
    }
}

impl User {
    fn key(&self) -> UserKey {
        (
            self.tenant_id.to_ascii_lowercase(),
            self.object_id.to_ascii_lowercase(),
        )
    }
}

/// The identity of a mapping that can be used, if there is one.
fn identity(mapping: Mapping) -> Result<Option<String>> {
    match mapping {
        Mapping::Absent => Ok(None),
        Mapping::Identity(id) => Ok(Some(id)),
        Mapping::Unusable => Err(MappingError::unexpected(
            MappingFailure::MappingUnusable,
            "The user's extension in Microsoft Graph names no ACS identity.",
        )),
    }
}

fn acs_failed(error: Error) -> MappingError {
    MappingError::new(MappingFailure::AcsFailed, error)
}

/// What ACS's refusal says of an identity that a mapping names.
fn of_identity(error: Error) -> MappingError {
    let failure = match error.kind {
        ErrorKind::NotFound => MappingFailure::IdentityGone,
        ErrorKind::InvalidArgument => MappingFailure::MappingUnusable,
        _ if is_identity_not_owned(&error) => MappingFailure::MappingOfAnotherResource,
        _ => MappingFailure::AcsFailed,
    };
    MappingError::new(failure, error)
}

fn abandoned() -> MappingError {
    let error = Error::new(ErrorKind::Internal, "The operation ended without a result.");
    MappingError::new(MappingFailure::Internal, error)
}

impl fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("tenant_id", &self.tenant_id)
            .field("object_id", &self.object_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IdentityMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityMapping")
            .field("acs", &self.inner.acs)
            .field("graph", &self.inner.graph)
            .field("token_scopes", &self.inner.token_scopes)
            .finish_non_exhaustive()
    }
}
