//! The emulator's addresses and tokens, and clients of the emulator.

use std::future::Future;

use acs_auth::CommunicationIdentityClient;
use serde_json::Value;

/// The emulator's start line, with a token of each kind in `teams_token` and `api_token`.
pub(crate) struct Setup(Value);

impl Setup {
    pub(crate) fn read() -> Self {
        let file = std::env::var("ACS_COUNTS_SETUP").unwrap();
        Self(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// Entra token, client id and user's object id of an exchange.
    pub(crate) fn exchange(&self) -> [&str; 3] {
        [
            self.text("/teams_token"),
            self.text("/spa/client_id"),
            self.text("/users/0/object_id"),
        ]
    }

    /// A client with every option at its default: HTTP/1.1 over TLS.
    pub(crate) fn client(&self) -> CommunicationIdentityClient {
        CommunicationIdentityClient::from_connection_string(self.text("/connection_string")).unwrap()
    }
}

/// The numbers of an operation's runs. Run 0 isn't counted: it opens the connection.
pub(crate) fn runs(count: usize) -> impl Iterator<Item = usize> + Send {
    (0..=count).inspect(|number| {
        if *number == 1 {
            start_counting();
        }
    })
}

/// By an option of `counts.py`, callgrind sets its counts to zero when this is called.
#[inline(never)]
fn start_counting() {
    std::hint::black_box(());
}

/// Runs a future as a task of the hosts' runtime, on its one worker.
pub(crate) fn on_worker(work: impl Future<Output = ()> + Send + 'static) {
    acs_runtime::block_on(async { tokio::spawn(work).await.unwrap() }).unwrap();
}
