//! A verifier is not built from missing or invalid options.

use std::time::Duration;

use acs_auth::entra::verify::{TokenVerifier, TokenVerifierBuilder};
use acs_auth::{Cloud, ErrorKind};

const ID: &str = "c0c0c0c0-0000-4000-8000-000000000001";

fn good() -> TokenVerifierBuilder {
    TokenVerifier::builder()
        .tenant_id(ID)
        .audience(ID)
        .allowed_client_id(ID)
}

#[test]
fn each_option_is_named_when_it_cannot_be_used() {
    good().build().unwrap();
    let insecure = Cloud::custom("http://login.example");
    for (builder, option) in [
        (
            TokenVerifier::builder().audience(ID).allowed_client_id(ID),
            "tenant_id",
        ),
        (good().allow_any_tenant(), "tenant_id"),
        (good().tenant_id("contoso.example"), "tenant_id"),
        (
            TokenVerifier::builder().tenant_id(ID).allowed_client_id(ID),
            "audience",
        ),
        (good().audience(""), "audience"),
        (
            TokenVerifier::builder().tenant_id(ID).audience(ID),
            "allowed_client_id",
        ),
        (good().allow_any_client(), "allowed_client_id"),
        (good().allowed_client_id("my app"), "allowed_client_id"),
        (good().required_scope(""), "required_scope"),
        (good().required_scope("a b"), "required_scope"),
        (good().required_scope("api://x/access_as_user"), "required_scope"),
        (good().clock_skew(Duration::from_secs(3601)), "clock_skew"),
        (good().max_lifetime(Duration::from_millis(999)), "max_lifetime"),
        (good().cloud(insecure), "cloud"),
        (good().root_certificates_pem("no PEM"), "root_certificates_pem"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(
            (error.kind, error.target.as_deref()),
            (ErrorKind::InvalidArgument, Some(option))
        );
    }
}
