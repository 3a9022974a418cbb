//! The memory layout of the header's structs. It is written to `tests/c/layout.h`, where a C compiler
//! compares it with its own.

use std::fmt::Write as _;
use std::path::Path;

use crate::cache_key::acs_cache_key;
use crate::client_options::{acs_call_options, acs_client_options};
use crate::cloud::acs_cloud_options;
use crate::completion::acs_delivery;
use crate::credential::acs_token_credential;
use crate::data::{acs_bytes, acs_header};
use crate::exchanger::acs_exchanger_options;
use crate::expectations::acs_expectations;
use crate::handler_options::acs_handler_options;
use crate::log::{acs_log_field, acs_log_record};
use crate::message::acs_request;
use crate::observer::{acs_event, acs_observer};
use crate::parse::acs_raw_response;
use crate::redis::acs_redis_options;
use crate::transport::acs_transport;
use crate::user_credential::acs_user_credential_options;
use crate::verifier::acs_verifier_options;

struct Layout {
    name: &'static str,
    size: usize,
    members: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($($name:ident { $($member:ident)* })*) => {
        vec![$(Layout {
            name: stringify!($name),
            size: size_of::<$name>(),
            members: vec![$((stringify!($member), std::mem::offset_of!($name, $member)),)*],
        },)*]
    };
}

/// Every struct whose members the header shows.
fn layouts() -> Vec<Layout> {
    layouts! {
        acs_bytes { data len }
        acs_header { name value }
        acs_cloud_options { struct_size kind authority issuer_v1 issuer_v2 acs_suffix teams_resource teams_user_prefixes teams_user_prefix_count }
        acs_raw_response { struct_size status headers header_count body received_at }
        acs_expectations { struct_size kind cloud client_id user_object_id tenant_id audiences audience_count scopes scope_count resource min_remaining_s }
        acs_cache_key { entry user }
        acs_token_credential { struct_size get_token user_data release }
        acs_transport { struct_size send user_data release }
        acs_client_options { struct_size connection_string endpoint access_key token_credential cloud api_version application_id root_certificates_pem client_identity_pem proxy_url proxy token_check allow_insecure_endpoint max_attempts timeout_ms connect_timeout_ms retry_base_delay_ms retry_throttled_delay_ms retry_max_delay_ms attempt_timeout_ms http2 secondary_access_key headers header_count user_agent transport preview }
        acs_call_options { struct_size timeout_ms client_request_id headers header_count user_agent max_attempts attempt_timeout_ms response keep_response }
        acs_request { struct_size method path headers header_count body }
        acs_delivery { struct_size queue callback user_data }
        acs_verifier_options { struct_size cloud tenant_ids tenant_id_count audiences audience_count allowed_client_ids allowed_client_id_count required_scope root_certificates_pem proxy_url proxy allow_any_tenant allow_any_client clock_skew_s max_lifetime_s }
        acs_event { struct_size kind error rejected status wait_us took_us route count }
        acs_observer { struct_size on_event user_data release }
        acs_redis_options { struct_size url username password key_prefix sealing_key previous_sealing_key root_certificates_pem timeout_ms connect_timeout_ms breaker_reset_timeout_ms breaker_max_reset_timeout_ms breaker_max_failures }
        acs_exchanger_options { struct_size redis observer cache_secret token_check distributed_lock timeout_ms cache_bytes max_ttl_s negative_ttl_ms limit limit_burst limit_window_ms user_limit }
        acs_user_credential_options { struct_size token token_expires_on refresher entra_credential client scopes scope_count exchanger client_id user_object_id refresh_proactively refresh_time_before_expiry_s timeout_ms }
        acs_handler_options { struct_size settings token_credential cloud observer }
        acs_log_field { name value }
        acs_log_record { struct_size level target message fields field_count time_us }
    }
}

fn as_c(layouts: &[Layout]) -> String {
    let mut text = String::from(
        "/* Made by the tests of bindings/c, for 64-bit systems; UPDATE_LAYOUT=1 rewrites it. Within a major\n \
         * version of the ABI, only members at the end of a struct are added. */\n\n",
    );
    for Layout { name, size, members } in layouts {
        let _ = writeln!(text, "LAYOUT_SIZE({name}, {size})");
        for (member, offset) in members {
            let _ = writeln!(text, "LAYOUT_MEMBER({name}, {member}, {offset})");
        }
    }
    text
}

/// The names of the structs with members in the header, and the number of members of each.
fn in_header(header: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut lines = header.lines();
    while let Some(line) = lines.next() {
        let opened = line
            .strip_prefix("typedef struct ")
            .and_then(|rest| rest.strip_suffix(" {"));
        if let Some(name) = opened {
            let body = lines.by_ref().take_while(|line| !line.starts_with('}'));
            let members = body.filter(|line| !line.trim_start().starts_with("//") && line.ends_with(';'));
            found.push((name.to_owned(), members.count()));
        }
    }
    found
}

#[test]
fn structs_are_laid_out_as_written_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("tests/c/layout.h");
    let text = as_c(&layouts());
    if std::env::var_os("UPDATE_LAYOUT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        text,
        "the ABI has changed"
    );
}

#[test]
fn no_struct_and_no_member_is_left_out() {
    let header = include_str!("../../../include/acs_auth.h");
    let ours: Vec<(String, usize)> = layouts()
        .iter()
        .map(|layout| (layout.name.to_owned(), layout.members.len()))
        .collect();
    assert_eq!(ours, in_header(header));
}
