//! The checks of application, user and tenant: what passes, and which mistakes are recognised.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use acs_auth::entra::{CheckName, Expectations, Outcome};
use common::token::*;
use serde_json::json;

#[track_caller]
fn app(client_id: &str) -> String {
    let expected = Expectations {
        client_id: Some(client_id.into()),
        ..expected()
    };
    let said = objection_to(CheckName::App, json!({"aud": OTHER}), &expected);
    assert!(
        said.contains(&format!("which is {CLIENT} (appid) for this token")),
        "{said}"
    );
    said
}

#[track_caller]
fn user(user_object_id: &str) -> String {
    let expected = Expectations {
        user_object_id: Some(user_object_id.into()),
        ..expected()
    };
    objection_to(CheckName::User, json!({}), &expected)
}

#[test]
fn guids_are_compared_without_case() {
    let expected = Expectations {
        client_id: Some(CLIENT.to_uppercase()),
        user_object_id: Some(USER.to_uppercase()),
        tenant_id: Some(TENANT.to_uppercase()),
        ..expected()
    };
    assert!(look(&token(&good()), &expected).is_ok());
}

#[test]
fn the_application_is_in_appid_or_azp_by_version() {
    for (changes, outcome_is) in [
        (
            json!({"ver": "1.0", "appid": CLIENT, "azp": OTHER}),
            Outcome::Passed,
        ),
        (
            json!({"ver": "2.0", "appid": OTHER, "azp": CLIENT}),
            Outcome::Passed,
        ),
        (
            json!({"ver": "2.0", "appid": CLIENT, "azp": OTHER}),
            Outcome::Failed,
        ),
        (
            json!({"ver": "1.0", "appid": null, "azp": CLIENT}),
            Outcome::Passed,
        ),
        (json!({"ver": "2.0", "appid": CLIENT}), Outcome::Passed),
        (
            json!({"ver": null, "appid": null, "azp": CLIENT}),
            Outcome::Passed,
        ),
        (json!({"ver": null}), Outcome::Passed),
    ] {
        assert_eq!(
            outcome(CheckName::App, changes.clone(), &expected()),
            outcome_is,
            "{changes}"
        );
    }
}

#[test]
fn another_applications_token_is_recognised() {
    let said = app("e1b2c3d4-0000-4000-8000-00000000000e");
    assert!(
        said.starts_with("The token was issued to another application than e1b2c3d4-"),
        "{said}"
    );
}

#[test]
fn a_client_id_that_is_something_else_is_told() {
    assert!(app("my-app").starts_with("The client id given is not a GUID. "));
    assert!(app("").starts_with("The client id given is not a GUID. "));
    assert!(app(TENANT).contains("is the tenant id (tid)"));
    assert!(app(USER).contains("is the user's object id (oid)"));
    assert!(app(OTHER).contains("that of the API that the token is for (aud)"));
}

#[test]
fn a_token_that_names_no_application_fails_when_one_is_expected() {
    assert!(objection(CheckName::App, json!({"appid": null})).contains("(appid or azp)"));
    let anyone = Expectations {
        client_id: None,
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::App, json!({"appid": null}), &anyone),
        Outcome::NotChecked
    );
}

#[test]
fn the_tenant_id_given_as_the_user_id_is_recognised() {
    assert_eq!(
        user(TENANT),
        format!("The user id given is the tenant id (tid) of this token; pass the oid, which is {USER}.")
    );
}

#[test]
fn a_whole_home_account_id_is_recognised() {
    for given in [format!("{USER}.{TENANT}"), format!("{OTHER}.{TENANT}")] {
        assert!(
            user(&given)
                .starts_with("The homeAccountId was given whole: the user id is its part before the dot;")
        );
    }
}

#[test]
fn other_mistaken_user_ids_are_recognised() {
    assert!(user(SUBJECT).contains("is the subject (sub)"));
    assert!(user(CLIENT).contains("is an application's id"));
    assert!(user(&format!("8:orgid:{USER}")).contains("is a raw id"));
    assert!(user("adele").contains("is not a GUID"));
    assert!(user("").contains("is not a GUID"));
}

#[test]
fn a_sign_in_name_is_recognised_and_not_repeated() {
    let said = user("adele@contoso.example");
    assert!(
        said.contains("a sign-in name or an address") && !said.contains("adele"),
        "{said}"
    );
}

#[test]
fn another_users_token_is_recognised() {
    let said = user(OTHER);
    assert!(said.starts_with("The token is another user's"), "{said}");
    assert!(said.contains(USER) && said.contains(OTHER), "{said}");
}

#[test]
fn a_token_that_names_no_user_fails_when_one_is_expected() {
    assert!(objection(CheckName::User, json!({"oid": null})).contains("names no user (oid)"));
    let anyone = Expectations {
        user_object_id: None,
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::User, json!({"oid": null}), &anyone),
        Outcome::NotChecked
    );
}

#[test]
fn another_tenants_token_is_recognised() {
    let issuer = format!("https://sts.windows.net/{OTHER}/");
    let said = objection(CheckName::Tenant, json!({"tid": OTHER, "iss": issuer}));
    assert!(
        said.contains("of another tenant") && said.contains(OTHER) && said.contains(TENANT),
        "{said}"
    );
}

#[test]
fn a_tenant_that_means_any_is_not_compared() {
    for any in ["organizations", "common", "Organizations"] {
        let expected = Expectations {
            tenant_id: Some(any.into()),
            ..expected()
        };
        assert_eq!(
            outcome(CheckName::Tenant, json!({}), &expected),
            Outcome::NotChecked
        );
        assert_eq!(
            outcome(CheckName::Tenant, json!({"tid": null}), &expected),
            Outcome::NotChecked
        );
    }
}

#[test]
fn a_tenant_that_is_no_guid_cannot_be_compared() {
    let expected = Expectations {
        tenant_id: Some("contoso.example".into()),
        ..expected()
    };
    assert!(objection_to(CheckName::Tenant, json!({}), &expected).contains("not a GUID"));
}

#[test]
fn a_token_that_names_no_tenant_fails_when_one_is_expected() {
    assert!(objection(CheckName::Tenant, json!({"tid": null})).contains("names no tenant"));
}

#[test]
fn a_personal_account_fails_even_where_no_tenant_is_expected() {
    let anyone = Expectations {
        tenant_id: None,
        ..expected()
    };
    let said = objection_to(
        CheckName::Tenant,
        json!({"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}),
        &anyone,
    );
    assert!(said.contains("personal Microsoft account"), "{said}");
}

#[test]
fn an_issuer_of_another_tenant_fails_even_where_none_is_expected() {
    let anyone = Expectations {
        tenant_id: None,
        ..expected()
    };
    let issuer = format!("https://login.microsoftonline.com/{OTHER}/v2.0");
    assert!(
        objection_to(CheckName::Tenant, json!({"iss": issuer}), &anyone).contains("issuer of another tenant")
    );
}
