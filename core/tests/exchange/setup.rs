//! An emulator, an exchanger for it, and the events that its observer receives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use acs_auth::observe::{Event, Observer};
use acs_auth::{
    AccessToken, CommunicationIdentityClient, Result, RetryPolicy, TeamsTokenExchanger,
    TeamsTokenExchangerBuilder,
};
use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Fault, Filter, Options, Record};

pub(crate) struct Setup {
    pub(crate) emulator: Emulator,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) told: Arc<Told>,
}

#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Vec<Event>>);

impl Observer for Told {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Told {
    pub(crate) fn count(&self, which: impl Fn(&Event) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|event| which(event)).count()
    }
}

impl Setup {
    pub(crate) async fn start() -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let info = emulator.info();
        Self {
            client_id: info.spa.as_ref().unwrap().client_id.clone(),
            user_id: info.users[0].object_id.clone(),
            emulator,
            told: Arc::default(),
        }
    }

    pub(crate) fn builder(&self) -> TeamsTokenExchangerBuilder {
        let client = CommunicationIdentityClient::builder()
            .connection_string(&self.emulator.info().connection_string_http.0)
            .retry_policy(RetryPolicy {
                base_delay: Duration::from_millis(1),
                // A response that is late on a busy machine must not cause a second request.
                attempt_timeout: Duration::from_secs(10),
                ..RetryPolicy::default()
            })
            .build()
            .unwrap();
        TeamsTokenExchanger::builder(client)
            .observer(self.told.clone())
            .timeout(Duration::from_secs(30))
    }

    pub(crate) fn exchanger(&self) -> TeamsTokenExchanger {
        self.builder().build().unwrap()
    }

    pub(crate) fn mint(&self) -> String {
        self.emulator.mint(&MintRequest::default()).unwrap()
    }

    pub(crate) async fn exchange(&self, exchanger: &TeamsTokenExchanger, token: &str) -> Result<AccessToken> {
        exchanger.exchange(token, &self.client_id, &self.user_id).await
    }

    /// Starts an exchange in its own task.
    pub(crate) fn spawn(
        &self,
        exchanger: &TeamsTokenExchanger,
        token: &str,
        timeout: Duration,
    ) -> tokio::task::JoinHandle<Result<AccessToken>> {
        let (exchanger, token) = (exchanger.clone(), token.to_owned());
        let (client_id, user_id) = (self.client_id.clone(), self.user_id.clone());
        tokio::spawn(async move {
            exchanger
                .exchange_with_timeout(&token, &client_id, &user_id, timeout)
                .await
        })
    }

    pub(crate) fn fault(&self, change: impl FnOnce(&mut Fault)) {
        let mut fault = Fault {
            operation: Some("exchange_teams_user".into()),
            ..Fault::default()
        };
        change(&mut fault);
        self.emulator.faults().add(fault).unwrap();
    }

    pub(crate) fn upstream(&self) -> Vec<Arc<Record>> {
        self.emulator.requests(&Filter {
            operation: Some("exchange_teams_user".into()),
            ..Filter::default()
        })
    }

    /// Waits until this many exchanges have reached the service.
    pub(crate) async fn arrived(&self, count: usize) {
        while self.upstream().len() < count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}
