//! Forks while a lookup holds the system resolver's lock, which stays locked in the child.

use std::ffi::{CStr, c_char, c_int};
use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acs_auth::{CommunicationIdentityClient, CommunicationUserIdentifier, ErrorKind};
use acs_runtime::PerProcess;

use super::child::forked;
use super::support::{DEADLINE, PATIENCE, work};

/// The deadline of each call.
const TIMEOUT: Duration = Duration::from_secs(6);
/// How much later than that a call may end on a loaded machine.
const LATE: Duration = Duration::from_secs(15);

const LOCKED: &str = "locked.localhost";
const UNKNOWN: &str = "unknown.localhost";

static LOCK: Mutex<()> = Mutex::new(());
/// Whether a lookup holds the lock.
static IS_LOCKED: AtomicBool = AtomicBool::new(false);
/// A lookup holds the lock as long as this is set.
static KEEPS_LOCK: AtomicBool = AtomicBool::new(false);

type GetAddrInfo = unsafe extern "C" fn(
    *const c_char,
    *const c_char,
    *const libc::addrinfo,
    *mut *mut libc::addrinfo,
) -> c_int;

/// Replaces the system's function, except that one name is looked up under a lock and another one is unknown.
///
/// # Safety
/// As for the system's function.
#[unsafe(no_mangle)]
unsafe extern "C" fn getaddrinfo(
    node: *const c_char,
    service: *const c_char,
    hints: *const libc::addrinfo,
    found: *mut *mut libc::addrinfo,
) -> c_int {
    // SAFETY: a name ends in NUL.
    let name = (!node.is_null()).then(|| unsafe { CStr::from_ptr(node) }.to_bytes());
    if name == Some(LOCKED.as_bytes()) {
        let lock = LOCK.lock();
        IS_LOCKED.store(true, Ordering::SeqCst);
        while KEEPS_LOCK.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        drop(lock);
        return libc::EAI_AGAIN;
    }
    if name == Some(UNKNOWN.as_bytes()) {
        return libc::EAI_NONAME;
    }
    // SAFETY: it is the next library's function of this name, which has this type.
    unsafe {
        let next = libc::dlsym(libc::RTLD_NEXT, c"getaddrinfo".as_ptr());
        let next: GetAddrInfo = std::mem::transmute(next);
        next(node, service, hints, found)
    }
}

fn client(host: &str, port: u16) -> io::Result<CommunicationIdentityClient> {
    CommunicationIdentityClient::builder()
        .connection_string(&format!("endpoint=http://{host}:{port};accesskey=c2VjcmV0"))
        .timeout(TIMEOUT)
        .build()
        .map_err(io::Error::other)
}

/// Makes a call, which must end within its deadline. Returns the kind of its error.
fn call(client: &CommunicationIdentityClient) -> Option<ErrorKind> {
    let began = Instant::now();
    let user = CommunicationUserIdentifier::new("8:acs:a_b");
    let result = acs_runtime::block_on(async { client.delete_user(&user).await }).unwrap();
    assert!(began.elapsed() < TIMEOUT + LATE, "{:?}", began.elapsed());
    result.err().map(|error| error.kind)
}

/// Answers one request on each connection. Returns the port.
fn serve() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    });
    port
}

pub(crate) fn a_resolver_lock_held_at_a_fork_costs_a_child_those_lookups_alone() {
    let locked = PerProcess::new(|| client(LOCKED, 9)).unwrap();
    KEEPS_LOCK.store(true, Ordering::SeqCst);
    let inherited = locked.get().unwrap();
    let of_the_parent = thread::spawn(move || call(&inherited));
    let began = Instant::now();
    while !IS_LOCKED.load(Ordering::SeqCst) {
        assert!(began.elapsed() < DEADLINE, "no lookup");
        thread::sleep(Duration::from_millis(1));
    }
    forked(|| {
        // This process has no thread that could unlock it.
        KEEPS_LOCK.store(false, Ordering::SeqCst);
        let timed_out = [ErrorKind::Timeout, ErrorKind::TransportError];
        thread::scope(|scope| {
            let calls: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| call(&locked.get().unwrap())))
                .collect();
            for ended in calls {
                let kind = ended.join().unwrap().unwrap();
                assert!(timed_out.contains(&kind), "{kind}");
            }
        });
        // Further calls join the lookups that hang.
        assert!(timed_out.contains(&call(&locked.get().unwrap()).unwrap()));
        let unknown = client(UNKNOWN, 9).unwrap();
        assert_eq!(call(&unknown), Some(ErrorKind::TransportError));
        let served = client("localhost", serve()).unwrap();
        assert_eq!(call(&served), None);
        work();
        acs_runtime::shutdown(PATIENCE).unwrap();
    })
    .ended_well();
    KEEPS_LOCK.store(false, Ordering::SeqCst);
    let kind = of_the_parent.join().unwrap();
    assert!(
        [Some(ErrorKind::Timeout), Some(ErrorKind::TransportError)].contains(&kind),
        "{kind:?}"
    );
}
