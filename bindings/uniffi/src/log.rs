//! The library's log. Without a sink nothing is written anywhere.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::Arc;

use acs_auth_c::log::{
    ACS_LOG_DEBUG, ACS_LOG_ERROR, ACS_LOG_INFO, ACS_LOG_OFF, ACS_LOG_TRACE, ACS_LOG_WARN, acs_log_record,
    acs_log_set,
};

use crate::error::Result;

/// The level of a record, and the highest level that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// No records.
    Off,
    /// Bugs in the library.
    Error,
    /// What an operator should know: rejected callers, failed exchanges, a wrong clock.
    Warn,
    /// Events worth counting.
    Info,
    /// Each call, attempt and response.
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

/// A log record. It contains no key and no token.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// Its level.
    pub level: LogLevel,
    /// Where it comes from, such as "acs_auth::handler".
    pub target: String,
    /// What happened, as text for a person.
    pub text: String,
    /// The fields of the record, followed by those of the operation it belongs to.
    pub fields: Vec<LogField>,
    /// When it was created, in microseconds since 1970.
    pub time_us: i64,
}

/// A receiver of log records.
#[uniffi::export(with_foreign)]
pub trait LogSink: Send + Sync {
    /// Receives a record. Called on a thread of its own, one record at a time and in order; a slow sink
    /// delays no call. Up to 1024 records, or 1 MiB of them, are queued. Further ones are dropped and
    /// replaced by a record with their number in its field "dropped". Exceptions that it throws are dropped.
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
    // SAFETY: a record contains no NULL.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

unsafe extern "C-unwind" fn passed_on(sink: *mut c_void, record: *const acs_log_record) {
    // SAFETY: it is the sink that `set_log` passed, and isn't released while records arrive.
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
    // Nobody can receive the error.
    let _ = sink.on_record(record);
}

unsafe extern "C-unwind" fn released(sink: *mut c_void) {
    // SAFETY: it is the sink that `set_log` passed, and is released once.
    drop(unsafe { Box::from_raw(sink.cast::<Arc<dyn LogSink>>()) });
}

/// Sends the log to a sink, replacing the former one. There is one sink for the whole library; it receives
/// records up to this level. Without a sink, or with `Off`, the log is turned off.
#[uniffi::export(default(sink = None))]
pub fn set_log(level: LogLevel, sink: Option<Arc<dyn LogSink>>) {
    let Some(sink) = sink else {
        // SAFETY: no pointer is passed.
        unsafe { acs_log_set(ACS_LOG_OFF, None, ptr::null_mut(), None, ptr::null_mut()) };
        return;
    };
    let sink = Box::into_raw(Box::new(sink)).cast();
    // SAFETY: the callbacks are those for the sink that is passed with them.
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
