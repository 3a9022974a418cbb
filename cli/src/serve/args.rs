//! The options of `acs-auth serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// The default log filter.
pub(crate) const DEFAULT_FILTER: &str = "info";

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    /// The address to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// A TOML file with settings; the environment overrides them
    #[arg(long, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Run the offline emulator in the same process, and serve its users, apps and resource
    #[arg(long)]
    pub(crate) emulator: bool,
    /// Serve with TLS: the certificate chain in PEM form
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the certificate in PEM form
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A file with certificate authorities to trust in addition to the system's, in PEM form
    #[arg(long, value_name = "PEM")]
    pub(crate) endpoint_ca: Option<PathBuf>,
    /// The interval at which files are checked for changes; 0 reloads on SIGHUP only
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_RELOAD_INTERVAL", default_value = "5", value_parser = span_or_none)]
    pub(crate) reload_interval: Duration,
    /// How long requests in flight may take to finish after SIGTERM; a second signal exits at once
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_GRACE_PERIOD", default_value = "30", value_parser = span_or_none)]
    pub(crate) grace_period: Duration,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) log: LogArgs,
}

/// The limits for peers.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Concurrent connections, fewer where the descriptor limit is lower; at the limit, a new connection replaces the
    /// idle or half-sent one that has waited longest, or is closed if there is none
    #[arg(long, value_name = "N", env = "ACS_AUTH_SERVE_MAX_CONNECTIONS", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_connections: u32,
    /// The timeout of a TLS handshake
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_HANDSHAKE_TIMEOUT", default_value = "10", value_parser = span)]
    pub(crate) handshake_timeout: Duration,
    /// The timeout for the headers of a connection's first request
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_FIRST_REQUEST_TIMEOUT", default_value = "20", value_parser = span)]
    pub(crate) first_request_timeout: Duration,
    /// The timeout for a request's headers, from their first byte to their last
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_HEADER_TIMEOUT", default_value = "10", value_parser = span)]
    pub(crate) header_timeout: Duration,
    /// The timeout for a request's body, from the end of the headers
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_BODY_TIMEOUT", default_value = "10", value_parser = span)]
    pub(crate) body_timeout: Duration,
    /// How long a connection may be idle between requests; must exceed the idle timeout of a load balancer in front
    #[arg(long, value_name = "SECONDS", env = "ACS_AUTH_SERVE_IDLE_TIMEOUT", default_value = "75", value_parser = span)]
    pub(crate) idle_timeout: Duration,
    /// Concurrent requests on an HTTP/2 connection
    #[arg(long, value_name = "N", env = "ACS_AUTH_SERVE_MAX_STREAMS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) max_streams: u32,
}

/// What is logged, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log, on standard error")]
pub(crate) struct LogArgs {
    /// What is logged: a level, or target=level pairs separated by commas (acs_auth=debug,warn)
    #[arg(long = "log", value_name = "FILTER", env = "RUST_LOG", default_value = DEFAULT_FILTER)]
    pub(crate) filter: String,
    /// How records are written
    #[arg(long = "log-format", value_enum, env = "ACS_AUTH_LOG_FORMAT", default_value_t = LogFormat::Text)]
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line per record: time, level, the request's fields, target, message, fields
    Text,
    /// A JSON object per line, the request's fields in "spans"
    Json,
}

/// Parses a span of time in seconds, with or without a fraction, and rounds it up to whole milliseconds.
fn span(text: &str) -> Result<Duration, String> {
    let span = span_or_none(text)?;
    if span.is_zero() {
        return Err("It must be at least 0.001 s.".to_owned());
    }
    Ok(span)
}

/// Like [`span`], but accepts 0.
fn span_or_none(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
    let seconds: f64 = text
        .parse()
        .map_err(|_| "It must be a number of seconds, such as 10 or 0.5.".to_owned())?;
    let span = Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|span| *span <= LONGEST)
        .ok_or("It must be from 0 to 86400 s.")?;
    Ok(Duration::from_millis(
        u64::try_from(span.as_micros().div_ceil(1000)).unwrap_or(u64::MAX),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_seconds_with_or_without_a_fraction() {
        assert_eq!(span("10"), Ok(Duration::from_secs(10)));
        assert_eq!(span("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(span("0.0001"), Ok(Duration::from_millis(1)));
        assert_eq!(span_or_none("0"), Ok(Duration::ZERO));
        for wrong in ["0", "-1", "NaN", "inf", "1e99", "10s", "", "86401"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
