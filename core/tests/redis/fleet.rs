//! What exchangers share through Redis, and what each does without it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acs_auth::{
    AccessToken, CommunicationIdentityClient, ErrorKind, RedisOptions, SealingKey, TeamsTokenExchanger,
};
use acs_emulator::entra::MintRequest;
use acs_emulator::{Emulator, Filter, Options};

use super::server::RedisServer;

struct Fleet {
    emulator: Arc<Emulator>,
    server: RedisServer,
    client_id: String,
    user_id: String,
    tenant_id: String,
}

impl Fleet {
    async fn start() -> Self {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let info = emulator.info();
        Self {
            client_id: info.spa.as_ref().unwrap().client_id.clone(),
            user_id: info.users[0].object_id.clone(),
            tenant_id: info.users[0].tenant_id.clone(),
            emulator: Arc::new(emulator),
            server: RedisServer::start(),
        }
    }

    fn client(&self) -> CommunicationIdentityClient {
        CommunicationIdentityClient::builder()
            .connection_string(&self.emulator.info().connection_string_http.0)
            .build()
            .unwrap()
    }

    fn member(&self) -> TeamsTokenExchanger {
        let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
        let redis = RedisOptions {
            timeout: Duration::from_millis(400),
            breaker_reset_timeout: Duration::from_millis(20),
            breaker_max_reset_timeout: Duration::from_millis(100),
            ..RedisOptions::new(self.server.url(), key)
        };
        TeamsTokenExchanger::builder(self.client())
            .cache_secret([7; 32])
            .redis(redis)
            .build()
            .unwrap()
    }

    fn mint(&self) -> String {
        self.emulator.mint(&MintRequest::default()).unwrap()
    }

    async fn exchange(&self, member: &TeamsTokenExchanger, token: &str) -> AccessToken {
        member
            .exchange(token, &self.client_id, &self.user_id)
            .await
            .unwrap()
    }

    fn upstream(&self) -> usize {
        let filter = Filter {
            operation: Some("exchange_teams_user".into()),
            ..Filter::default()
        };
        self.emulator.requests(&filter).len()
    }
}

async fn until_reachable(member: &TeamsTokenExchanger) {
    let asked = async {
        while member.is_cache_reachable().await != Some(true) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .unwrap();
}

#[tokio::test]
async fn one_exchange_serves_the_fleet() {
    let fleet = Fleet::start().await;
    let (here, there) = (fleet.member(), fleet.member());
    let token = fleet.mint();
    let first = fleet.exchange(&here, &token).await;
    assert_eq!(fleet.exchange(&there, &token).await, first);
    assert_eq!(fleet.upstream(), 1);
}

#[tokio::test]
async fn a_sign_out_here_ends_what_is_kept_there() {
    let fleet = Fleet::start().await;
    let (here, there) = (fleet.member(), fleet.member());
    let token = fleet.mint();
    fleet.exchange(&here, &token).await;
    fleet.exchange(&there, &token).await;
    until_reachable(&there).await;
    here.sign_out(&fleet.tenant_id, &fleet.user_id).await.unwrap();
    let asked = async {
        while fleet.upstream() == 1 {
            fleet.exchange(&there, &token).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .unwrap();
}

#[tokio::test]
async fn redis_that_dies_fails_no_request() {
    let mut fleet = Fleet::start().await;
    let member = fleet.member();
    let tokens: Vec<String> = (0..20).map(|_| fleet.mint()).collect();
    fleet.exchange(&member, &tokens[0]).await;
    fleet.server.kill();
    for token in &tokens[..10] {
        let begun = Instant::now();
        fleet.exchange(&member, token).await;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    let error = member
        .sign_out(&fleet.tenant_id, &fleet.user_id)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::TransportError);
    fleet.server.restart();
    until_reachable(&member).await;
    for token in &tokens[10..] {
        fleet.exchange(&member, token).await;
    }
    let sent = fleet.upstream();
    fleet.exchange(&fleet.member(), &tokens[19]).await;
    assert_eq!(fleet.upstream(), sent, "it is shared again");
}

#[tokio::test]
async fn redis_that_is_paused_fails_no_request() {
    let fleet = Fleet::start().await;
    let member = fleet.member();
    fleet.exchange(&member, &fleet.mint()).await;
    fleet.server.pause();
    for _ in 0..10 {
        let begun = Instant::now();
        fleet.exchange(&member, &fleet.mint()).await;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    fleet.server.resume();
    until_reachable(&member).await;
}

#[tokio::test]
async fn a_fleet_without_a_common_secret_is_refused() {
    let fleet = Fleet::start().await;
    let key = SealingKey::from_base64(&format!("{}=", "A".repeat(43))).unwrap();
    let error = TeamsTokenExchanger::builder(fleet.client())
        .redis(RedisOptions::new(fleet.server.url(), key))
        .build()
        .unwrap_err();
    assert_eq!(error.target.as_deref(), Some("cache_secret"));
}

#[tokio::test]
async fn processes_with_one_key_share_and_none_gives_tokens_of_the_former_key() {
    let fleet = Fleet::start().await;
    let token = fleet.mint();
    let (first, second) = (fleet.member(), fleet.member());
    until_reachable(&first).await;
    until_reachable(&second).await;
    let former = fleet.exchange(&first, &token).await;
    assert_eq!(fleet.exchange(&second, &token).await, former);
    assert_eq!(fleet.upstream(), 1);

    let new = fleet
        .emulator
        .regenerate_access_key(acs_emulator::KeyName::Primary)
        .unwrap();
    first.update_access_key(&new, None).unwrap();
    let fetched = fleet.exchange(&first, &token).await;
    assert_ne!(fetched.token, former.token);
    assert_eq!(fleet.upstream(), 2);
    // The other process still has the former key.
    assert_eq!(fleet.exchange(&second, &token).await, former);
    second.update_access_key(&new, None).unwrap();
    assert_eq!(fleet.exchange(&second, &token).await, fetched);
    assert_eq!(fleet.upstream(), 2);
}
