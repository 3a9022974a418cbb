//! Connections to a server, in clear text or with the crate's own TLS: redis-rs's TLS needs a process-wide
//! crypto provider.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::address::{Address, Host, Login, Topology, refused};
use super::bounded::Bounded;
use super::credentials::Tokens;
use super::driver::Driver;
use super::error_reply::{ErrorReply, Failure};
use super::options::RedisOptions;
use crate::clock::after;
use crate::credential::TokenCredential;
use crate::error::Result;
use crate::locking::lock;
use crate::transport::{Resolver, TransportOptions, tls};

/// Connects to one server.
pub(super) struct Connector {
    pub(super) address: Address,
    tls: Option<TlsConnector>,
    /// Looks up names without the runtime's blocking threads, all of which hanging lookups could occupy.
    resolver: Resolver,
    pub(super) timeout: Duration,
    pub(super) call_timeout: Duration,
    pub(super) tokens: Option<Tokens>,
    /// The one server turned out to be a node of a cluster.
    is_clustered: AtomicBool,
    told_of_cluster: Once,
    /// Why the latest connection to a cluster node failed: redis-rs does not pass it on.
    last_failure: Mutex<Option<Failure>>,
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Connector {
    /// `client` is the token credential of the exchanger's client, the default for `auth=entra`.
    pub(super) fn new(options: &RedisOptions, client: Option<Arc<dyn TokenCredential>>) -> Result<Self> {
        let address = Address::from_options(options)?;
        let tokens = if address.entra {
            let source = options.token_credential.clone().or(client).ok_or_else(|| {
                refused("auth=entra needs a token credential, of the options or of the client")
            })?;
            Some(Tokens::new(source, address.login.username.clone()))
        } else {
            None
        };
        let tls = if address.tls {
            for host in address.hosts() {
                server_name(&host.name).map_err(|_| refused("a host cannot be the name in a certificate"))?;
            }
            Some(TlsConnector::from(Arc::new(tls_config(options)?)))
        } else {
            None
        };
        Ok(Self {
            address,
            tls,
            resolver: Resolver::new(options.resolver.clone()),
            timeout: options.connect_timeout,
            call_timeout: options.timeout,
            tokens,
            is_clustered: AtomicBool::new(false),
            told_of_cluster: Once::new(),
            last_failure: Mutex::new(None),
        })
    }

    /// Whether the one server turned out to be a node of a cluster.
    pub(super) fn is_clustered(&self) -> bool {
        self.is_clustered.load(Ordering::Relaxed)
    }

    /// Uses the server as a single one again with the next connection; if it is still a cluster node, its
    /// replies show it.
    pub(super) fn forget_cluster(&self) {
        self.is_clustered.store(false, Ordering::Relaxed);
    }

    /// Notes an error reply that affects the next connection: another token, or a cluster.
    pub(super) fn refused_by_server(&self, reply: ErrorReply) {
        if matches!(reply, ErrorReply::NoAuth | ErrorReply::WrongPass) {
            if let Some(tokens) = &self.tokens {
                tokens.reject();
            }
        }
        let single = matches!(self.address.topology, Topology::Single(_));
        if single && reply.is_of_a_cluster() && !self.is_clustered.swap(true, Ordering::Relaxed) {
            self.told_of_cluster
                .call_once(|| tracing::info!("Redis is a cluster: its nodes are used from now on"));
        }
    }

    /// Opens a connection to a node of the cluster.
    pub(super) async fn node(
        &self,
        host: &Host,
    ) -> std::result::Result<(MultiplexedConnection, Driver), Failure> {
        let config = self.config().set_response_timeout(Some(self.call_timeout));
        let connected = self
            .server(host, &self.login(), &config, self.tokens.as_ref())
            .await;
        if let Err(failure) = &connected {
            *lock(&self.last_failure) = Some(failure.clone());
        }
        connected
    }

    pub(super) fn take_last_failure(&self) -> Option<Failure> {
        lock(&self.last_failure).take()
    }

    /// Opens a connection to this server, within the connection timeout.
    pub(super) async fn server(
        &self,
        host: &Host,
        login: &RedisConnectionInfo,
        config: &AsyncConnectionConfig,
        tokens: Option<&Tokens>,
    ) -> std::result::Result<(MultiplexedConnection, Driver), Failure> {
        let config = match tokens {
            Some(tokens) => config.clone().set_credentials_provider(tokens.clone()),
            None => config.clone(),
        };
        let connected = self.within(async {
            let stream = self.stream(host).await?;
            let (connection, driver) =
                MultiplexedConnection::new_with_config(login, Bounded::new(stream), config)
                    .await
                    .map_err(|error| Failure::of(&error))?;
            Ok((connection, Box::pin(driver) as Driver))
        });
        let connected = connected.await;
        match &connected {
            // Sentinels never get a token.
            Err(Failure::Refused(reply)) if tokens.is_some() => self.refused_by_server(*reply),
            _ => {}
        }
        connected
    }

    pub(super) async fn within<T>(
        &self,
        work: impl Future<Output = std::result::Result<T, Failure>>,
    ) -> std::result::Result<T, Failure> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Broken(format!(
                "no connection within {:?}",
                self.timeout
            ))),
        }
    }

    async fn stream(&self, host: &Host) -> std::result::Result<Box<dyn Stream>, Failure> {
        let Some(connector) = &self.tls else {
            return Ok(Box::new(self.tcp(host).await?));
        };
        let mut failure = Failure::Broken("no host".into());
        for name in self.certificate_names(host) {
            let tcp = self.tcp(host).await?;
            match connector.connect(name, tcp).await {
                Ok(stream) => return Ok(Box::new(stream)),
                Err(error) => failure = Failure::Broken(format!("TLS failed: {error}")),
            }
        }
        Err(failure)
    }

    /// Each address gets a share of the time, so that one that does not answer leaves time for the others.
    async fn tcp(&self, host: &Host) -> std::result::Result<TcpStream, Failure> {
        let end = after(Instant::now(), self.timeout);
        let failed = |error: &std::io::Error| Failure::Broken(format!("connecting failed: {error}"));
        let addresses = match host.name.parse() {
            Ok(address) => vec![address],
            Err(_) => self
                .resolver
                .addresses(&host.name)
                .await
                .map_err(|error| failed(&error))?,
        };
        let mut last = Failure::Broken("the host has no address".into());
        for (tried, address) in addresses.iter().enumerate() {
            let left = end.saturating_duration_since(Instant::now());
            let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            match timeout_at(
                after(Instant::now(), left / others),
                TcpStream::connect((*address, host.port)),
            )
            .await
            {
                Ok(Ok(tcp)) => {
                    // Without it, small requests would wait for the acknowledgement of earlier ones. A
                    // failure costs only that.
                    let _ = tcp.set_nodelay(true);
                    return Ok(tcp);
                }
                Ok(Err(error)) => last = failed(&error),
                Err(_) => last = Failure::Broken("connecting failed: no answer".into()),
            }
        }
        Err(last)
    }

    /// The names that this server's certificate may have. A cluster names its nodes by IP address; managed
    /// services have no certificates for these and present that of the cluster's own name.
    fn certificate_names(&self, host: &Host) -> Vec<ServerName<'static>> {
        let known = match &self.address.topology {
            Topology::Sentinel { .. } => None,
            Topology::Single(known) => Some(known),
            Topology::Cluster(seeds) => seeds.iter().find(|seed| !is_ip(&seed.name)),
        };
        let of_the_cluster = known.filter(|known| is_ip(&host.name) && known.name != host.name);
        [of_the_cluster, Some(host)]
            .into_iter()
            .flatten()
            .filter_map(|host| server_name(&host.name).ok())
            .collect()
    }

    pub(super) fn login(&self) -> RedisConnectionInfo {
        login_info(&self.address.login, self.address.database)
    }

    /// Disables redis-rs's timeouts: [`Link`](super::link::Link) enforces the budget of each call.
    pub(super) fn config(&self) -> AsyncConnectionConfig {
        AsyncConnectionConfig::new()
            .set_response_timeout(None)
            .set_connection_timeout(None)
    }
}

pub(super) fn login_info(login: &Login, database: i64) -> RedisConnectionInfo {
    let mut info = RedisConnectionInfo::default()
        .set_db(database)
        .set_skip_set_lib_name();
    if let Some(username) = &login.username {
        info = info.set_username(username);
    }
    if let Some(password) = &login.password {
        info = info.set_password(password.expose());
    }
    info
}

fn is_ip(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}

fn server_name(
    name: &str,
) -> std::result::Result<ServerName<'static>, rustls::pki_types::InvalidDnsNameError> {
    ServerName::try_from(name.to_owned())
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("tls", &self.tls.is_some())
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

fn tls_config(options: &RedisOptions) -> Result<ClientConfig> {
    let mut config = tls::client_config(&TransportOptions {
        root_certificates_pem: options.root_certificates_pem.clone(),
        ..TransportOptions::default()
    })?;
    config.alpn_protocols.clear();
    Ok(config)
}
