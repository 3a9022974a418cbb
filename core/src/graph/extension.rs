//! The user's open extension in Microsoft Graph that stores the mapping.

use std::fmt;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::error::{MappingError, MappingFailure};
use super::on_behalf_of::OnBehalfOf;
use super::request::{Deadline, Sent, refusal, request, send};
use super::signature::{Signer, Trust};
use super::user::User;
use crate::credential::challenge;
use crate::error::{Error, ErrorKind};
use crate::pipeline::Pipeline;
use crate::protocol::{Method, RawResponse};
use crate::redact::redact_exact;

/// The type and the member that Microsoft's sample back end writes.
const TYPE: &str = "microsoft.graph.openTypeExtension";
const MEMBER: &str = "acsUserIdentity";
/// The member that this library adds.
const SIGNATURE: &str = "acsUserIdentitySignature";

/// A user's mapping as stored in Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mapping {
    /// There is no extension of this name.
    Absent,
    /// The extension exists, but names no identity.
    Unusable,
    /// The raw id of the identity, and whether its signature is trusted.
    Identity(String, Trust),
}

/// How an attempt to write the mapping failed.
pub(super) struct AddFailed {
    pub(super) error: MappingError,
    pub(super) written: Written,
}

/// Whether the mapping was written although no success was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// No: nothing was sent, or Graph rejected it.
    No,
    /// No: there already is a mapping.
    AnotherIsThere,
    /// Unknown: it may have been written, or may be in a moment.
    Unknown,
}

/// Reads and writes the extension on behalf of its user.
pub(super) struct GraphClient {
    pipeline: Pipeline,
    on_behalf_of: OnBehalfOf,
    signer: Signer,
    base: String,
    extension_name: String,
}

impl GraphClient {
    pub(super) fn new(
        pipeline: Pipeline,
        on_behalf_of: OnBehalfOf,
        signer: Signer,
        url: &str,
        extension_name: String,
    ) -> Self {
        Self {
            pipeline,
            on_behalf_of,
            signer,
            base: format!("{url}/v1.0/me"),
            extension_name,
        }
    }

    /// Reads the user's mapping.
    pub(super) async fn read(&self, user: &User, deadline: Deadline) -> Result<Mapping, MappingError> {
        let url = format!("{}?$expand=extensions&$select=id", self.base);
        let answer = self.call(user, Method::Get, &url, None, deadline).await.result?;
        answer.read(|response| match response.status {
            200 => self.mapping(user, response),
            _ => Err(self.refused(user, response)),
        })
    }

    /// Maps the user to an identity, unless there is a mapping.
    pub(super) async fn add(&self, user: &User, identity: &str, deadline: Deadline) -> Result<(), AddFailed> {
        let body = json!({
            "@odata.type": TYPE, "extensionName": self.extension_name,
            MEMBER: identity, SIGNATURE: self.signer.sign(&user.key(), identity),
        });
        let url = format!("{}/extensions", self.base);
        let sent = self.call(user, Method::Post, &url, Some(&body), deadline).await;
        let answer = match sent.result {
            Ok(answer) => answer,
            Err(error) => {
                let written = if sent.maybe_done {
                    Written::Unknown
                } else {
                    Written::No
                };
                return Err(AddFailed { error, written });
            }
        };
        answer.read(|response| match response.status {
            201 => Ok(()),
            status => Err(AddFailed {
                error: self.refused(user, response),
                written: match status {
                    // A retry may fail because the first attempt succeeded.
                    _ if sent.maybe_done => Written::Unknown,
                    // Graph was seen to return 400 as well as 409 for a name that is taken.
                    400 | 409 => Written::AnotherIsThere,
                    401..=499 => Written::No,
                    _ => Written::Unknown,
                },
            }),
        })
    }

    /// Signs the existing mapping to this identity. Writes only the signature: if the mapping was changed
    /// meanwhile, the signature is invalid for it.
    pub(super) async fn sign(
        &self,
        user: &User,
        identity: &str,
        deadline: Deadline,
    ) -> Result<(), MappingError> {
        let body = json!({"@odata.type": TYPE, SIGNATURE: self.signer.sign(&user.key(), identity)});
        let url = format!("{}/extensions/{}", self.base, self.extension_name);
        let answer = self
            .call(user, Method::Patch, &url, Some(&body), deadline)
            .await
            .result?;
        answer.read(|response| match response.status {
            200 | 204 => Ok(()),
            _ => Err(self.refused(user, response)),
        })
    }

    /// Removes the mapping; succeeds if there is none.
    pub(super) async fn remove(&self, user: &User, deadline: Deadline) -> Result<(), MappingError> {
        let url = format!("{}/extensions/{}", self.base, self.extension_name);
        let answer = self
            .call(user, Method::Delete, &url, None, deadline)
            .await
            .result?;
        answer.read(|response| match response.status {
            204 | 404 => Ok(()),
            _ => Err(self.refused(user, response)),
        })
    }

    /// Sends a request, and once more with a new token if Graph rejects a cached one.
    async fn call(
        &self,
        user: &User,
        method: Method,
        url: &str,
        body: Option<&Value>,
        deadline: Deadline,
    ) -> Sent {
        let mut again = true;
        let mut maybe_done = false;
        loop {
            let obtained = self.on_behalf_of.token(&user.tenant_id, &user.bearer);
            // The request to Entra is shared with other callers and may take longer than this call's
            // deadline.
            let obtained = tokio::time::timeout(deadline.left(), obtained).await;
            let (token, kept) = match obtained.unwrap_or_else(|_| Err(no_token_in_time())) {
                Ok(obtained) => obtained,
                Err(error) => {
                    return Sent {
                        result: Err(error),
                        maybe_done,
                    };
                }
            };
            let mut prepared = request(
                method,
                url.to_owned(),
                vec![
                    ("accept", "application/json".to_owned()),
                    ("authorization", format!("Bearer {}", token.expose())),
                ],
            );
            if let Some(body) = body {
                prepared
                    .headers
                    .push(("content-type", Zeroizing::new("application/json".to_owned())));
                prepared.body = Zeroizing::new(body.to_string().into_bytes());
            }
            let mut sent = send(&self.pipeline, prepared, deadline, MappingFailure::GraphFailed).await;
            maybe_done |= sent.maybe_done;
            sent.maybe_done = maybe_done;
            if !sent.result.as_ref().is_ok_and(|answer| answer.status() == 401) {
                return sent;
            }
            self.on_behalf_of.forget(&user.bearer);
            if !kept || !std::mem::take(&mut again) {
                return sent;
            }
        }
    }

    fn mapping(&self, user: &User, response: &RawResponse<'_>) -> Result<Mapping, MappingError> {
        let unexpected = |reason| MappingError::unexpected(MappingFailure::GraphFailed, reason);
        let me: Value = serde_json::from_slice(response.body)
            .map_err(|_| unexpected("Graph answered 200, but not with JSON."))?;
        let is_user = me["id"]
            .as_str()
            .is_some_and(|id| id.eq_ignore_ascii_case(&user.object_id));
        if !is_user {
            return Err(unexpected("Graph answered about another user than the bearer's."));
        }
        let extensions = match &me["extensions"] {
            Value::Null => return Ok(Mapping::Absent),
            Value::Array(extensions) => extensions,
            _ => return Err(unexpected("Graph's extensions are not a list.")),
        };
        // The id is the name; some resources prefix it with the type. The first page has all extensions: a
        // user can have two per application.
        let named = |extension: &&Value| {
            ["extensionName", "id"]
                .iter()
                .any(|member| extension[*member].as_str() == Some(&self.extension_name))
        };
        Ok(match extensions.iter().find(named) {
            None => Mapping::Absent,
            Some(extension) => match extension[MEMBER].as_str().filter(|id| is_identity(id)) {
                Some(id) => {
                    let trust = self.signer.check(&user.key(), id, &extension[SIGNATURE]);
                    Mapping::Identity(id.to_owned(), trust)
                }
                None => Mapping::Unusable,
            },
        })
    }

    fn refused(&self, user: &User, response: &RawResponse<'_>) -> MappingError {
        let claims = challenge::claims(response);
        let failure = match response.status {
            401 | 403 if claims.is_some() => MappingFailure::InteractionRequired,
            401 | 403 => MappingFailure::GraphRefused,
            _ => MappingFailure::GraphFailed,
        };
        let mut error: Error = refusal("Microsoft Graph", response);
        error.details_mut().reason = redact_exact(&error.reason, &[user.bearer.expose()]);
        MappingError::new(failure, error).with_claims(claims)
    }
}

fn no_token_in_time() -> MappingError {
    let error = Error::new(
        ErrorKind::Timeout,
        "Entra issued no token for Microsoft Graph in time.",
    );
    MappingError::new(MappingFailure::EntraFailed, error)
}

/// Whether a raw id is that of an ACS identity, `8:acs:` or another cloud's variant such as `8:gcch-acs:`,
/// and not, for example, of a Teams user. The user can write the extension, so it may contain anything.
fn is_identity(id: &str) -> bool {
    let mut parts = id.splitn(3, ':');
    let ours = parts.next() == Some("8") && parts.next().is_some_and(|kind| kind.ends_with("acs"));
    ours && parts.next().is_some_and(|rest| !rest.is_empty())
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient")
            .field("base", &self.base)
            .field("extension_name", &self.extension_name)
            .field("on_behalf_of", &self.on_behalf_of)
            .finish_non_exhaustive()
    }
}
