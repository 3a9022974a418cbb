//! Access keys that are replaced while they are in use.

use core_auth::Secret;

use crate::client::CommunicationIdentityClient;
use crate::error::Result;
use crate::exchanger::TeamsTokenExchanger;
use crate::handler::TokenExchangeHandler;

macro_rules! update_access_key {
    ($($type:ident.$field:ident,)+) => {
        $(#[uniffi::export]
        impl $type {
            /// Replaces those access keys of the client that are given, also for what else was made of it. The next signature uses
            /// them, and tokens cached for the former one are not returned any more. A forked child uses them too.
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
