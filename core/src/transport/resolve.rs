//! Looks up host names on a few threads that belong to the transport.
//!
//! `getaddrinfo` blocks, and cannot be interrupted when name servers don't answer. On the runtime's blocking
//! threads, hanging lookups would in the end take up all of them. Here callers share a lookup, only a few run
//! at once, and the last known addresses are used while one hangs or fails.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::dns::Name;
use tokio::sync::watch;
use tokio::time::Instant;
use tower_service::Service;

use crate::callback;
use crate::locking::lock;

/// Looks up host names. Implement it to replace the system's resolver.
pub trait Resolve: Send + Sync + 'static {
    /// Returns the addresses of the host, in the order in which to try them. It may block: each call runs on
    /// its own thread. If calls take longer than 2 s, up to 4 run at once for the same host, and up to 16 for
    /// all hosts.
    ///
    /// # Errors
    /// Why the lookup failed. The last known addresses are then used; without any, the request fails like one
    /// that could not connect. A panic is logged and counts as a failure.
    fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
struct System;

impl Resolve for System {
    fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = (host, 0).to_socket_addrs()?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}

/// If a lookup takes longer than this, the next caller starts another one for the same host.
const SLOW: Duration = Duration::from_secs(2);
/// How many lookups of one host may run at once.
const MOST_OF_A_HOST: usize = 4;
/// How many lookups may run at once.
const MOST: usize = 16;
/// How long a caller waits for a lookup if earlier addresses of the host are known.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shares lookups among callers.
#[derive(Clone)]
pub(crate) struct Resolver(Arc<Inner>);

struct Inner {
    source: Arc<dyn Resolve>,
    hosts: Mutex<HashMap<String, Host>>,
    /// By how many places the addresses are rotated, so that those that failed are tried last.
    rotated: AtomicUsize,
}

type Found = Result<Vec<IpAddr>, Arc<io::Error>>;
type Results = watch::Receiver<Option<Found>>;

#[derive(Default)]
struct Host {
    last_known: Vec<IpAddr>,
    /// When the running lookups began, oldest first.
    running: Vec<Instant>,
    results: watch::Sender<Option<Found>>,
}

impl Resolver {
    pub(crate) fn new(source: Option<Arc<dyn Resolve>>) -> Self {
        Self(Arc::new(Inner {
            source: source.unwrap_or_else(|| Arc::new(System)),
            hosts: Mutex::default(),
            rotated: AtomicUsize::new(0),
        }))
    }

    /// Records that no address could be connected to: the next connection begins with another address.
    pub(super) fn rotate(&self) {
        self.0.rotated.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the addresses of the host. While none are known, it waits for the lookup without a timeout:
    /// the caller sets one.
    pub(crate) async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let (results, last_known) = self.join(host)?;
        let Some(mut results) = results else {
            tracing::debug!("no lookup of the host can begin: using its last known addresses");
            return Ok(last_known);
        };
        if last_known.is_empty() {
            // The caller's connect timeout ends this.
            let _ = results.changed().await;
        } else if tokio::time::timeout(PATIENCE, results.changed()).await.is_err() {
            tracing::debug!("the lookup of the host takes long: using its last known addresses");
            return Ok(last_known);
        }
        let found = results.borrow().clone();
        match found {
            Some(Ok(addresses)) => Ok(addresses),
            _ if !last_known.is_empty() => {
                tracing::debug!("the lookup of the host failed: using its last known addresses");
                Ok(last_known)
            }
            Some(Err(error)) => Err(io::Error::new(error.kind(), error.to_string())),
            None => Err(io::Error::other("the lookup ended without a result")),
        }
    }

    /// Joins a lookup of the host, or starts one. Returns no receiver if none runs and none can begin; then
    /// there are last known addresses.
    fn join(&self, name: &str) -> io::Result<(Option<Results>, Vec<IpAddr>)> {
        let mut hosts = self.0.hosts();
        let all: usize = hosts.values().map(|host| host.running.len()).sum();
        let host = hosts.entry(name.to_owned()).or_default();
        let results = host.results.subscribe();
        let is_slow = host.running.last().is_none_or(|began| began.elapsed() >= SLOW);
        let may_start = host.running.len() < MOST_OF_A_HOST && all < MOST;
        let mut problem = None;
        if is_slow && may_start {
            let began = Instant::now();
            match self.start(name.to_owned(), began) {
                Ok(()) => host.running.push(began),
                Err(error) => problem = Some(error),
            }
        }
        let runs = !host.running.is_empty();
        if !runs && host.last_known.is_empty() {
            return Err(problem.unwrap_or_else(|| io::Error::other("too many name lookups are hanging")));
        }
        Ok((runs.then_some(results), host.last_known.clone()))
    }

    fn start(&self, name: String, began: Instant) -> io::Result<()> {
        let source = Arc::clone(&self.0.source);
        let inner: Weak<Inner> = Arc::downgrade(&self.0);
        let lookup = move || {
            let found = match callback::call("resolver", || source.resolve(&name)) {
                Some(Ok(addresses)) if addresses.is_empty() => {
                    Err(io::Error::new(io::ErrorKind::NotFound, "the host has no address"))
                }
                Some(found) => found,
                None => Err(io::Error::other("the resolver panicked")),
            };
            let Some(inner) = inner.upgrade() else { return };
            let mut hosts = inner.hosts();
            let Some(host) = hosts.get_mut(&name) else { return };
            if let Some(at) = host.running.iter().position(|other| *other == began) {
                host.running.remove(at);
            }
            if let Ok(addresses) = &found {
                host.last_known.clone_from(addresses);
            }
            host.results.send_replace(Some(found.map_err(Arc::new)));
        };
        std::thread::Builder::new()
            .name("acs-auth-dns".into())
            .spawn(lookup)
            .map(drop)
    }
}

impl Inner {
    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        lock(&self.hosts)
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move {
            let mut addresses = resolver.addresses(name.as_str()).await?;
            let by = resolver.0.rotated.load(Ordering::Relaxed) % addresses.len();
            addresses.rotate_left(by);
            // The connector sets the port.
            let addresses: Vec<SocketAddr> = addresses.into_iter().map(|ip| (ip, 0).into()).collect();
            Ok(addresses.into_iter())
        })
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// Panics as many times as this, then works.
    struct Broken(AtomicUsize);

    impl Resolve for Broken {
        fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let left = self
                .0
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            assert!(left.is_err(), "a test of a panic");
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        }
    }

    /// Answers for one host, and hangs for others until the sender is dropped.
    struct Hanging(Mutex<std::sync::mpsc::Receiver<()>>);

    impl Resolve for Hanging {
        fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            if host != "known.example" {
                let _ = self.0.lock().unwrap().recv();
            }
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        }
    }

    #[tokio::test(start_paused = true)]
    async fn hanging_lookups_of_other_hosts_do_not_delay_one_whose_addresses_are_known() {
        let (end, ended) = std::sync::mpsc::channel();
        let resolver = Resolver::new(Some(Arc::new(Hanging(Mutex::new(ended)))));
        let known = [IpAddr::from(Ipv4Addr::LOCALHOST)];
        assert_eq!(resolver.addresses("known.example").await.unwrap(), known);
        for number in 0..MOST {
            resolver.join(&format!("hangs-{number}.example")).unwrap();
        }
        let began = Instant::now();
        assert_eq!(resolver.addresses("known.example").await.unwrap(), known);
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(end);
    }

    #[tokio::test]
    async fn a_resolver_that_panics_delays_nobody_and_is_called_again() {
        const PANICS: usize = 2 * MOST;
        let resolver = Resolver::new(Some(Arc::new(Broken(AtomicUsize::new(PANICS)))));
        let look_up = async || {
            let found = tokio::time::timeout(Duration::from_secs(20), resolver.addresses("a.example"));
            found.await.unwrap()
        };
        for _ in 0..PANICS {
            assert!(look_up().await.unwrap_err().to_string().contains("panicked"));
        }
        assert_eq!(look_up().await.unwrap(), [IpAddr::from(Ipv4Addr::LOCALHOST)]);
    }
}
