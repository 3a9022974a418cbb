//! The library's log: a callback that receives its records. Without a callback nothing is written
//! anywhere.
//!
//! The callback runs on a library thread of its own, one record at a time and in order; a slow
//! callback delays no call. Up to 1024 records, or 1 MiB of them, are queued. Further ones are
//! dropped and replaced by a record "N log records were dropped", with N in its field "dropped".
//! acs_shutdown delivers the queued records.
//!
//! At every level, records of a request to a handler have the fields "correlation_id" and "route",
//! and records of a client's operation have "client_request_id".
//!
//! No record contains a key or a token. The handler's documentation lists levels and fields.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use acs_runtime::{Delivery, Mailbox};
use arc_swap::ArcSwapOption;
use core_auth::Result;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::error::acs_error;
use crate::ffi::{Text, c_text, host, invalid, status};
use crate::status::acs_status;
use crate::userdata::UserData;

/// No records.
pub const ACS_LOG_OFF: i32 = 0;
/// Bugs.
pub const ACS_LOG_ERROR: i32 = 1;
/// What an operator should know: rejected callers, failed exchanges, a wrong clock.
pub const ACS_LOG_WARN: i32 = 2;
/// Events worth counting.
pub const ACS_LOG_INFO: i32 = 3;
/// Each call, attempt and response.
pub const ACS_LOG_DEBUG: i32 = 4;
/// Everything.
pub const ACS_LOG_TRACE: i32 = 5;

/// A field of a record.
#[repr(C)]
pub struct acs_log_field {
    /// Its name, such as "client_request_id".
    pub name: *const c_char,
    /// Its value as a text.
    pub value: *const c_char,
}

/// A record, borrowed for the duration of the callback.
#[repr(C)]
pub struct acs_log_record {
    /// The size of the struct as the library knows it.
    pub struct_size: usize,
    /// ACS_LOG_ERROR to ACS_LOG_TRACE.
    pub level: i32,
    /// Where it comes from, such as "acs_auth::handler".
    pub target: *const c_char,
    /// What happened, as text for a person.
    pub message: *const c_char,
    /// The fields of the record, followed by those of the operation it belongs to.
    pub fields: *const acs_log_field,
    /// The number of fields.
    pub field_count: usize,
    /// When it was created, in microseconds since 1970.
    pub time_us: i64,
}

/// Receives a record, on a library thread of its own.
pub type acs_log_callback =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, record: *const acs_log_record)>;

const MOST_RECORDS: usize = 1024;
const MOST_BYTES: usize = 1 << 20;

struct Sink {
    mailbox: Mailbox<Logged>,
    level: LevelFilter,
}

static SINK: ArcSwapOption<Sink> = ArcSwapOption::const_empty();

type Fields = Vec<(&'static str, String)>;

/// A record on its way to the callback.
struct Logged {
    level: i32,
    target: &'static str,
    collected: Collected,
    time: SystemTime,
}

/// Collects fields as texts; the message is one of them.
#[derive(Default)]
struct Collected {
    message: String,
    fields: Fields,
}

impl Logged {
    fn bytes(&self) -> usize {
        let fields = &self.collected.fields;
        let texts: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        size_of::<Self>() + self.collected.message.len() + texts
    }

    /// The record that replaces dropped ones. If the sink receives only errors, this record is one.
    fn dropped(count: u64, most: LevelFilter) -> Self {
        let level = if most >= LevelFilter::WARN {
            ACS_LOG_WARN
        } else {
            ACS_LOG_ERROR
        };
        Self {
            level,
            target: "acs_auth::log",
            collected: Collected {
                message: format!("{count} log records were dropped"),
                fields: vec![("dropped", count.to_string())],
            },
            time: SystemTime::now(),
        }
    }

    fn with_record<R>(&self, use_it: impl FnOnce(&acs_log_record) -> R) -> R {
        let Collected { message, fields } = &self.collected;
        let (target, message) = (c_text(self.target), c_text(message));
        let texts: Vec<(Text, Text)> = fields
            .iter()
            .map(|(name, value)| (c_text(name), c_text(value)))
            .collect();
        let fields: Vec<acs_log_field> = texts
            .iter()
            .map(|(name, value)| acs_log_field {
                name: name.as_ptr(),
                value: value.as_ptr(),
            })
            .collect();
        let since = self
            .time
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        use_it(&acs_log_record {
            struct_size: size_of::<acs_log_record>(),
            level: self.level,
            target: target.as_ptr(),
            message: message.as_ptr(),
            fields: fields.as_ptr(),
            field_count: fields.len(),
            time_us: i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        })
    }
}

impl Visit for Collected {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.fields.push((name, value.to_owned())),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Passes the library's own records to the sink, but not those of its dependencies, which may
/// contain what was sent.
struct ToSink;

fn is_own(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next() == Some("acs_auth")
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ToSink {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // A record includes the fields of its spans, so spans are enabled at every level.
        is_own(metadata)
            && SINK
                .load()
                .as_ref()
                .is_some_and(|sink| metadata.is_span() || *metadata.level() <= sink.level)
    }

    /// The highest level at all: `enabled` decides for each callsite, and tracing caches its
    /// decision.
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(
            SINK.load()
                .as_ref()
                .map_or(LevelFilter::OFF, |_| LevelFilter::TRACE),
        )
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut collected = Collected::default();
            attributes.record(&mut collected);
            span.extensions_mut().insert(collected.fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut collected = Collected::default();
            values.record(&mut collected);
            if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
                fields.extend(collected.fields);
            }
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(sink) = SINK.load_full() else {
            return;
        };
        let mut collected = Collected::default();
        event.record(&mut collected);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                collected.fields.extend(fields.iter().cloned());
            }
        }
        let logged = Logged {
            level: number_of(*event.metadata().level()),
            target: event.metadata().target(),
            collected,
            time: SystemTime::now(),
        };
        let bytes = logged.bytes();
        sink.mailbox.push(logged, bytes);
    }
}

fn number_of(level: Level) -> i32 {
    match level {
        Level::ERROR => ACS_LOG_ERROR,
        Level::WARN => ACS_LOG_WARN,
        Level::INFO => ACS_LOG_INFO,
        Level::DEBUG => ACS_LOG_DEBUG,
        Level::TRACE => ACS_LOG_TRACE,
    }
}

fn level_of(number: i32) -> Result<LevelFilter> {
    Ok(match number {
        ACS_LOG_OFF => LevelFilter::OFF,
        ACS_LOG_ERROR => LevelFilter::ERROR,
        ACS_LOG_WARN => LevelFilter::WARN,
        ACS_LOG_INFO => LevelFilter::INFO,
        ACS_LOG_DEBUG => LevelFilter::DEBUG,
        ACS_LOG_TRACE => LevelFilter::TRACE,
        other => return Err(invalid("level", format!("{other} is not a level."))),
    })
}

fn sink_of(
    callback: unsafe extern "C-unwind" fn(*mut c_void, *const acs_log_record),
    level: LevelFilter,
    user_data: UserData,
) -> Sink {
    let mailbox = Mailbox::new(MOST_RECORDS, MOST_BYTES, move |delivery| {
        let logged = match delivery {
            Delivery::Item(logged) => logged,
            Delivery::Dropped(count) => Logged::dropped(count, level),
        };
        // SAFETY: the host vouches for its callback.
        logged.with_record(|record| {
            host("acs_log_callback", || unsafe {
                callback(user_data.pointer(), record)
            })
        });
    });
    Sink { mailbox, level }
}

/// Sends the log to a callback, replacing the former one. A NULL callback, or ACS_LOG_OFF, turns
/// the log off.
///
/// There is one callback for the whole library; it receives records up to this level. release, if
/// it is not NULL, is called with user_data after the last call of the callback. Queued records are
/// delivered first, so this may happen after this function has returned. After a successful
/// acs_shutdown, it has been called for every callback that was replaced before.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid level; release is then not called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_log_set(
    level: i32,
    callback: acs_log_callback,
    user_data: *mut c_void,
    release: Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let level = level_of(level)?;
            let user_data = UserData::new(user_data, release);
            let sink = match callback {
                Some(callback) if level != LevelFilter::OFF => {
                    Some(Arc::new(sink_of(callback, level, user_data)))
                }
                _ => None,
            };
            let is_needed = sink.is_some();
            drop(SINK.swap(sink));
            static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
            if is_needed && !IS_INSTALLED.swap(true, Ordering::AcqRel) {
                // tracing is linked statically: this sets nothing in another copy of it in the
                // process.
                let _ = tracing::subscriber::set_global_default(Registry::default().with(ToSink));
            }
            tracing::callsite::rebuild_interest_cache();
            Ok(())
        })
    }
}
