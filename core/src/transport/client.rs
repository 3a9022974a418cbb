//! One attempt over hyper with rustls: no redirects, a cap on the response, no reuse of failed
//! connections.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Uri;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Authority;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::TokioTimer;
use rustls::ClientConfig;
use tokio::time::Instant;

use super::connect::{Connector, Route};
use super::executor::WhereRuntimeIs;
use super::failure::{Judgement, broken_body, judge};
use super::link::{Link, Links};
use super::resolve::Resolver;
use super::{Attempt, BoxFuture, FailureKind, Transport, TransportFailure, TransportOptions, tls};
use crate::error::Result;
use crate::locking::lock;

/// When an idle connection is closed: before load balancers do, which takes a minute or more.
const IDLE: Duration = Duration::from_secs(30);
const MOST_IDLE: usize = 64;
/// HTTP/2: how often a `PING` is sent, and how long its answer may take.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the other version of HTTP is used for an origin that rejected the configured one.
const VERSION_KEPT: Duration = Duration::from_secs(600);

type Pool = legacy::Client<Connector, Full<Bytes>>;
type Outcome = std::result::Result<http::Response<Bytes>, TransportFailure>;

/// The default transport of every client. Clones share their connections.
#[derive(Clone)]
pub struct HttpTransport {
    inner: Arc<Inner>,
}

struct Inner {
    options: TransportOptions,
    http1_tls: Arc<ClientConfig>,
    http2_tls: Arc<ClientConfig>,
    route: Arc<Route>,
    resolver: Resolver,
    links: Arc<Links>,
    http1: OnceLock<Pool>,
    http2: OnceLock<Pool>,
    /// The origins for which the version of HTTP that is not configured is used, and since when.
    other_version: Mutex<HashMap<Authority, Instant>>,
}

impl HttpTransport {
    /// Sets up TLS. It doesn't connect yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with the option's name as `target`.
    pub fn new(options: &TransportOptions) -> Result<Self> {
        let config = tls::client_config(options)?;
        let offering = |protocols: &[&[u8]]| {
            let mut config = config.clone();
            config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
            Arc::new(config)
        };
        Self::with_tls(options, offering(&[b"http/1.1"]), offering(&[b"h2", b"http/1.1"]))
    }

    fn with_tls(
        options: &TransportOptions,
        http1_tls: Arc<ClientConfig>,
        http2_tls: Arc<ClientConfig>,
    ) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                http1_tls,
                http2_tls,
                route: Arc::new(Route::new(&options.proxy)?),
                resolver: Resolver::new(options.resolver.clone()),
                links: Arc::default(),
                http1: OnceLock::new(),
                http2: OnceLock::new(),
                other_version: Mutex::default(),
                options: options.clone(),
            }),
        })
    }

    /// Returns a transport with the same options but its own connections, for another service.
    #[cfg(feature = "handler")]
    pub(crate) fn for_another_service(&self) -> Self {
        let inner = &self.inner;
        Self {
            inner: Arc::new(Inner {
                options: inner.options.clone(),
                http1_tls: Arc::clone(&inner.http1_tls),
                http2_tls: Arc::clone(&inner.http2_tls),
                route: Arc::clone(&inner.route),
                resolver: Resolver::new(inner.options.resolver.clone()),
                links: Arc::default(),
                http1: OnceLock::new(),
                http2: OnceLock::new(),
                other_version: Mutex::default(),
            }),
        }
    }
}

impl Inner {
    /// Whether this origin is offered HTTP/2.
    fn offers_http2(&self, to: &Uri) -> bool {
        let refused = to.authority().is_some_and(|origin| {
            let refusals = lock(&self.other_version);
            refusals.get(origin).is_some_and(|at| at.elapsed() < VERSION_KEPT)
        });
        self.options.http2 != refused
    }

    fn version_refused(&self, by: &Uri) {
        let Some(origin) = by.authority() else { return };
        let mut refusals = lock(&self.other_version);
        refusals.retain(|_, at| at.elapsed() < VERSION_KEPT);
        // If the other version was rejected too, uses the configured one again.
        if refusals.remove(origin).is_none() {
            refusals.insert(origin.clone(), Instant::now());
        }
    }

    fn pool(&self, http2: bool) -> &Pool {
        let (pool, tls) = if http2 {
            (&self.http2, &self.http2_tls)
        } else {
            (&self.http1, &self.http1_tls)
        };
        pool.get_or_init(|| {
            let connector = Connector::new(
                &self.options,
                Arc::clone(tls),
                Arc::clone(&self.http1_tls),
                Arc::clone(&self.route),
                self.resolver.clone(),
            );
            legacy::Client::builder(WhereRuntimeIs)
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(MOST_IDLE)
                .http2_keep_alive_interval(PING_INTERVAL)
                .http2_keep_alive_timeout(PING_TIMEOUT)
                .http2_keep_alive_while_idle(true)
                .build(connector)
        })
    }

    async fn send(&self, mut request: http::Request<Bytes>) -> Outcome {
        // A request without one counts as not idempotent.
        let attempt = request.extensions_mut().remove::<Attempt>().unwrap_or_default();
        if let Some(authorization) = self.route.authorization(request.uri()) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        let (parts, body) = request.into_parts();
        let mut sent_again = false;
        loop {
            attempt.connecting();
            let request = http::Request::from_parts(parts.clone(), Full::new(body.clone()));
            let http2 = self.offers_http2(&parts.uri);
            let mut sent = Sent::new(request, &attempt, &self.links);
            let judgement = match sent.response(self.pool(http2)).await {
                Ok(response) => return sent.whole(response).await,
                Err(error) => judge(&error),
            };
            let failure = match judgement {
                Judgement::Fail(failure) => return Err(failure),
                Judgement::OtherVersion(failure) => {
                    self.version_refused(&parts.uri);
                    attempt.not_processed();
                    failure
                }
                Judgement::Again(failure) => {
                    attempt.not_processed();
                    failure
                }
                Judgement::Broken(failure) => {
                    if !(sent.was_reused() && attempt.is_retryable()) {
                        return Err(failure);
                    }
                    failure
                }
            };
            sent.condemn();
            if sent_again {
                return Err(failure);
            }
            tracing::debug!(reason = failure.reason, "sending again on another connection");
            sent_again = true;
        }
    }
}

/// A request that is being sent.
struct Sent<'a> {
    request: Option<http::Request<Full<Bytes>>>,
    connection: CaptureConnection,
    /// The state of the connection, once there is one.
    link: Option<Arc<Link>>,
    began: Instant,
    attempt: &'a Attempt,
    links: &'a Links,
}

impl<'a> Sent<'a> {
    fn new(mut request: http::Request<Full<Bytes>>, attempt: &'a Attempt, links: &'a Links) -> Self {
        Self {
            connection: capture_connection(&mut request),
            request: Some(request),
            link: None,
            began: Instant::now(),
            attempt,
            links,
        }
    }

    /// Sends the request and waits for the head of the response.
    async fn response(
        &mut self,
        pool: &Pool,
    ) -> std::result::Result<http::Response<hyper::body::Incoming>, legacy::Error> {
        let request = self.request.take().unwrap_or_default();
        let mut sending = pin!(pool.request(request));
        let response = poll_fn(|cx| {
            let polled = sending.as_mut().poll(cx);
            if self.link.is_none() && self.connection.connection_metadata().is_some() {
                // Always true: an attempt that has ended is no longer polled.
                let _ = self.attempt.written();
                self.link = self.links.used(&self.connection);
            }
            polled
        })
        .await?;
        if let Some(link) = &self.link {
            link.responded();
        }
        Ok(response)
    }

    /// Reads the body, up to the limit.
    async fn whole(self, response: http::Response<hyper::body::Incoming>) -> Outcome {
        let most = self.attempt.max_response_bytes();
        if response.status() == http::StatusCode::MISDIRECTED_REQUEST {
            self.condemn();
        }
        let (parts, mut incoming) = response.into_parts();
        let length = hyper::body::Body::size_hint(&incoming).lower();
        if length > most as u64 {
            return Err(TransportFailure::too_large(most));
        }
        // Most bodies arrive in one chunk, which is not copied; `all` collects the chunks of the others.
        let (mut first, mut all) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = incoming.frame().await {
            // Trailers are ignored.
            let Ok(chunk) = frame.map_err(|error| broken_body(&error))?.into_data() else {
                continue;
            };
            if first.len().max(all.len()) + chunk.len() > most {
                return Err(TransportFailure::too_large(most));
            }
            if first.is_empty() {
                first = chunk;
                continue;
            }
            if all.is_empty() {
                all.extend_from_slice(&first);
            }
            all.extend_from_slice(&chunk);
        }
        let body = if all.is_empty() { first } else { all.freeze() };
        Ok(http::Response::from_parts(parts, body))
    }

    /// Whether the connection has served another request before.
    fn was_reused(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.has_answered())
    }

    /// Prevents the connection from being reused.
    fn condemn(&self) {
        self.links.condemn(&self.connection, self.began);
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if self.attempt.timed_out() {
            self.condemn();
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            // The pool sets the `Host` header from the URL, and that header is signed.
            if request.uri().scheme().is_none() || request.uri().authority().is_none() {
                return Err(TransportFailure::new(
                    FailureKind::Refused,
                    "the request needs an absolute URL",
                ));
            }
            self.inner.send(request).await
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}
