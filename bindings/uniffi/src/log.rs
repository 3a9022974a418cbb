//! The library's log. Without a sink nothing is written anywhere.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::Arc;

use acs_auth_c::log::{
    ACS_LOG_DEBUG, ACS_LOG_ERROR, ACS_LOG_INFO, ACS_LOG_OFF, ACS_LOG_TRACE, ACS_LOG_WARN, acs_log_record,
    acs_log_set,
};

use crate::error::Result;

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// No records.
    Off,
    /// Bugs.
    Error,
    /// What an operator should know of: rejected callers, failed exchanges, a wrong clock.
    Warn,
    /// What is worth counting.
    Info,
    /// Each call, attempt and answer.
    Debug,
    /// Everything.
    Trace,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogField {
    /// Its name, such as "client_request_id".
    pub name: String,
    /// Its value as a text.
    pub value: String,
}

/// A record. It holds neither a key nor a token.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// How important it is.
    pub level: LogLevel,
    /// Where it comes from, such as "acs_auth::handler".
    pub target: String,
    /// What happened, for a person.
    pub text: String,
    /// The fields of the record, and then those of the operation that it belongs to.
    pub fields: Vec<LogField>,
    /// When it was made, in microseconds since 1970.
    pub time_us: i64,
}

/// Gets the records of the log.
#[uniffi::export(with_foreign)]
pub trait LogSink: Send + Sync {
    /// Is called on a thread of its own, one record at a time and in their order: a slow one delays no call. Up to 1024
    /// records, or 1 MiB of them, wait for it; a record with the field "dropped" counts those that found no room. What it
    /// raises is dropped.
    fn on_record(&self, record: LogRecord) -> Result<()>;
}

impl LogLevel {
    fn number(self) -> i32 {
        match self {
            Self::Off => ACS_LOG_OFF,
            Self::Error => ACS_LOG_ERROR,
            Self::Warn => ACS_LOG_WARN,
            Self::Info => ACS_LOG_INFO,
            Self::Debug => ACS_LOG_DEBUG,
            Self::Trace => ACS_LOG_TRACE,
        }
    }

    fn of(number: i32) -> Self {
        match number {
            ACS_LOG_OFF => Self::Off,
            ACS_LOG_ERROR => Self::Error,
            ACS_LOG_WARN => Self::Warn,
            ACS_LOG_INFO => Self::Info,
            ACS_LOG_DEBUG => Self::Debug,
            _ => Self::Trace,
        }
    }
}

unsafe fn text(pointer: *const c_char) -> String {
    // SAFETY: records hold no NULL.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

unsafe extern "C-unwind" fn passed_on(sink: *mut c_void, record: *const acs_log_record) {
    // SAFETY: it is what `set_log` handed over, and not released while records come.
    let sink = unsafe { &*sink.cast::<Arc<dyn LogSink>>() };
    // SAFETY: the record lives for this call.
    let record = unsafe {
        let record = &*record;
        let fields = match record.field_count {
            0 => &[],
            count => std::slice::from_raw_parts(record.fields, count),
        };
        LogRecord {
            level: LogLevel::of(record.level),
            target: text(record.target),
            text: text(record.message),
            fields: fields
                .iter()
                .map(|field| LogField {
                    name: text(field.name),
                    value: text(field.value),
                })
                .collect(),
            time_us: record.time_us,
        }
    };
    // There is no one to return it to.
    let _ = sink.on_record(record);
}

unsafe extern "C-unwind" fn released(sink: *mut c_void) {
    // SAFETY: it is what `set_log` handed over, once.
    drop(unsafe { Box::from_raw(sink.cast::<Arc<dyn LogSink>>()) });
}

/// Sends the log to a sink, in place of the one before: records of at most this level, to one sink for the whole library.
/// No sink, or off, ends it.
#[uniffi::export(default(sink = None))]
pub fn set_log(level: LogLevel, sink: Option<Arc<dyn LogSink>>) {
    let Some(sink) = sink else {
        // SAFETY: nothing is handed over.
        unsafe { acs_log_set(ACS_LOG_OFF, None, ptr::null_mut(), None, ptr::null_mut()) };
        return;
    };
    let sink = Box::into_raw(Box::new(sink)).cast();
    // SAFETY: the callbacks take what is handed over with them.
    unsafe {
        acs_log_set(
            level.number(),
            Some(passed_on),
            sink,
            Some(released),
            ptr::null_mut(),
        )
    };
}
