//! Prints the library's warnings on standard error.

use std::fmt;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, SubscriberBuilder};
use tracing_subscriber::registry::LookupSpan;

/// `warning: ` and the message with its fields.
struct Plain;

/// Prints warnings from now on.
pub(crate) fn show() {
    let subscriber = SubscriberBuilder::default()
        .event_format(Plain)
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::WARN)
        .finish();
    // It fails only if a subscriber is already set.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &tracing::Event<'_>,
    ) -> fmt::Result {
        // An operation's warnings are also in its error.
        if event.metadata().target().starts_with("acs_auth::client") {
            return Ok(());
        }
        writer.write_str("warning: ")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
