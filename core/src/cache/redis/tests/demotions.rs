//! A primary that is demoted: new connections go wherever the address leads.

use std::time::Instant;

use tokio::sync::watch;

use super::error_replies::{DEADLINE, only_reads_go_on};
use super::log::Log;
use super::*;

/// A proxy: forwards each connection to the server that the channel names when it is opened.
async fn address_that_moves(to: watch::Receiver<u16>) -> u16 {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let to = *to.borrow();
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

fn replicate(server: &RedisServer, primary: Option<&RedisServer>) {
    let mut command = redis::cmd("REPLICAOF");
    match primary {
        Some(primary) => command.arg("127.0.0.1").arg(primary.port()),
        None => command.arg("NO").arg("ONE"),
    };
    command.exec(&mut server.admin()).unwrap();
}

async fn in_step(replica: &RedisServer) {
    until("the replica", async || {
        let info: String = redis::cmd("INFO")
            .arg("replication")
            .query(&mut replica.admin())
            .unwrap();
        info.contains("master_link_status:up")
    })
    .await;
}

#[tokio::test]
async fn a_demoted_primary_is_noticed_and_its_promotion_too() {
    let (server, other) = (RedisServer::start(), RedisServer::start());
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "before").await;
    replicate(&other, Some(&server));
    in_step(&other).await;
    replicate(&other, None);
    replicate(&server, Some(&other));
    in_step(&server).await;
    let end = async |server: &RedisServer| replicate(server, None);
    only_reads_go_on("READONLY", &server, end, &cache).await;
}

#[tokio::test]
async fn writes_follow_the_address_to_the_new_primary() {
    let log = Log::start();
    let (former, new) = (RedisServer::start(), RedisServer::start());
    let (moves, to) = watch::channel(former.port());
    let port = address_that_moves(to).await;
    let at_the_address = RedisOptions {
        url: format!("redis://127.0.0.1:{port}").into(),
        ..options(&former)
    };
    let (cache, memory) = (cache_with(&at_the_address), super::sign_outs::memory());
    cache.attach(&memory);
    keep(&cache, &key(1, 1), "before").await;
    super::sign_outs::subscribers(&former, 1).await;
    replicate(&new, Some(&former));
    in_step(&new).await;
    replicate(&new, None);
    replicate(&former, Some(&new));
    in_step(&former).await;
    // The connections to the former primary still work; only new ones lead elsewhere.
    moves.send_replace(new.port());
    let begun = Instant::now();
    until("a write", async || cache.epoch(&key(1, 2)).await.is_some()).await;
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
    keep(&cache, &key(1, 2), "after").await;
    assert_eq!(read(&cache, &key(1, 2)).await.as_deref(), Some("after"));
    assert!(cache.admit().await.is_some());
    // Sign-outs at the new primary are received, even if the former one never comes back.
    super::sign_outs::subscribers(&new, 1).await;
    assert!(log.lines().len() <= 2, "{:#?}", log.lines());
}
