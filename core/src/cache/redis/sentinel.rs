//! Asks sentinels for the primary. redis-rs's sentinel client isn't used: it would open its own connections,
//! with a process-wide TLS provider.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo, Value};

use super::address::Host;
use super::connect::Connector;
use super::driver::{Driver, driven};
use super::error_reply::{ErrorReply, Failure};

/// The question to the sentinels, and how to connect to the primary that they name.
pub(super) struct Asked<'a> {
    pub(super) connector: &'a Connector,
    pub(super) service: &'a str,
    pub(super) of_sentinels: RedisConnectionInfo,
    pub(super) login: &'a RedisConnectionInfo,
    pub(super) config: &'a AsyncConnectionConfig,
}

impl Asked<'_> {
    /// Connects to the primary. All sentinels are asked at once, and the first that names a server with the
    /// role of a primary decides: a sentinel that does not answer causes no delay, and one with outdated
    /// knowledge is ignored.
    pub(super) async fn primary(
        &self,
        sentinels: &[Host],
    ) -> Result<(MultiplexedConnection, Driver), Failure> {
        let mut asked: FuturesUnordered<_> = sentinels.iter().map(|sentinel| self.by(sentinel)).collect();
        let mut failure = Failure::Broken("no sentinel".into());
        while let Some(outcome) = asked.next().await {
            match outcome {
                Ok(connected) => return Ok(connected),
                Err(why) => failure = why,
            }
        }
        Err(failure)
    }

    async fn by(&self, sentinel: &Host) -> Result<(MultiplexedConnection, Driver), Failure> {
        let plain = AsyncConnectionConfig::new()
            .set_response_timeout(None)
            .set_connection_timeout(None);
        let (mut connection, mut driver) = self
            .connector
            .server(sentinel, &self.of_sentinels, &plain, None)
            .await?;
        let mut command = redis::cmd("SENTINEL");
        command.arg("get-master-addr-by-name").arg(self.service);
        let named: Option<(String, u16)> = driven(&mut driver, command.query_async(&mut connection)).await?;
        let (name, port) =
            named.ok_or_else(|| Failure::Broken("the sentinels do not know the service".into()))?;
        let tokens = self.connector.tokens.as_ref();
        let (mut connection, mut driver) = self
            .connector
            .server(&Host { name, port }, self.login, self.config, tokens)
            .await?;
        let role: Value = driven(&mut driver, redis::cmd("ROLE").query_async(&mut connection)).await?;
        let is_primary = match &role {
            Value::Array(parts) => {
                matches!(parts.first(), Some(Value::BulkString(role)) if role == b"master")
            }
            _ => false,
        };
        if is_primary {
            Ok((connection, driver))
        } else {
            Err(Failure::Refused(ErrorReply::ReadOnly))
        }
    }
}
