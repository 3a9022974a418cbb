//! A service inside this process that answers at once, and an exchanger that uses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_auth::transport::{BoxFuture, Transport, TransportFailure};
use acs_auth::{CommunicationIdentityClient, TeamsTokenExchanger, TeamsTokenExchangerBuilder};
use bytes::Bytes;

/// Answers with a token of the usual size.
#[derive(Debug)]
pub(crate) struct Service {
    answer: Bytes,
    sent: AtomicUsize,
}

impl Service {
    pub(crate) fn new() -> Arc<Self> {
        let token = "x".repeat(1024);
        let answer = format!(r#"{{"token":"{token}","expiresOn":"2099-01-15T09:00:00+00:00"}}"#);
        Arc::new(Self {
            answer: answer.into(),
            sent: AtomicUsize::new(0),
        })
    }

    /// The number of exchanges that it has answered.
    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Transport for Service {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportFailure>> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let answer = http::Response::new(self.answer.clone());
        Box::pin(async { Ok(answer) })
    }
}

/// An exchanger with limits that no bench reaches.
pub(crate) fn exchanger(service: &Arc<Service>) -> TeamsTokenExchangerBuilder {
    let client = CommunicationIdentityClient::builder()
        .connection_string("endpoint=https://acs.example;accesskey=a2V5")
        .transport(Arc::clone(service) as _)
        .build()
        .unwrap();
    TeamsTokenExchanger::builder(client)
        .token_check(TokenCheck::Off)
        .cache_bytes(64 << 30)
        .limit(1_000_000)
        .limit_window(Duration::from_secs(1))
        .user_limit(0)
}

/// Entra tokens as long as real ones, one of each user.
#[derive(Debug)]
pub(crate) struct Users {
    padding: String,
}

impl Users {
    pub(crate) fn new() -> Self {
        Self {
            padding: "x".repeat(1800),
        }
    }

    pub(crate) async fn exchange(&self, exchanger: &TeamsTokenExchanger, number: usize) {
        let token = format!("e30.{number:012}{}.c2ln", self.padding);
        let user = format!("user {number}");
        exchanger.exchange(&token, "client", &user).await.unwrap();
    }
}
