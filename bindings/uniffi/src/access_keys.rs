//! Rotates access keys while they are in use.

use core_auth::Secret;

use crate::client::CommunicationIdentityClient;
use crate::error::Result;
use crate::exchanger::TeamsTokenExchanger;
use crate::handler::TokenExchangeHandler;

macro_rules! update_access_key {
    ($($type:ident.$field:ident,)+) => {
        $(#[uniffi::export]
        impl $type {
            /// Replaces the access keys that are set, for the client and everything created with it. The next
            /// signature uses the new keys, and tokens cached for a former key are no longer returned. A
            /// forked child uses the new keys too.
            #[uniffi::method(default(secondary_access_key = None))]
            pub fn update_access_key(
                &self,
                access_key: Option<String>,
                secondary_access_key: Option<String>,
            ) -> Result<()> {
                let (primary, secondary) = (access_key.map(Secret::from), secondary_access_key.map(Secret::from));
                let [primary, secondary] = [&primary, &secondary].map(|key| key.as_ref().map(Secret::expose));
                Ok(self.$field.update_access_keys(primary, secondary)?)
            }
        })+
    };
}

update_access_key! {
    CommunicationIdentityClient.client,
    TeamsTokenExchanger.exchanger,
    TokenExchangeHandler.handler,
}
