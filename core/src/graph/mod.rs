//! The mapping of a user to an ACS identity, stored in Microsoft Graph as an open extension of the user, for
//! the handler's routes `/api/user` and `/api/token`.
//!
//! ```text
//! IdentityMapping ──► OnBehalfOf      the caller's bearer becomes a token for Graph
//!        │──────────► GraphClient     the extension: read, create, sign, delete
//!        └──────────► the ACS client  the identity: create, delete, issue a token
//! ```

mod error;
mod extension;
mod issued;
mod limits;
mod mapping;
mod on_behalf_of;
mod request;
mod settings;
mod signature;
mod steps;
#[cfg(test)]
mod tests;
mod user;

pub(crate) use self::error::{MappingError, MappingFailure};
pub(crate) use self::limits::{IdentityLimits, IdentityRates};
pub(crate) use self::mapping::{Caller, IdentityMapping};
pub(crate) use self::settings::{GraphSettings, MappingKeys};
pub(crate) use self::signature::MappingKey;
