//! The checks of audience and permissions: what passes, and how everything else is explained.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use acs_auth::cloud::Cloud;
use acs_auth::entra::{CheckName, Expectations, Outcome};
use common::token::*;
use serde_json::{Value, json};

const ASK: &str = "Ask MSAL for the scopes https://auth.msft.communication.azure.com/Teams.ManageCalls and \
                   https://auth.msft.communication.azure.com/Teams.ManageChats.";

#[track_caller]
fn audience(changes: Value) -> String {
    let said = objection(CheckName::Audience, changes);
    assert!(said.ends_with(ASK), "{said}");
    said
}

#[test]
fn every_form_of_the_audience_passes() {
    for audience in [
        "1fd5118e-2576-4263-8130-9503064c837a",
        "1FD5118E-2576-4263-8130-9503064C837A",
        "https://auth.msft.communication.azure.com",
        "https://auth.msft.communication.azure.com/",
    ] {
        assert_eq!(
            outcome(CheckName::Audience, json!({"aud": audience}), &expected()),
            Outcome::Passed
        );
    }
}

#[test]
fn a_token_without_audience_fails() {
    assert!(audience(json!({"aud": null})).contains("no audience"));
    assert!(audience(json!({"aud": ""})).contains("no audience"));
}

#[test]
fn a_graph_token_is_recognised() {
    for graph in [
        "00000003-0000-0000-c000-000000000000",
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
    ] {
        let said = audience(json!({"aud": graph, "scp": "User.Read"}));
        assert!(
            said.starts_with("This is a token for Microsoft Graph, not for ACS. "),
            "{said}"
        );
    }
}

#[test]
fn an_id_token_is_recognised() {
    for aud in [CLIENT, OTHER] {
        let said = audience(json!({"aud": aud, "scp": null, "appid": null, "nonce": "n", "ver": "2.0"}));
        assert!(said.contains("looks like an id token"), "{said}");
    }
}

#[test]
fn a_token_of_the_apis_own_is_recognised() {
    for aud in [CLIENT, OTHER, "api://a1b2c3d4-0000-4000-8000-00000000000a"] {
        let said = audience(json!({"aud": aud, "scp": "access_as_user"}));
        assert!(said.contains("an API of your own"), "{said}");
        assert!(said.contains(aud));
    }
}

#[test]
fn a_back_ends_credential_is_recognised() {
    for aud in [
        "https://communication.azure.com",
        "https://communication.azure.com/",
    ] {
        assert!(audience(json!({"aud": aud})).contains("a back end calls ACS with"));
    }
}

#[test]
fn an_acs_token_is_recognised() {
    let said = objection(
        CheckName::Audience,
        json!({"aud": null, "skypeid": "acs:x", "scp": 1792}),
    );
    assert!(said.contains("looks like an ACS access token"), "{said}");
}

#[test]
fn another_clouds_token_is_recognised() {
    let said = audience(json!({"aud": "https://auth.msft.communication.azure.us"}));
    assert!(said.contains("another cloud"), "{said}");
}

#[test]
fn any_other_resource_is_named() {
    let said = audience(json!({"aud": "https://vault.azure.net"}));
    assert!(
        said.contains("a resource other than ACS") && said.contains("https://vault.azure.net"),
        "{said}"
    );
    audience(json!({"aud": "https://auth.msft.communication.azure.com.evil.example"}));
    audience(json!({"aud": "http://auth.msft.communication.azure.com"}));
}

#[test]
fn a_custom_audience_will_do_when_it_is_expected() {
    let expected = Expectations {
        audiences: vec!["urn:test".into()],
        ..expected()
    };
    assert_eq!(
        outcome(CheckName::Audience, json!({"aud": "urn:test"}), &expected),
        Outcome::Passed
    );
    assert_eq!(
        outcome(CheckName::Audience, json!({}), &expected),
        Outcome::Failed
    );
}

#[test]
fn both_permissions_pass_in_any_order_and_company() {
    for scp in [
        "Teams.ManageChats Teams.ManageCalls",
        "x  Teams.ManageCalls y Teams.ManageChats ",
    ] {
        assert_eq!(
            outcome(CheckName::Scopes, json!({"scp": scp}), &expected()),
            Outcome::Passed
        );
    }
}

#[test]
fn a_missing_permission_is_named() {
    let said = objection(CheckName::Scopes, json!({"scp": "Teams.ManageCalls"}));
    assert!(
        said.starts_with("The token lacks Teams.ManageChats; it has Teams.ManageCalls. "),
        "{said}"
    );
    assert!(said.contains(ASK) && said.contains("consent"), "{said}");
    let said = objection(CheckName::Scopes, json!({"scp": "User.Read"}));
    assert!(said.starts_with("The token lacks Teams.ManageCalls and Teams.ManageChats; it has User.Read."));
    let said = objection(CheckName::Scopes, json!({"scp": null}));
    assert!(said.contains("it has no permissions (scp) at all"), "{said}");
}

#[test]
fn a_permission_is_the_whole_word() {
    for scp in [
        "Teams.ManageCalls2 Teams.ManageChats",
        "xTeams.ManageCalls Teams.ManageChats",
        "teams.managecalls Teams.ManageChats",
        "Teams.ManageCalls,Teams.ManageChats",
        "Teams.ManageCalls\tTeams.ManageChats",
    ] {
        objection(CheckName::Scopes, json!({"scp": scp}));
    }
}

#[test]
fn an_app_only_token_is_recognised() {
    for changes in [
        json!({"scp": null, "roles": ["Teams.ManageCalls"]}),
        json!({"scp": null, "idtyp": "app"}),
        json!({"idtyp": "app"}),
    ] {
        let said = objection(CheckName::Scopes, changes.clone());
        assert!(
            said.contains("app-only token") && said.contains("Sign a user in"),
            "{said}"
        );
        assert!(look(&token(&with(changes)), &expected()).claims().app_only);
    }
    let delegated_with_roles = json!({"roles": ["Admin"]});
    assert_eq!(
        outcome(CheckName::Scopes, delegated_with_roles, &expected()),
        Outcome::Passed
    );
}

#[test]
fn the_teams_extension_wants_its_own_permission() {
    let expected = Expectations::teams_extension(&Cloud::public());
    let changes = json!({"scp": "TeamsExtension.ManageCalls"});
    assert_eq!(outcome(CheckName::Scopes, changes, &expected), Outcome::Passed);
    let said = objection_to(CheckName::Scopes, json!({}), &expected);
    assert!(said.contains("lacks TeamsExtension.ManageCalls;"), "{said}");
    assert!(said.contains(
        "Ask MSAL for the scope https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls."
    ));
}
