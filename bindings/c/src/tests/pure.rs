//! Sign, prepare, parse, inspect.

use std::mem::MaybeUninit;
use std::ptr;

use super::{c, called, shown};
use crate::cache_key::{acs_cache_key, acs_cache_key_new};
use crate::data::{acs_bytes, acs_header};
use crate::endpoint::*;
use crate::expectations::{acs_expectations, acs_expectations_init};
use crate::inspect::*;
use crate::parse::{
    acs_parse_create_user_and_token, acs_raw_response, acs_raw_response_init, acs_retry_after_ms,
};
use crate::prepare::*;
use crate::request::*;
use crate::results::*;
use crate::signing::*;
use crate::status::acs_status;

const TEXT: &str = "endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0";

fn resource() -> *mut acs_connection_string {
    let text = c(TEXT);
    called(|parts, error| unsafe { acs_connection_string_parse(text.as_ptr(), parts, error) }).unwrap()
}

#[test]
fn a_request_is_prepared_and_signed() {
    let resource = resource();
    let scopes = [c("chat"), c("voip")];
    let scopes = [scopes[0].as_ptr(), scopes[1].as_ptr()];
    unsafe {
        let request = called(|request, error| {
            let endpoint = acs_connection_string_endpoint(resource);
            acs_prepare_create_user_and_token(endpoint, scopes.as_ptr(), 2, -1, ptr::null(), request, error)
        })
        .unwrap();
        assert_eq!(shown(acs_prepared_request_method(request)), "POST");
        assert_eq!(
            acs_prepared_request_authentication(request),
            ACS_AUTHENTICATION_CREDENTIAL
        );
        assert_eq!(
            acs_prepared_request_retryable(request),
            ACS_RETRYABLE_IF_NOT_PROCESSED
        );
        let count = acs_prepared_request_header_count(request);
        assert!(acs_prepared_request_header(request, count).name.is_null());
        let header = acs_prepared_request_header(request, 0);
        assert!(!shown(header.name).is_empty() && !shown(header.value).is_empty());
        let body = acs_prepared_request_body(request);
        let signed = called(|signed, error| {
            acs_sign_request(
                acs_connection_string_access_key(resource),
                acs_prepared_request_method(request),
                acs_prepared_request_url(request),
                body,
                1_730_797_687,
                signed,
                error,
            )
        })
        .unwrap();
        assert_eq!(
            shown(acs_signed_headers_x_ms_date(signed)),
            "Tue, 05 Nov 2024 09:08:07 GMT"
        );
        assert_eq!(
            shown(acs_signed_headers_host(signed)),
            "contoso.communication.azure.com"
        );
        assert!(shown(acs_signed_headers_authorization(signed)).starts_with("HMAC-SHA256 "));
        acs_signed_headers_free(signed);
        acs_prepared_request_free(request);
        acs_connection_string_free(resource);
    }
}

#[test]
fn an_answer_is_parsed() {
    let body =
        br#"{"identity":{"id":"8:acs:a_b"},"accessToken":{"token":"t","expiresOn":"2030-01-01T00:00:00Z"}}"#;
    let (name, value) = (c("Retry-After"), c("7"));
    let headers = [acs_header {
        name: name.as_ptr(),
        value: value.as_ptr(),
    }];
    let mut response = MaybeUninit::uninit();
    unsafe {
        acs_raw_response_init(response.as_mut_ptr(), size_of::<acs_raw_response>());
        let mut response = response.assume_init();
        response.status = 201;
        response.headers = headers.as_ptr();
        response.header_count = 1;
        response.body = acs_bytes {
            data: body.as_ptr(),
            len: body.len(),
        };
        let both = called(|both, error| acs_parse_create_user_and_token(&response, both, error)).unwrap();
        assert_eq!(shown(acs_user_token_user_id(both)), "8:acs:a_b");
        assert_eq!(shown(acs_user_token_text(both)), "t");
        assert_eq!(acs_user_token_expires_on(both), 1_893_456_000);
        acs_user_token_free(both);
        assert_eq!(acs_retry_after_ms(&response), 7000);

        response.status = 429;
        let error =
            called(|both, error| acs_parse_create_user_and_token(&response, both, error)).unwrap_err();
        assert_eq!(error.status, acs_status::Throttled);
        response.status = -1;
        let error =
            called(|both, error| acs_parse_create_user_and_token(&response, both, error)).unwrap_err();
        assert!(error.is_about("status"));
        response.body.data = ptr::null();
        let error =
            called(|both, error| acs_parse_create_user_and_token(&response, both, error)).unwrap_err();
        assert!(error.is_about("status") || error.is_about("body"));
    }
}

#[test]
fn a_token_is_inspected() {
    let mut expectations = MaybeUninit::uninit();
    let token = c("not a token");
    unsafe {
        acs_expectations_init(expectations.as_mut_ptr(), size_of::<acs_expectations>());
        let expectations = expectations.assume_init();
        let found =
            called(|found, error| acs_inspect(token.as_ptr(), &expectations, 0, found, error)).unwrap();
        assert!(!acs_inspection_is_ok(found));
        assert_eq!(acs_inspection_first_failure(found), 0);
        assert_eq!(acs_inspection_check(found, 0), ACS_CHECK_SHAPE);
        assert_eq!(acs_inspection_outcome(found, 1), ACS_OUTCOME_NOT_CHECKED);
        assert!(!shown(acs_inspection_explanation(found, 0)).is_empty());
        let count = acs_inspection_check_count(found);
        assert_eq!((count, acs_inspection_check(found, count)), (7, -1));
        let mut time = 5;
        assert!(!acs_inspection_expires_at(found, &raw mut time));
        assert_eq!(time, 5);
        assert!(acs_inspection_tenant_id(found).is_null());
        acs_inspection_free(found);
    }
}

#[test]
fn a_cache_key_is_written_whole_or_not_at_all() {
    let resource = resource();
    let (token, id) = (c("a.b.c"), c("id"));
    let key = |length: usize, access_key| unsafe {
        let secret = [1_u8; 32];
        let mut key = acs_cache_key {
            entry: [0; 32],
            user: [0; 32],
        };
        let status = acs_cache_key_new(
            acs_bytes {
                data: secret.as_ptr(),
                len: length,
            },
            ptr::null(),
            acs_connection_string_endpoint(resource),
            access_key,
            token.as_ptr(),
            id.as_ptr(),
            id.as_ptr(),
            &raw mut key,
            ptr::null_mut(),
        );
        (status, key)
    };
    let (status, short) = key(31, ptr::null());
    assert_eq!((status, short.entry), (acs_status::InvalidArgument, [0; 32]));
    let (status, whole) = key(32, ptr::null());
    assert_eq!(status, acs_status::Ok);
    assert!(whole.entry != [0; 32] && whole.user != [0; 32]);
    let (_, signed) = key(32, unsafe { acs_connection_string_access_key(resource) });
    assert!(signed.entry != whole.entry && signed.user == whole.user);
    unsafe { acs_connection_string_free(resource) };
}
