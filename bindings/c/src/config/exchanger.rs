//! The configuration of an exchanger.

use std::sync::Arc;
use std::time::Duration;

use core_auth::entra::TokenCheck;
use core_auth::{CommunicationIdentityClient, Observer, RedisOptions, Result, TeamsTokenExchanger};
use zeroize::Zeroizing;

use crate::ffi::invalid;

/// The configuration from which each process makes its instance of an exchanger.
#[derive(Default)]
#[expect(missing_docs, reason = "each is the option of its name")]
pub struct ExchangerConfig {
    pub redis: Option<RedisOptions>,
    pub observer: Option<Arc<dyn Observer>>,
    pub cache_secret: Option<Zeroizing<[u8; 32]>>,
    pub token_check: Option<TokenCheck>,
    pub distributed_lock: Option<bool>,
    pub timeout: Option<Duration>,
    pub cache_bytes: Option<u64>,
    pub max_ttl: Option<Duration>,
    pub negative_ttl: Option<Duration>,
    pub limit: Option<u32>,
    pub limit_burst: Option<u32>,
    pub limit_window: Option<Duration>,
    pub user_limit: Option<u32>,
}

impl ExchangerConfig {
    /// Makes the instance of this process.
    pub(crate) fn make(&self, client: CommunicationIdentityClient) -> Result<TeamsTokenExchanger> {
        let mut builder = TeamsTokenExchanger::builder(client);
        if let Some(secret) = &self.cache_secret {
            builder = builder.cache_secret(**secret);
        }
        macro_rules! given {
            ($($option:ident)+) => {
                $(if let Some(value) = &self.$option {
                    builder = builder.$option(value.clone());
                })+
            };
        }
        given! {
            redis observer token_check distributed_lock timeout cache_bytes max_ttl negative_ttl limit
            limit_burst limit_window user_limit
        }
        builder.build()
    }
}

/// Reads the secret of a cache, which must be 32 bytes.
pub fn cache_secret(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let secret = bytes.try_into();
    secret
        .map(Zeroizing::new)
        .map_err(|_| invalid("cache_secret", "It must be 32 bytes."))
}
