//! The log of `serve`, on standard error: each record with its time, level, target and the fields of its request.

use std::io::{self, BufWriter};
use std::time::Duration;

use tracing::{Metadata, error, warn};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;

use super::args::{DEFAULT_FILTER, LogArgs, LogFormat};
use crate::failure::{Failure, refused};

/// The maximum number of records that wait for a slow reader. Further ones are dropped, so that logging never
/// blocks.
const QUEUE: usize = 4096;
/// How often it is logged that records were dropped.
const REPORT: Duration = Duration::from_secs(1);

/// The log. Dropping it writes the waiting records, for at most a second.
pub(super) struct Log {
    _writer: WorkerGuard,
    dropped: ErrorCounter,
}

/// Sets up the log.
pub(super) fn start(args: &LogArgs) -> Result<Log, Failure> {
    // An empty variable counts as not set.
    let filter = match args.filter.trim() {
        "" => DEFAULT_FILTER,
        filter => filter,
    };
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|error| refused("--log", format!("{error}; see --help.")))?;
    // A request's fields are in its span, which must stay enabled even if the filter enables only its
    // records.
    let filter = filter.or(filter_fn(is_span_of_ours));
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(QUEUE)
        .thread_name("log")
        // Flushed whenever no record waits: under load, one system call writes many.
        .finish(BufWriter::new(io::stderr()));
    let dropped = writer.error_counter();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(writer);
    let layer = match args.format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).boxed(),
    };
    let subscriber = Registry::default().with(layer.with_filter(filter));
    // It fails only if a subscriber is already set.
    let _ = tracing::subscriber::set_global_default(subscriber);
    log_panics();
    Ok(Log {
        _writer: guard,
        dropped,
    })
}

fn is_span_of_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("acs_auth")
}

/// Logs only the source location of panics, since their messages may contain anything. Unlike standard error,
/// the log never blocks.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        error!(event = "panicked", place, "a panic: this is a bug");
    }));
}

impl Log {
    /// Logs how many records were dropped; never returns.
    pub(super) async fn watch(&self) {
        let mut reported = 0;
        loop {
            tokio::time::sleep(REPORT).await;
            let dropped = self.dropped.dropped_lines();
            if dropped > reported {
                warn!(
                    event = "records_dropped",
                    dropped = dropped - reported,
                    "the log's reader is too slow: records were dropped"
                );
                // If this record was dropped as well, the next one reports it.
                if self.dropped.dropped_lines() == dropped {
                    reported = dropped;
                }
            }
        }
    }
}
