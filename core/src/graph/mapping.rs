//! A user's ACS identity: finding, creating, removing and using it. Concurrent identical requests share one
//! operation.

use std::fmt;
use std::sync::Arc;

use super::error::{MappingError, MappingFailure};
use super::extension::GraphClient;
use super::issued::{IssuedTokens, MappedToken};
use super::limits::IdentityLimits;
use super::on_behalf_of::OnBehalfOf;
use super::settings::GraphSettings;
use super::signature::Signer;
use super::user::{User, UserKey};
use crate::cache::{Digest, digest};
use crate::client::CommunicationIdentityClient;
use crate::error::{Error, ErrorKind, Result as CoreResult};
use crate::meter;
use crate::models::CommunicationTokenScope;
use crate::secret::Secret;
use crate::single_flight::{Joined, KeyedMutex, SingleFlight};

pub(super) type Result<T> = std::result::Result<T, MappingError>;

/// The caller, as named by its verified bearer token.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// The bearer token, without `Bearer`; it is sent to Entra.
    pub(crate) bearer: &'a str,
    /// Its `tid`.
    pub(crate) tenant_id: &'a str,
    /// Its `oid`.
    pub(crate) object_id: &'a str,
}

/// Maps users to ACS identities. Clones are cheap and share everything.
///
/// An operation continues to its end if its caller leaves, so that it never stops between two steps, and the
/// next caller gets its result.
#[derive(Clone)]
pub(crate) struct IdentityMapping {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) acs: CommunicationIdentityClient,
    pub(super) graph: GraphClient,
    pub(super) token_scopes: Vec<CommunicationTokenScope>,
    pub(super) adopt_unsigned: bool,
    pub(super) limits: Arc<IdentityLimits>,
    pub(super) issued: IssuedTokens,
    pub(super) locks: KeyedMutex<UserKey>,
    lookups: SingleFlight<FlightKey, Result<Option<String>>>,
    creations: SingleFlight<FlightKey, Result<(String, bool)>>,
    removals: SingleFlight<FlightKey, Result<()>>,
    tokens: SingleFlight<FlightKey, Result<Option<MappedToken>>>,
}

/// Callers share an operation only if they present the same bearer token: Entra's response depends on it.
type FlightKey = (UserKey, Digest);

impl IdentityMapping {
    /// Creates a mapping to identities of the client's resource.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`], `target` naming the setting.
    pub(crate) fn new(acs: CommunicationIdentityClient, settings: GraphSettings) -> CoreResult<Self> {
        let checked = settings.check()?;
        let pipeline = acs.pipeline().for_another_service(settings.transport.clone());
        let entra = acs.pipeline().for_another_service(settings.transport);
        let on_behalf_of = OnBehalfOf::new(
            entra,
            checked.authority,
            settings.client_id,
            settings.client_secret,
            checked.scope,
        );
        let keys = settings.mapping_keys;
        let resource = acs.endpoint().url();
        let signer = Signer::new(keys.current, keys.former, &settings.cloud.authority, resource);
        let graph = GraphClient::new(
            pipeline,
            on_behalf_of,
            signer,
            &checked.graph_url,
            checked.extension_name,
        );
        Ok(Self {
            inner: Arc::new(Inner {
                acs,
                graph,
                token_scopes: checked.token_scopes,
                adopt_unsigned: keys.adopt_unsigned,
                limits: settings.limits,
                issued: IssuedTokens::new(settings.tokens),
                locks: KeyedMutex::default(),
                lookups: SingleFlight::default(),
                creations: SingleFlight::default(),
                removals: SingleFlight::default(),
                tokens: SingleFlight::default(),
            }),
        })
    }

    /// Returns the identity that the user is mapped to, if any.
    pub(crate) async fn get(&self, caller: Caller<'_>) -> Result<Option<String>> {
        let (inner, user) = (Arc::clone(&self.inner), caller.user());
        let joined = self
            .inner
            .lookups
            .join(caller.flight_key(), || async move { inner.look_up(&user).await })
            .await;
        joined.ok_or_else(abandoned)?.value
    }

    /// Returns the identity that the user is mapped to, creating it if there is none, and whether this call
    /// created it.
    ///
    /// However many calls run at once, here or in other processes, the user has one identity afterwards, and
    /// all calls return that one.
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

    /// Removes the user's identity and mapping; succeeds if there is none.
    ///
    /// The identity is deleted first: while it exists, so does the mapping that leads to it.
    pub(crate) async fn delete(&self, caller: Caller<'_>) -> Result<()> {
        let (inner, user) = (Arc::clone(&self.inner), caller.user());
        let joined = self
            .inner
            .removals
            .join(caller.flight_key(), || async move { inner.remove(&user).await })
            .await;
        joined.ok_or_else(abandoned)?.value
    }

    /// Returns a token for the identity that the user is mapped to, or `None` if there is no mapping.
    ///
    /// A cached token is returned without reading the mapping from Graph, if that was read within the last
    /// minute.
    pub(crate) async fn token(&self, caller: Caller<'_>) -> Result<Option<MappedToken>> {
        let (inner, user) = (Arc::clone(&self.inner), caller.user());
        if let Some(token) = inner.issued.recent(&user.key(), &inner.token_scopes) {
            return Ok(Some(token));
        }
        let joined = self
            .inner
            .tokens
            .join(caller.flight_key(), || async move { inner.issue(&user).await })
            .await;
        let joined = joined.ok_or_else(abandoned)?;
        if !joined.is_leader {
            meter::set_cache("coalesced");
        }
        joined.value
    }
}

impl Caller<'_> {
    pub(super) fn user(&self) -> User {
        User {
            bearer: Secret::new(self.bearer),
            tenant_id: self.tenant_id.to_owned(),
            object_id: self.object_id.to_owned(),
        }
    }

    fn flight_key(&self) -> FlightKey {
        (self.user().key(), digest([self.bearer.as_bytes()]))
    }
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
