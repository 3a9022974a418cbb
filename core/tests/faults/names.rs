//! Host names whose lookup hangs, or that resolve to an address that drops all packets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use acs_auth::transport::Resolve;

/// A resolver that returns these addresses for the peer's name, or hangs. `localhost` is always 127.0.0.1.
pub(crate) struct Names {
    addresses: Mutex<Vec<IpAddr>>,
    hangs: AtomicBool,
    lookups: AtomicUsize,
}

impl Names {
    pub(crate) fn new(hangs: bool) -> Self {
        Self {
            addresses: Mutex::new(vec![Ipv4Addr::LOCALHOST.into()]),
            hangs: AtomicBool::new(hangs),
            lookups: AtomicUsize::new(0),
        }
    }

    pub(crate) fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::SeqCst);
    }

    /// Puts this address before the peer's own.
    pub(crate) fn lead_first_to(&self, address: IpAddr) {
        *self.addresses.lock().unwrap() = vec![address, Ipv4Addr::LOCALHOST.into()];
    }

    /// How many lookups of the peer's name have begun.
    pub(crate) fn lookups(&self) -> usize {
        self.lookups.load(Ordering::SeqCst)
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        if host == "localhost" {
            return Ok(vec![Ipv4Addr::LOCALHOST.into()]);
        }
        self.lookups.fetch_add(1, Ordering::SeqCst);
        while self.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(self.addresses.lock().unwrap().clone())
    }
}

/// A listener whose accept queue is full: the kernel drops further connections.
pub(crate) struct BlackHole {
    _listener: socket2::Socket,
    _waiting: Vec<std::net::TcpStream>,
}

impl BlackHole {
    /// Returns `None` if the machine has no such address, or another socket uses the port.
    pub(crate) fn at(address: SocketAddr) -> Option<Self> {
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
