//! The cells of the table.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acs_emulator::{Emulator, Options};
use h2::Reason;

use crate::gate::Way;
use crate::http2_server::{Does, Http2Server};
use crate::peers::{DEADLINE, Name, Names, Peer, behind_a_gate, client_by_name, origin};

/// What a loaded machine may add to a deadline: the call ends by it, and is seen a little later.
const LATE: Duration = Duration::from_millis(1500);

/// Cells that run at once: most of them wait, but signatures take time in a debug build.
const AT_ONCE: usize = 12;

const WAYS: [(Way, &str); 12] = [
    (Way::Refuses, "refuses"),
    (Way::ResetsBefore, "resets before"),
    (Way::ResetsWithinHeaders, "resets within headers"),
    (Way::ResetsWithinBody, "resets within body"),
    (Way::SilentBeforeAccept, "silent before accept"),
    (Way::SilentAfterAccept, "silent after accept"),
    (Way::SilentWithinBody, "silent within a body"),
    (Way::Drips, "a byte at a time"),
    (Way::SilentAfterAccept, "TLS handshake stops"),
    (Way::ClosesIdle, "closes idle connections"),
    (Way::Informational, "1xx only"),
    (Way::WrongLength, "wrong length"),
];
const TLS: &str = "TLS handshake stops";
const PEERS: [Name; 5] = [Name::Acs, Name::EntraKeys, Name::Graph, Name::Redis, Name::Proxy];

async fn timed(peer: &Peer, what: &str) -> (crate::peers::Ended, Duration) {
    let began = Instant::now();
    let limit = peer.deadline() + LATE;
    let ended = tokio::time::timeout(limit, peer.call()).await;
    (
        ended.unwrap_or_else(|_| panic!("{what}: not within its deadline")),
        began.elapsed(),
    )
}

/// One cell: how calls ended during the fault, and how soon the first one succeeded after it.
async fn cell(name: Name, way: Way, words: &str, emulator: &Arc<Emulator>) -> String {
    let what = format!("{name:?}, {words}");
    let (peer, gate) = behind_a_gate(name, words == TLS, emulator).await;
    // A connection that stands when the fault begins. By TLS there is none: what is behind the gate speaks none. Keys,
    // once known, are not fetched again.
    if words != TLS && name != Name::EntraKeys {
        let mut tries = 0;
        while let Err(error) = peer.call().await {
            tries += 1;
            assert!(tries < 5, "{what}: before the fault: {error}");
        }
    }
    gate.misbehave(way);
    let (mut endings, mut longest) = (Vec::new(), Duration::ZERO);
    let calls = if name == Name::EntraKeys { 1 } else { 2 };
    for _ in 0..calls {
        let ((ended, took), other) = tokio::join!(timed(&peer, &what), peer.other_call());
        assert_eq!(other, Ok(()), "{what}: a call that does not need the peer");
        longest = longest.max(took);
        endings.push(match ended {
            Ok(()) => "succeeds".to_owned(),
            Err(kind) => kind,
        });
    }
    let is_served = peer.is_optional() || way == Way::ClosesIdle;
    assert_eq!(
        endings.iter().all(|ending| ending == "succeeds"),
        is_served,
        "{what}: {endings:?}"
    );
    gate.heal();
    let mut after = String::new();
    if words != TLS || peer.is_optional() {
        let began = Instant::now();
        while let (Err(error), _) = timed(&peer, &what).await {
            assert!(
                began.elapsed() < peer.deadline() + LATE,
                "{what}: does not recover: {error}"
            );
        }
        after = format!(", then {} ms", began.elapsed().as_millis());
    }
    endings.dedup();
    format!("{} in {} ms{after}", endings.join(" / "), longest.as_millis())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_peer_in_each_way() {
    let emulator = Arc::new(Emulator::start(Options::default()).await.unwrap());
    let places = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut cells = Vec::new();
    for (way, words) in WAYS {
        for name in PEERS {
            // Their messages are not HTTP.
            let is_http = matches!(way, Way::Informational | Way::WrongLength);
            if name == Name::Redis && (is_http || words == TLS) {
                continue;
            }
            let (emulator, places) = (Arc::clone(&emulator), Arc::clone(&places));
            let cell = async move {
                let _place = places.acquire().await.unwrap();
                cell(name, way, words, &emulator).await
            };
            cells.push((words, name, tokio::spawn(cell)));
        }
    }
    let mut rows: Vec<(&str, Vec<String>)> = WAYS
        .iter()
        .map(|(_, words)| (*words, vec!["n/a".into(); 5]))
        .collect();
    for (words, name, cell) in cells {
        let column = PEERS.iter().position(|peer| *peer == name).unwrap();
        let row = rows.iter_mut().find(|(row, _)| *row == words).unwrap();
        row.1[column] = cell.await.unwrap();
    }
    for (words, refusal) in [
        ("GOAWAY", Does::GoesAway(Reason::INTERNAL_ERROR)),
        ("RST_STREAM", Does::Resets(Reason::INTERNAL_ERROR)),
    ] {
        let same = || "the same transport".to_owned();
        let acs = by_http2(words, refusal).await;
        rows.push((words, vec![acs, same(), same(), "n/a".into(), same()]));
    }
    let mut table =
        String::from("| | ACS | Entra keys | Graph | Redis | proxy |\n|---|---|---|---|---|---|\n");
    for (words, cells) in rows {
        table += &format!("| {words} | {} |\n", cells.join(" | "));
    }
    print(&table);
}

/// ACS by HTTP/2, which refuses as often as a call tries, and then serves.
async fn by_http2(words: &str, refusal: Does) -> String {
    // What was not processed is sent again at once, besides the three attempts.
    let sends = if matches!(refusal, Does::GoesAway(_)) {
        6
    } else {
        3
    };
    let server = Http2Server::start(vec![refusal; sends]).await;
    let client = server.builder().timeout(DEADLINE).build().unwrap();
    let user = acs_auth::CommunicationUserIdentifier::new("8:acs:a_b");
    let began = Instant::now();
    let error = client.delete_user(&user).await.unwrap_err();
    assert_eq!(
        error.kind,
        acs_auth::ErrorKind::TransportError,
        "{words}: {error}"
    );
    let took = began.elapsed();
    assert!(took < DEADLINE + LATE);
    let after = Instant::now();
    client.delete_user(&user).await.unwrap();
    let (took, after) = (took.as_millis(), after.elapsed().as_millis());
    format!("{} in {took} ms, then {after} ms", error.kind)
}

/// For `make test-faults`, which shows it.
#[allow(clippy::print_stdout, reason = "the table is what is asked for")]
fn print(table: &str) {
    println!("{table}");
}

fn names(addresses: Vec<IpAddr>, hangs: bool) -> Arc<Names> {
    Arc::new(Names {
        addresses,
        hangs: AtomicBool::new(hangs),
        asked: AtomicUsize::new(0),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_lookup_that_hangs_is_shared_bounded_and_recovers() {
    let port = origin().await.port();
    let names = names(vec![Ipv4Addr::LOCALHOST.into()], true);
    let client = client_by_name(&names, port);
    let user = acs_auth::CommunicationUserIdentifier::new("8:acs:a_b");
    let began = Instant::now();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.create_user().await })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(!error.reason.contains("may have been created"), "{error}");
    }
    assert!(began.elapsed() < DEADLINE + LATE);
    assert!(names.asked.load(Ordering::SeqCst) <= 4, "{:?}", names.asked);
    names.hangs.store(false, Ordering::SeqCst);
    client.delete_user(&user).await.unwrap();
    // Known addresses serve while the next lookup hangs.
    names.hangs.store(true, Ordering::SeqCst);
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (client, user) = (client.clone(), user.clone());
            tokio::spawn(async move { client.delete_user(&user).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    names.hangs.store(false, Ordering::SeqCst);
}

/// A listener whose accept queue is full: what comes next is dropped.
struct BlackHole {
    _listener: socket2::Socket,
    _waiting: Vec<std::net::TcpStream>,
}

impl BlackHole {
    /// `None` where the machine has no such address.
    fn at(address: SocketAddr) -> Option<Self> {
        let domain = socket2::Domain::for_address(address);
        let listener = socket2::Socket::new(domain, socket2::Type::STREAM, None).ok()?;
        listener.bind(&address.into()).ok()?;
        listener.listen(0).ok()?;
        let mut waiting = Vec::new();
        while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(150)) {
            waiting.push(stream);
            assert!(waiting.len() < 64, "the accept queue does not fill");
        }
        Some(Self {
            _listener: listener,
            _waiting: waiting,
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_or_a_family_that_black_holes_is_passed_over() {
    for dead in [
        IpAddr::from(Ipv6Addr::LOCALHOST),
        Ipv4Addr::new(127, 0, 0, 2).into(),
    ] {
        let port = origin().await.port();
        let Some(_hole) = BlackHole::at((dead, port).into()) else {
            assert!(dead.is_ipv6(), "{dead} cannot be bound");
            continue;
        };
        let names = names(vec![dead, Ipv4Addr::LOCALHOST.into()], false);
        let client = client_by_name(&names, port);
        let user = acs_auth::CommunicationUserIdentifier::new("8:acs:a_b");
        let began = Instant::now();
        client.delete_user(&user).await.unwrap();
        assert!(began.elapsed() < DEADLINE + LATE);
    }
}
