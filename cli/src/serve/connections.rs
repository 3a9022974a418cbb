//! The open connections: how many there may be, which one is evicted for another, and which have expired.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tracing::warn;

use super::activity::{Activity, Expired, Waiting};
use super::limits::Limits;

/// How long an expired connection may take to close gracefully.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a peer may take for its next bytes, even if a new connection needs its place: a TLS handshake and
/// a long request need round trips.
const GRACE: Duration = Duration::from_millis(100);
/// The grace per open connection, up to [`GRACE`]. If only few can be open, each must be short-lived. Thus a
/// flood is accepted at 1,000 connections a second or more, whatever the limit, and a full backlog delays
/// nobody by more than a second.
const GRACE_EACH: Duration = Duration::from_millis(1);
/// After this time, a connection without a request counts as waiting for its peer, whatever its state.
const LONGEST_TURN: Duration = Duration::from_secs(2);
/// The minimum interval between log records about closed connections.
const REPORT: Duration = Duration::from_secs(5);

/// The connections that are open.
#[derive(Debug)]
pub(super) struct Connections {
    limits: Limits,
    table: Mutex<Table>,
    /// How many there are, including those that are being dropped.
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Entry>,
    closed: Closed,
}

#[derive(Debug)]
struct Entry {
    peer: IpAddr,
    activity: Arc<Activity>,
    close: Arc<Notify>,
    closing: Option<Instant>,
    task: Option<AbortHandle>,
}

/// How many connections were closed since the last log record.
#[derive(Debug, Default)]
struct Closed {
    /// New ones, closed because all others had requests to answer.
    refused: u64,
    /// Those that made room for new ones.
    evicted: u64,
    /// Those that sent no whole request in time.
    unfinished: u64,
    reported: Option<Instant>,
}

/// A connection's place, which is freed when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    id: u64,
    is_extra: bool,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
    /// Notified when the connection should close as soon as its requests are answered.
    pub(super) close: Arc<Notify>,
}

/// Whether there is room for another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// One was closed.
    Made,
    /// One can be closed in a moment.
    Soon,
    /// All have requests to answer.
    None,
}

impl Place {
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether all other connections are busy, so that no more than health probes can be served on this one.
    pub(super) fn is_crowded(&self) -> bool {
        if !self.is_extra {
            return false;
        }
        let mut table = self.connections.table();
        while table.open.len() > self.connections.limits.connections {
            match table.evict(Some(self.id)) {
                Room::Made => {}
                Room::Soon => return false,
                Room::None => return true,
            }
        }
        false
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.id);
        self.connections.count.send_modify(|count| *count -= 1);
    }
}

impl Connections {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            table: Mutex::default(),
            count: watch::Sender::new(0),
        })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock()
    }

    /// Returns a place for a new connection. At the limit, another connection is evicted. If all are busy, a
    /// few more are admitted, on which only health probes are served.
    pub(super) fn admit(self: &Arc<Self>, peer: SocketAddr) -> Result<Place, Room> {
        let mut table = self.table();
        let most = self.limits.connections;
        if table.open.len() >= most {
            match table.evict(None) {
                Room::Soon => return Err(Room::Soon),
                Room::None if table.open.len() >= most + extra(most) => {
                    table.closed.refused += 1;
                    return Err(Room::None);
                }
                Room::Made | Room::None => {}
            }
        }
        let is_extra = table.open.len() >= most;
        let id = table.next;
        table.next += 1;
        let place = Place {
            connections: self.clone(),
            id,
            is_extra,
            peer,
            activity: Arc::new(Activity::new()),
            close: Arc::new(Notify::new()),
        };
        table.open.insert(
            id,
            Entry {
                peer: peer.ip().to_canonical(),
                activity: place.activity.clone(),
                close: place.close.clone(),
                closing: None,
                task: None,
            },
        );
        drop(table);
        self.count.send_modify(|count| *count += 1);
        Ok(place)
    }

    /// Registers the task that serves a connection, so that it can be aborted.
    pub(super) fn served_by(&self, id: u64, task: AbortHandle) {
        if let Some(entry) = self.table().open.get_mut(&id) {
            entry.task = Some(task);
        }
    }

    /// Closes the connection that has waited longest for its peer, if there is one.
    pub(super) fn evict(&self) -> Room {
        let mut table = self.table();
        match table.evict(None) {
            // An evicted connection has not freed its descriptor yet.
            Room::None if self.count() > table.open.len() => Room::Soon,
            room => room,
        }
    }

    /// Changes whenever a connection is opened or has ended.
    pub(super) fn changes(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// Counts a connection that could not be accepted.
    pub(super) fn refused(&self) {
        self.table().closed.refused += 1;
    }

    /// Closes expired connections and logs how many were closed; never returns.
    pub(super) async fn watch(&self) {
        let tick = (self.limits.shortest() / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
        let mut ticks = tokio::time::interval(tick);
        loop {
            ticks.tick().await;
            let mut table = self.table();
            table.expire(&self.limits, Instant::now());
            table.report();
        }
    }

    /// Closes all connections, each as soon as its requests are answered.
    pub(super) fn close(&self) {
        for entry in self.table().open.values_mut() {
            entry.close.notify_one();
        }
    }

    /// Waits until no connection is open.
    pub(super) async fn closed(&self) {
        // It can't fail, since this object owns the sender.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// How many connections are open.
    pub(super) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Aborts all connections, whatever they are doing.
    pub(super) fn abort(&self) {
        for (_, entry) in self.table().open.drain() {
            entry.abort();
        }
    }
}

/// Places beyond the limit, for health probes.
fn extra(connections: usize) -> usize {
    (connections / 8).clamp(1, 16)
}

/// How long a peer may take for its next bytes, with this many connections open.
fn grace(open: usize) -> Duration {
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    GRACE.min(GRACE_EACH.saturating_mul(open))
}

/// Whether a connection without a complete request may be evicted.
fn is_over(waiting: Waiting, grace: Duration) -> bool {
    waiting.for_peer.is_some_and(|waited| waited >= grace) || waiting.since.elapsed() >= LONGEST_TURN
}

impl Entry {
    fn abort(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Table {
    /// Evicts the connection that has been without a complete request for longest, among those of the peer
    /// with the most connections.
    fn evict(&mut self, except: Option<u64>) -> Room {
        let mut held: HashMap<IpAddr, usize> = HashMap::new();
        for entry in self.open.values() {
            *held.entry(entry.peer).or_default() += 1;
        }
        let grace = grace(self.open.len());
        let waiting = self.open.iter().filter_map(|(id, entry)| {
            if except == Some(*id) {
                return None;
            }
            entry.task.as_ref()?;
            let waiting = entry.activity.waiting()?;
            Some((
                held.get(&entry.peer).copied(),
                is_over(waiting, grace),
                std::cmp::Reverse(waiting.since),
                *id,
            ))
        });
        match waiting.max() {
            None => Room::None,
            Some((_, false, _, _)) => Room::Soon,
            Some((_, true, _, id)) => {
                self.closed.evicted += 1;
                if let Some(entry) = self.open.remove(&id) {
                    entry.abort();
                }
                Room::Made
            }
        }
    }

    fn expire(&mut self, limits: &Limits, now: Instant) {
        let closed = &mut self.closed;
        self.open.retain(|_, entry| {
            let late = |since: Instant| now.saturating_duration_since(since) >= FAREWELL;
            match (entry.activity.expired(limits, now), entry.closing) {
                (None, _) => true,
                (Some(Expired::Idle), None) => {
                    entry.closing = Some(now);
                    entry.close.notify_one();
                    true
                }
                (Some(Expired::Idle), Some(since)) if !late(since) => true,
                (Some(expired), _) => {
                    closed.unfinished += u64::from(expired == Expired::Unfinished);
                    entry.abort();
                    false
                }
            }
        });
    }

    fn report(&mut self) {
        let Closed {
            refused,
            evicted,
            unfinished,
            reported,
        } = self.closed;
        let recently = reported.is_some_and(|at| at.elapsed() < REPORT);
        if refused + evicted + unfinished == 0 || recently {
            return;
        }
        warn!(
            event = "connections_closed",
            refused,
            evicted,
            unfinished,
            open = self.open.len(),
            "connections were closed: refused at the limit, evicted for others, or without a whole request in time"
        );
        self.closed = Closed {
            reported: Some(Instant::now()),
            ..Closed::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_backlog_is_accepted_within_a_second_whatever_the_number_of_places() {
        for places in [1, 2, 16, 100, 192, 4096, 1_000_000] {
            let rounds = 1024_f64 / f64::from(places);
            let longest = grace(places as usize).as_secs_f64() * rounds;
            assert!(longest <= 1.03, "{places}: {longest} s");
        }
        assert_eq!(grace(4096), GRACE);
    }

    #[test]
    fn a_connection_is_not_closed_before_what_has_arrived_is_read() {
        let waiting = |since: Duration, for_peer| Waiting {
            since: Instant::now().checked_sub(since).unwrap(),
            for_peer,
        };
        let (grace, long) = (Duration::from_millis(1), Duration::from_millis(500));
        assert!(
            !is_over(waiting(long, None), grace),
            "the server has the next move"
        );
        assert!(!is_over(waiting(long, Some(Duration::ZERO)), grace));
        assert!(is_over(waiting(long, Some(long)), grace));
        assert!(is_over(waiting(LONGEST_TURN, None), grace), "not for ever");
    }
}
