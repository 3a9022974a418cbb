//! Connections to the server, plain or with the crate's own TLS: redis-rs's would ask for a process-wide provider.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{MultiplexedConnection, PubSub};
use redis::{AsyncConnectionConfig, RedisConnectionInfo, RedisError};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::options::RedisOptions;
use crate::error::{Error, Result};
use crate::transport::{TransportOptions, tls};

/// Why Redis did not do what it was asked, for a person; without values.
pub(super) type Failure = String;

pub(super) struct Connector {
    address: Address,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    timeout: Duration,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What carries a connection's bytes to and fro, until it is lost.
pub(super) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Connector {
    pub(super) fn new(options: &RedisOptions) -> Result<Self> {
        let address = Address::from_options(options)?;
        let tls = if address.tls {
            let config = tls_config(options)?;
            let name = ServerName::try_from(address.host.clone()).map_err(|_| {
                Error::invalid_argument("redis_url", "Its host cannot be the name in a certificate.")
            })?;
            Some((TlsConnector::from(Arc::new(config)), name))
        } else {
            None
        };
        Ok(Self {
            address,
            tls,
            timeout: options.connect_timeout,
        })
    }

    /// A connection for commands.
    pub(super) async fn connect(&self) -> std::result::Result<(MultiplexedConnection, Driver), Failure> {
        self.within(async {
            let stream = self.stream().await?;
            // The budget of each call is ours to keep.
            let config = AsyncConnectionConfig::new()
                .set_response_timeout(None)
                .set_connection_timeout(None);
            let (connection, driver) = MultiplexedConnection::new_with_config(&self.login(), stream, config)
                .await
                .map_err(|error| explain(&error))?;
            Ok((connection, Box::pin(driver) as Driver))
        })
        .await
    }

    /// A connection that hears what is published in this channel.
    pub(super) async fn subscribe(&self, channel: &str) -> std::result::Result<PubSub, Failure> {
        self.within(async {
            let stream = self.stream().await?;
            let mut subscription = PubSub::new(&self.login(), stream)
                .await
                .map_err(|error| explain(&error))?;
            subscription
                .subscribe(channel)
                .await
                .map_err(|error| explain(&error))?;
            Ok(subscription)
        })
        .await
    }

    async fn within<T>(
        &self,
        work: impl Future<Output = std::result::Result<T, Failure>>,
    ) -> std::result::Result<T, Failure> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no connection within {:?}", self.timeout)),
        }
    }

    async fn stream(&self) -> std::result::Result<Box<dyn Stream>, Failure> {
        let address = (self.address.host.as_str(), self.address.port);
        let tcp = TcpStream::connect(address)
            .await
            .map_err(|error| format!("connecting failed: {error}"))?;
        // Without it small requests wait for the acknowledgement of earlier ones; failing costs only that.
        let _ = tcp.set_nodelay(true);
        match &self.tls {
            None => Ok(Box::new(tcp)),
            Some((connector, name)) => connector
                .connect(name.clone(), tcp)
                .await
                .map(|stream| Box::new(stream) as Box<dyn Stream>)
                .map_err(|error| format!("TLS failed: {error}")),
        }
    }

    fn login(&self) -> RedisConnectionInfo {
        let mut login = RedisConnectionInfo::default()
            .set_db(self.address.database)
            .set_skip_set_lib_name();
        if let Some(username) = &self.address.username {
            login = login.set_username(username);
        }
        if let Some(password) = &self.address.password {
            login = login.set_password(password.expose());
        }
        login
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("tls", &self.tls.is_some())
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

/// The kind of the error and the server's code. The server's own text may repeat what it was sent.
pub(super) fn explain(error: &RedisError) -> Failure {
    match error.code() {
        Some(code) => format!("{} ({code})", error.category()),
        None => error.category().to_owned(),
    }
}
