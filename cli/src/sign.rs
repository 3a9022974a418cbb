//! `acs-auth sign`

use std::time::SystemTime;

use acs_auth::{AccessKey, ErrorKind, SignableRequest, sign_request};
use serde::Serialize;

use crate::args::SignArgs;
use crate::failure::{Failure, with_target};
use crate::{input, output};

const KEY: &str = "ACS_ACCESS_KEY";

#[derive(Serialize)]
struct Signed<'a> {
    #[serde(rename = "x-ms-date")]
    date: &'a str,
    #[serde(rename = "x-ms-content-sha256")]
    content_sha256: &'a str,
    authorization: &'a str,
    string_to_sign: &'a str,
}

pub(crate) fn run(args: &SignArgs) -> Result<(), Failure> {
    let now = match &args.date {
        None => SystemTime::now(),
        Some(text) => httpdate::parse_http_date(text).map_err(|_| {
            Failure::Usage(
                "the value of '--date' must be an HTTP date, such as 'Tue, 05 Nov 2024 09:08:07 GMT'"
                    .to_owned(),
            )
        })?,
    };
    let key = input::variable(KEY)?.ok_or_else(|| {
        let reason =
            "It is not set. Put the resource's access key there, in base64 as the Azure portal shows it.";
        with_target(ErrorKind::InvalidConnectionString, KEY, reason)
    })?;
    let key = AccessKey::from_base64(key.expose())?;
    let body = match &args.body_file {
        None => Vec::new(),
        Some(path) => input::bytes("--body-file", path)?,
    };
    let request = SignableRequest {
        method: &args.method,
        url: &args.url,
        body: &body,
    };
    let signed = sign_request(&request, &key, now)?;
    output::json(&Signed {
        date: signed.x_ms_date(),
        content_sha256: signed.x_ms_content_sha256(),
        authorization: signed.authorization(),
        string_to_sign: signed.string_to_sign(),
    })
}
