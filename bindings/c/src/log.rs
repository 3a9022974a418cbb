//! The library's log: a callback that gets its records. Without one nothing is written anywhere.
//!
//! No record holds a key or a token. Levels and fields are those that the handler's documentation lists.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
use crate::ffi::{Text, c_text, invalid, status};
use crate::status::acs_status;
use crate::userdata::UserData;

/// No records.
pub const ACS_LOG_OFF: i32 = 0;
/// Bugs.
pub const ACS_LOG_ERROR: i32 = 1;
/// What an operator should know of: refused callers, failed exchanges, a wrong clock.
pub const ACS_LOG_WARN: i32 = 2;
/// What is worth counting.
pub const ACS_LOG_INFO: i32 = 3;
/// Each call, attempt and answer.
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

/// A record, borrowed for the call of the callback.
#[repr(C)]
pub struct acs_log_record {
    /// The size of the struct as the library knows it.
    pub struct_size: usize,
    /// ACS_LOG_ERROR to ACS_LOG_TRACE.
    pub level: i32,
    /// Where it comes from, such as "acs_auth::handler".
    pub target: *const c_char,
    /// What happened, for a person.
    pub message: *const c_char,
    /// The fields of the record, and then those of the operation that it belongs to.
    pub fields: *const acs_log_field,
    /// How many fields there are.
    pub field_count: usize,
}

/// Gets a record. It is called by several threads at once and must not block.
pub type acs_log_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, record: *const acs_log_record)>;

struct Sink {
    callback: unsafe extern "C" fn(*mut c_void, *const acs_log_record),
    level: LevelFilter,
    user_data: UserData,
}

static SINK: ArcSwapOption<Sink> = ArcSwapOption::const_empty();

type Fields = Vec<(Text, Text)>;

/// Collects fields as texts; the message is one of them.
#[derive(Default)]
struct Collected {
    message: Text,
    fields: Fields,
}

impl Visit for Collected {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = c_text(value),
            name => self.fields.push((c_text(name), c_text(value))),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Hands the library's own records to the sink. Those of the crates below it may hold what was sent.
struct ToSink;

fn is_own(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next() == Some("acs_auth")
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ToSink {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_own(metadata)
            && SINK
                .load()
                .as_ref()
                .is_some_and(|sink| *metadata.level() <= sink.level)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(SINK.load().as_ref().map_or(LevelFilter::OFF, |sink| sink.level))
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
        let fields: Vec<acs_log_field> = collected
            .fields
            .iter()
            .map(|(name, value)| acs_log_field {
                name: name.as_ptr(),
                value: value.as_ptr(),
            })
            .collect();
        let target = c_text(event.metadata().target());
        let record = acs_log_record {
            struct_size: size_of::<acs_log_record>(),
            level: number_of(*event.metadata().level()),
            target: target.as_ptr(),
            message: collected.message.as_ptr(),
            fields: fields.as_ptr(),
            field_count: fields.len(),
        };
        // SAFETY: the host vouches for its callback.
        unsafe { (sink.callback)(sink.user_data.pointer(), &raw const record) };
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
        other => return Err(invalid("level", format!("{other} is no level."))),
    })
}

/// Sends the log to a callback, in place of the one before. callback NULL, or ACS_LOG_OFF, ends it.
///
/// Records of at most this level are sent, to one callback for the whole library. release, if it is not NULL, is called
/// with user_data once the callback will not be called with it again, which may be after this function has returned.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for a level that is none; release is then not called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acs_log_set(
    level: i32,
    callback: acs_log_callback,
    user_data: *mut c_void,
    release: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
    error: *mut *mut acs_error,
) -> acs_status {
    unsafe {
        status(error, || {
            let level = level_of(level)?;
            let user_data = UserData::new(user_data, release);
            let sink = match callback {
                Some(callback) if level != LevelFilter::OFF => Some(Arc::new(Sink {
                    callback,
                    level,
                    user_data,
                })),
                _ => None,
            };
            let is_needed = sink.is_some();
            drop(SINK.swap(sink));
            static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
            if is_needed && !IS_INSTALLED.swap(true, Ordering::AcqRel) {
                // It is this library's own copy of tracing: nothing of the process's is set.
                let _ = tracing::subscriber::set_global_default(Registry::default().with(ToSink));
            }
            tracing::callsite::rebuild_interest_cache();
            Ok(())
        })
    }
}
