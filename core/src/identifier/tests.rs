//! The rules of raw ids. The raw ids that are tested in every language are in `tests/conformance/cases.json`.

use std::collections::HashSet;

use super::*;

use CommunicationCloudEnvironment::{Dod, Gcch, Public};

fn kind_of(raw_id: &str) -> CommunicationIdentifierKind {
    CommunicationIdentifier::from_raw_id(raw_id).kind()
}

#[test]
fn a_raw_id_that_is_read_is_the_same_when_it_is_written() {
    let parts = [
        "",
        "x",
        "anonymous",
        "R_T",
        "R_T_O",
        "__",
        "_",
        "a:b",
        "a_b_c:d",
        "R_wf_T_O",
        "é_ß_ø",
    ];
    let mut prefixes = vec![
        "",
        "4:",
        "8:",
        "8:acs",
        "8:spool:",
        "8:teamsvisitor:",
        "28:",
        "48:",
        "8:ACS:",
    ];
    for &cloud in CommunicationCloudEnvironment::ALL {
        let Prefixes {
            teams_user,
            teams_app,
            acs,
        } = Prefixes::of(cloud);
        prefixes.extend([teams_user, teams_app, acs]);
    }
    for prefix in prefixes {
        for part in parts {
            let raw_id = format!("{prefix}{part}");
            let read = CommunicationIdentifier::from_raw_id(&raw_id);
            assert_eq!(read.raw_id(), raw_id);
            assert_eq!(read, CommunicationIdentifier::from_raw_id(read.raw_id()));
        }
    }
}

#[test]
fn only_three_parts_make_a_teams_extension_user() {
    for &cloud in CommunicationCloudEnvironment::ALL {
        let acs = Prefixes::of(cloud).acs;
        for (id, kind) in [
            ("", CommunicationIdentifierKind::CommunicationUser),
            ("R", CommunicationIdentifierKind::CommunicationUser),
            ("R_U", CommunicationIdentifierKind::CommunicationUser),
            ("R_T_O", CommunicationIdentifierKind::TeamsExtensionUser),
            ("__", CommunicationIdentifierKind::TeamsExtensionUser),
            ("R_wf_T_O", CommunicationIdentifierKind::CommunicationUser),
        ] {
            assert_eq!(kind_of(&format!("{acs}{id}")), kind, "{acs}{id}");
        }
        let read = CommunicationIdentifier::from_raw_id(&format!("{acs}R_T_O:x"));
        let CommunicationIdentifier::TeamsExtensionUser(user) = read else {
            panic!("{read:?}");
        };
        assert_eq!((user.resource_id(), user.tenant_id()), ("R", "T"));
        assert_eq!((user.user_id(), user.cloud()), ("O:x", cloud));
    }
    assert_eq!(
        kind_of("8:spool:R_T_O"),
        CommunicationIdentifierKind::CommunicationUser
    );
}

#[test]
fn an_asserted_id_is_what_follows_the_last_underscore() {
    for (raw_id, asserted_id, is_anonymous) in [
        ("4:+14255550123_X1", Some("X1"), false),
        ("4:A_B_C", Some("C"), false),
        ("4:_X", Some("X"), false),
        ("4:X_", None, false),
        ("4:", None, false),
        ("4:anonymous", None, true),
        ("4:anonymous_1", Some("1"), false),
        ("4:Anonymous", None, false),
        // The first two characters are removed, whatever they are.
        ("é_anonymous", None, true),
        ("__", None, false),
        ("_", None, false),
        ("", None, false),
    ] {
        let phone = PhoneNumberIdentifier::new("+1").with_raw_id(raw_id);
        assert_eq!(
            (phone.asserted_id(), phone.is_anonymous()),
            (asserted_id, is_anonymous),
            "{raw_id}"
        );
        assert_eq!((phone.phone_number(), phone.raw_id()), ("+1", raw_id));
    }
}

#[test]
fn an_explicit_raw_id_wins() {
    let identifiers: [CommunicationIdentifier; 4] = [
        PhoneNumberIdentifier::new("+1").with_raw_id("r").into(),
        MicrosoftTeamsUserIdentifier::new("u", true, Gcch)
            .with_raw_id("r")
            .into(),
        MicrosoftTeamsAppIdentifier::new("a", Dod).with_raw_id("r").into(),
        TeamsExtensionUserIdentifier::new("u", "t", "s", Public)
            .with_raw_id("r")
            .into(),
    ];
    for identifier in &identifiers {
        assert_eq!(identifier.raw_id(), "r");
    }
    let kinds: HashSet<CommunicationIdentifierKind> =
        identifiers.iter().map(CommunicationIdentifier::kind).collect();
    assert_eq!(kinds.len(), 4);
    // They are equal although their kinds differ.
    assert_eq!(HashSet::from(identifiers).len(), 1);
}

#[test]
fn a_raw_id_is_made_of_the_parts() {
    for (cloud, user, app, extension) in [
        (Public, "8:orgid:u", "28:orgid:u", "8:acs:s_t_u"),
        (Dod, "8:dod:u", "28:dod:u", "8:dod-acs:s_t_u"),
        (Gcch, "8:gcch:u", "28:gcch:u", "8:gcch-acs:s_t_u"),
    ] {
        assert_eq!(
            MicrosoftTeamsUserIdentifier::new("u", false, cloud).raw_id(),
            user
        );
        assert_eq!(
            MicrosoftTeamsUserIdentifier::new("u", true, cloud).raw_id(),
            "8:teamsvisitor:u"
        );
        assert_eq!(MicrosoftTeamsAppIdentifier::new("u", cloud).raw_id(), app);
        assert_eq!(
            TeamsExtensionUserIdentifier::new("u", "t", "s", cloud).raw_id(),
            extension
        );
    }
    assert_eq!(PhoneNumberIdentifier::new("+1_x").raw_id(), "4:+1_x");
    assert_eq!(UnknownIdentifier::new("8:acs:x").raw_id(), "8:acs:x");
}
