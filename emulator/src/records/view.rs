//! A record as JSON.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{Record, redact};
use crate::time;

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = &self.request;
        let mut record = serializer.serialize_struct("Record", 19)?;
        record.serialize_field("id", &self.id)?;
        record.serialize_field("time", &time::rfc3339(self.time))?;
        record.serialize_field("service", &self.service)?;
        record.serialize_field("operation", self.operation)?;
        record.serialize_field("method", &request.method)?;
        record.serialize_field("target", &self.shown_target())?;
        record.serialize_field("host", &request.host)?;
        record.serialize_field("http_version", self.http_version)?;
        record.serialize_field("tls", &request.tls)?;
        record.serialize_field("headers", &self.shown_headers())?;
        record.serialize_field("body_length", &self.body_length)?;
        record.serialize_field("status", &self.status)?;
        record.serialize_field("error_code", &self.error_code)?;
        record.serialize_field("answer_headers", &self.shown_answer_headers())?;
        record.serialize_field("fault", &self.fault)?;
        let micros = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        record.serialize_field("duration_us", &micros)?;
        record.serialize_field("client_request_id", &self.client_request_id())?;
        record.serialize_field("checks", &self.checks)?;
        record.serialize_field("signing", &self.signing)?;
        record.end()
    }
}

impl Record {
    /// The target with secrets shortened.
    pub(crate) fn shown_target(&self) -> String {
        redact::target(&self.request.target).into_owned()
    }

    /// The request's headers with tokens shortened.
    pub(crate) fn shown_headers(&self) -> Vec<(String, String)> {
        shown(&self.request.headers)
    }

    /// The response's headers with tokens shortened.
    pub(crate) fn shown_answer_headers(&self) -> Vec<(String, String)> {
        shown(&self.answer_headers)
    }
}

fn shown(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.clone(), redact::header(name, value).into_owned()))
        .collect()
}
