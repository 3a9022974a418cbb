//! Handles of the C ABI, which this library exports too. Operations are called through it, because a
//! generated call costs too much.
//!
//! A handle is borrowed from its object: it is valid while the object lives, and must not be freed.

use crate::client::CommunicationIdentityClient;
use crate::endpoint::AccessKey;
use crate::exchanger::TeamsTokenExchanger;
use crate::handler::TokenExchangeHandler;
use crate::user_credential::CommunicationTokenCredential;
use crate::verifier::TokenVerifier;

fn address<T>(handle: &T) -> u64 {
    std::ptr::from_ref(handle) as u64
}

#[uniffi::export]
impl CommunicationIdentityClient {
    /// Returns the client as an acs_client of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.client)
    }
}

#[uniffi::export]
impl TeamsTokenExchanger {
    /// Returns the exchanger as an acs_exchanger of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.exchanger)
    }
}

#[uniffi::export]
impl TokenVerifier {
    /// Returns the verifier as an acs_verifier of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.verifier)
    }
}

#[uniffi::export]
impl TokenExchangeHandler {
    /// Returns the handler as an acs_handler of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.handler)
    }
}

#[uniffi::export]
impl AccessKey {
    /// Returns the key as an acs_access_key of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.0)
    }
}

#[uniffi::export]
impl CommunicationTokenCredential {
    /// Returns the credential as an acs_user_credential of the C ABI, valid while this object lives.
    pub fn c_handle(&self) -> u64 {
        address(&self.credential)
    }
}
