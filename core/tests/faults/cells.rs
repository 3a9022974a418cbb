//! The cells of the faults table.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acs_emulator::{Emulator, Options};

use crate::gate::{Gate, Way};
use crate::names::{BlackHole, Names};
use crate::origin::origin;
use crate::peers::{DEADLINE, Ended, KEYS_DEADLINE, Name, Peer};
use crate::setup::{By, behind_a_gate, client_by_name};

/// How long after its deadline a call may be seen to end on a loaded machine.
const LATE: Duration = Duration::from_millis(1500);

/// How many cells run at once. Most of them wait, but signatures are slow in a debug build.
const AT_ONCE: usize = 8;

/// The pause before a failed call is repeated.
const PAUSE: Duration = Duration::from_millis(200);

const PEERS: [(Name, &str); 5] = [
    (Name::Acs, "ACS"),
    (Name::EntraKeys, "Entra keys"),
    (Name::Graph, "Graph"),
    (Name::Redis, "Redis"),
    (Name::Proxy, "proxy"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The gate misbehaves.
    At(Way),
    /// It accepts the connection and reads the first bytes of TLS, but doesn't respond.
    StopsTls,
    /// The first lookup of the name hangs.
    UnknownNameHangs,
    /// Connections are closed, and the next lookup of the name hangs.
    KnownNameHangs,
    /// Connections are closed, and the first address of the name drops all packets.
    BlackHole(IpAddr),
}

const ROWS: [(Fault, &str); 18] = [
    (Fault::At(Way::Refuses), "refuses"),
    (Fault::At(Way::ResetsBefore), "resets before headers"),
    (Fault::At(Way::ResetsWithinHeaders), "resets within headers"),
    (Fault::At(Way::ResetsWithinBody), "resets within body"),
    (Fault::At(Way::SilentBeforeAccept), "silent before accept"),
    (Fault::At(Way::SilentAfterAccept), "silent after accept"),
    (Fault::At(Way::SilentWithinBody), "silent within a body"),
    (Fault::At(Way::Drips), "a byte each 100 ms"),
    (Fault::StopsTls, "TLS handshake stops"),
    (Fault::UnknownNameHangs, "DNS hangs, address unknown"),
    (Fault::KnownNameHangs, "DNS hangs, address known"),
    (
        Fault::BlackHole(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        "address family black-holes",
    ),
    (
        Fault::BlackHole(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))),
        "one address black-holes",
    ),
    (Fault::At(Way::ClosesIdle), "closes idle connections"),
    (Fault::At(Way::GoesAway), "GOAWAY"),
    (Fault::At(Way::ResetsStreams), "RST_STREAM"),
    (Fault::At(Way::Informational), "1xx only"),
    (Fault::At(Way::WrongLength), "wrong length"),
];

impl Fault {
    fn by(self, names: &Arc<Names>) -> By {
        match self {
            Self::At(Way::GoesAway | Way::ResetsStreams) => By::Http2,
            Self::At(_) => By::Address,
            Self::StopsTls => By::Tls,
            Self::UnknownNameHangs | Self::KnownNameHangs | Self::BlackHole(_) => By::Name(Arc::clone(names)),
        }
    }

    /// Why this peer cannot have the fault, if so.
    fn impossible_for(self, name: Name) -> Option<&'static str> {
        match (self, name) {
            (Self::At(Way::GoesAway | Way::ResetsStreams), Name::Redis) => {
                Some("Redis does not speak HTTP/2")
            }
            (Self::At(Way::GoesAway | Way::ResetsStreams), Name::Proxy) => Some(
                "the client speaks HTTP/1.1 to a proxy; within the proxy's tunnel the fault is the service's",
            ),
            (Self::At(Way::Informational), Name::Redis) => {
                Some("the Redis protocol has no interim responses")
            }
            (Self::BlackHole(IpAddr::V6(address)), _)
                if std::net::TcpListener::bind((address, 0)).is_err() =>
            {
                Some("this machine has no IPv6")
            }
            _ => None,
        }
    }

    /// Whether calls can avoid the fault and succeed.
    fn is_passed_over(self) -> bool {
        match self {
            Self::At(way) => way == Way::ClosesIdle,
            Self::KnownNameHangs | Self::BlackHole(_) => true,
            Self::StopsTls | Self::UnknownNameHangs => false,
        }
    }

    fn begin(self, gate: &Gate, names: &Names) {
        match self {
            Self::At(way) => gate.misbehave(way),
            Self::StopsTls => gate.misbehave(Way::SilentAfterAccept),
            Self::UnknownNameHangs => {}
            Self::KnownNameHangs => {
                names.hang(true);
                gate.misbehave(Way::ClosesIdle);
            }
            Self::BlackHole(address) => {
                names.lead_first_to(address);
                gate.misbehave(Way::ClosesIdle);
            }
        }
    }
}

async fn timed(peer: &Peer, call: impl Future<Output = Ended>, what: &str) -> (Ended, Duration) {
    let began = Instant::now();
    let limit = peer.deadline() + LATE;
    let ended = tokio::time::timeout(limit, call).await;
    (
        ended.unwrap_or_else(|_| panic!("{what}: not within its deadline")),
        began.elapsed(),
    )
}

/// The peer behind its gate and, if the fault needs one, a black hole at the gate's port.
async fn set_up(
    name: Name,
    fault: Fault,
    names: &Arc<Names>,
    emulator: &Arc<Emulator>,
) -> (Peer, Gate, Option<BlackHole>) {
    for _ in 0..5 {
        let (peer, gate) = behind_a_gate(name, &fault.by(names), emulator).await;
        let Fault::BlackHole(address) = fault else {
            return (peer, gate, None);
        };
        let port = gate.address.port();
        let made = tokio::task::spawn_blocking(move || BlackHole::at((address, port).into()));
        if let Some(hole) = made.await.unwrap() {
            return (peer, gate, Some(hole));
        }
        // Another process uses this port of that address.
    }
    panic!("{name:?}, {fault:?}: no port for the black hole");
}

/// Runs one cell. Returns how calls ended during the fault, and how soon after it one succeeded. Calls that
/// don't need the peer must succeed meanwhile.
async fn cell(name: Name, fault: Fault, words: &str, emulator: &Arc<Emulator>) -> String {
    let what = format!("{name:?}, {words}");
    let names = Arc::new(Names::new(fault == Fault::UnknownNameHangs));
    let (peer, gate, hole) = set_up(name, fault, &names, emulator).await;
    // Leaves an open connection before the fault begins.
    if fault != Fault::UnknownNameHangs {
        let mut tries = 0;
        while let Err(error) = peer.call_before().await {
            tries += 1;
            assert!(tries < 20, "{what}: before the fault: {error}");
            tokio::time::sleep(PAUSE).await;
        }
    }
    fault.begin(&gate, &names);
    let (mut endings, mut longest) = (Vec::new(), Duration::ZERO);
    for _ in 0..peer.calls() {
        let ((ended, took), other) = tokio::join!(timed(&peer, peer.call(), &what), peer.other_call());
        assert_eq!(other, Ok(()), "{what}: a call that does not need the peer");
        longest = longest.max(took);
        endings.push(match ended {
            Ok(()) => "succeeds".to_owned(),
            Err(kind) => kind,
        });
    }
    assert_eq!(
        endings.iter().all(|ending| ending == "succeeds"),
        peer.is_optional() || fault.is_passed_over(),
        "{what}: {endings:?}"
    );
    // Few lookups hang, however many calls need one.
    assert!(names.lookups() <= 8, "{what}: {} lookups", names.lookups());
    gate.heal();
    names.hang(false);
    drop(hole);
    let healed = Instant::now();
    while let (Err(error), _) = timed(&peer, peer.call_used(), &what).await {
        assert!(
            healed.elapsed() < peer.deadline() + LATE,
            "{what}: does not recover: {error}"
        );
        tokio::time::sleep(PAUSE).await;
    }
    // That call began within one deadline after the end of the fault, and ended within its own.
    let recovered = healed.elapsed();
    endings.dedup();
    format!(
        "{} in {} ms; others succeed; recovers in {} ms",
        endings.join(" / "),
        longest.as_millis(),
        recovered.as_millis()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_peer_in_each_way() {
    let emulator = Arc::new(Emulator::start(Options::default()).await.unwrap());
    let places = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut rows = Vec::new();
    for (fault, words) in ROWS {
        let cells: Vec<_> = PEERS
            .iter()
            .map(|(name, _)| {
                let name = *name;
                let impossible = fault.impossible_for(name);
                let (emulator, places) = (Arc::clone(&emulator), Arc::clone(&places));
                tokio::spawn(async move {
                    if let Some(reason) = impossible {
                        return Err(reason);
                    }
                    let _place = places.acquire().await.unwrap();
                    Ok(cell(name, fault, words, &emulator).await)
                })
            })
            .collect();
        rows.push((words, cells));
    }
    let peers = PEERS.map(|(_, words)| words);
    let mut table = format!("| | {} |\n|---|---|---|---|---|---|\n", peers.join(" | "));
    let mut notes = format!(
        "\nA call's deadline is {DEADLINE:?}, that of the keys {KEYS_DEADLINE:?}. A cell: how calls that need the peer end \
         and after how long at most; how the other calls end; how soon after the fault a call succeeds.\n"
    );
    for (words, cells) in rows {
        table += &format!("| {words} |");
        for (cell, peer) in cells.into_iter().zip(peers) {
            match cell.await.unwrap() {
                Ok(text) => table += &format!(" {text} |"),
                Err(reason) => {
                    table += " - |";
                    notes += &format!("- {words}, {peer}: {reason}.\n");
                }
            }
        }
        table += "\n";
    }
    print(&format!("{table}{notes}"));
}

/// Prints the table for `make test-faults`.
#[allow(clippy::print_stdout, reason = "the table is what is asked for")]
fn print(table: &str) {
    println!("{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_lookup_that_hangs_is_shared() {
    let port = origin("http").await.port();
    let names = Arc::new(Names::new(true));
    let client = client_by_name(&names, port);
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
    assert!(names.lookups() <= 4, "{}", names.lookups());
    names.hang(false);
    let user = acs_auth::CommunicationUserIdentifier::new("8:acs:a_b");
    client.delete_user(&user).await.unwrap();
}
