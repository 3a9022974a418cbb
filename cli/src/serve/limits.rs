//! The limits of connections, which depend on the process's descriptor limit.

use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto;

use super::args::LimitArgs;
use super::system::raise_descriptor_limit;

/// The maximum size of headers in HTTP/1.1 and HTTP/2, in bytes. It is eight times the handler's, so that the
/// handler rejects them, with CORS and an access record. In HTTP/1.1 a connection holds at most this much at
/// a time, in HTTP/2 each request does, until the handler has rejected it.
const MAX_HEADER_BYTES: u32 = 512 * 1024;
/// The maximum number of headers in HTTP/1.1; HTTP/2 limits only their size.
const MAX_HEADER_COUNT: usize = 1024;
/// The maximum number of streams that the peer has reset and that are not freed yet (CVE-2023-44487).
const MAX_PENDING_RESETS: usize = 32;
/// The maximum number of streams that this server has reset because of the peer's protocol errors
/// (CVE-2025-8671).
const MAX_LOCAL_RESETS: usize = 128;
/// How long an HTTP/2 peer may be silent before it is sent a ping, and how long it has to answer that.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The limits of one peer, and of all peers together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) connections: usize,
    pub(super) handshake: Duration,
    pub(super) first_request: Duration,
    pub(super) headers: Duration,
    pub(super) body: Duration,
    pub(super) idle: Duration,
    pub(super) streams: u32,
}

impl Limits {
    /// The options' limits. The descriptor limit is raised as far as they need and the system allows; if that is not far
    /// enough, fewer connections are accepted.
    pub(super) fn new(args: &LimitArgs) -> Self {
        let wanted = args.max_connections as usize;
        let connections = match raise_descriptor_limit(wanted + reserve(usize::MAX)) {
            Some(descriptors) => wanted.min(descriptors - reserve(descriptors)).max(1),
            None => wanted,
        };
        if connections < wanted {
            tracing::warn!(
                event = "connections_limited",
                max_connections = connections,
                wanted,
                "the descriptor limit (RLIMIT_NOFILE) allows fewer connections than --max-connections"
            );
        }
        Self {
            connections,
            handshake: args.handshake_timeout,
            first_request: args.first_request_timeout,
            headers: args.header_timeout,
            body: args.body_timeout,
            idle: args.idle_timeout,
            streams: args.max_streams,
        }
    }

    /// The HTTP/1.1 server. [`super::connections`] enforces its timeouts, because hyper's own timeout for
    /// headers includes the idle time before them.
    pub(super) fn http1(&self) -> http1::Builder {
        let mut http1 = http1::Builder::new();
        http1
            .header_read_timeout(None)
            // Short responses are copied behind their headers: a queue of buffers would stay allocated while the
            // connection is idle.
            .writev(false)
            .max_buf_size(MAX_HEADER_BYTES as usize)
            .max_headers(MAX_HEADER_COUNT);
        http1
    }

    /// The server for either version, with HTTP/1.1 as in [`Self::http1`]. In HTTP/2, hyper's only timeout is
    /// that of its pings.
    pub(super) fn either(&self) -> auto::Builder<TokioExecutor> {
        let mut protocol = auto::Builder::new(TokioExecutor::new());
        protocol
            .http1()
            .header_read_timeout(None)
            .writev(false)
            .max_buf_size(MAX_HEADER_BYTES as usize)
            .max_headers(MAX_HEADER_COUNT);
        protocol
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .max_concurrent_streams(self.streams)
            .max_header_list_size(MAX_HEADER_BYTES)
            .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
            .max_local_error_reset_streams(MAX_LOCAL_RESETS);
        protocol
    }

    /// The shortest of the timeouts that are checked periodically.
    pub(super) fn shortest(&self) -> Duration {
        self.first_request.min(self.headers).min(self.idle)
    }
}

/// The descriptors that are not used for peers' connections, but for outgoing ones, files, and connections
/// that are being closed.
fn reserve(descriptors: usize) -> usize {
    (descriptors / 4).clamp(64, 1024).min(descriptors / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_descriptors_is_never_the_peers() {
        for (descriptors, reserved) in [(2, 1), (100, 50), (256, 64), (1024, 256), (1 << 20, 1024)] {
            assert_eq!(reserve(descriptors), reserved);
        }
    }
}
