//! Names that are the same in every directory: Microsoft's resources and the Teams service plans.

use super::{Resource, ScopeDefinition};

/// The app id of Azure Communication Services' control plane, which Teams users' tokens are issued for.
pub const ACS_TEAMS_APP_ID: &str = "1fd5118e-2576-4263-8130-9503064c837a";
/// The identifier URI of [`ACS_TEAMS_APP_ID`].
pub const ACS_TEAMS_URI: &str = "https://auth.msft.communication.azure.com";
/// The counterpart of [`ACS_TEAMS_URI`] in the US government's cloud. In the emulator the same app has both.
pub const ACS_TEAMS_URI_US: &str = "https://auth.msft.communication.azure.us";
/// The app id of the ACS clients, which Entra users' tokens are issued for.
pub const ACS_CLIENTS_APP_ID: &str = "2a04943b-b6a7-4f65-8786-2bb6131b59f6";
/// The identifier URI of [`ACS_CLIENTS_APP_ID`].
pub const ACS_CLIENTS_URI: &str = "https://communication.azure.com/clients";
/// The emulator's own app id for the ACS data plane. The real service's is unverified.
pub const ACS_DATA_APP_ID: &str = "acdada00-0000-4000-8000-000000000001";
/// The identifier URI of the ACS data plane; a token for it is a credential of an ACS resource.
pub const ACS_DATA_URI: &str = "https://communication.azure.com/";
/// The app id of Microsoft Graph.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// The identifier URI of Microsoft Graph.
pub const GRAPH_URI: &str = "https://graph.microsoft.com";
/// The GUID of the generated tenant Contoso.
pub const TENANT_CONTOSO: &str = "c0c0c0c0-0000-4000-8000-000000000001";
/// The GUID of the generated tenant Fabrikam.
pub const TENANT_FABRIKAM: &str = "fabfabfa-0000-4000-8000-000000000002";

/// The service plans that make a user a Teams user, by name and id.
pub const TEAMS_SERVICE_PLANS: [(&str, &str); 7] = [
    ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ("TEAMS_FREE", "4fa4026d-ce74-4962-a151-8e96d57ea8e4"),
    ("TEAMS_GOV", "304767db-7d23-49e8-a945-4a7eb65f9f28"),
    ("TEAMS_GCCHIGH", "495922d5-f138-498b-8967-4acdcdfb2a74"),
    ("TEAMS_AR_GCCHIGH", "9953b155-8aef-4c56-92f3-72b0487fce41"),
    ("TEAMS_DOD", "ec0dd2de-a877-4059-a9b8-5838b5629b2a"),
    ("TEAMS_AR_DOD", "fd500458-c24c-478e-856c-a6067a8376cd"),
];

/// Microsoft's resources, which are added to a seed that does not define them.
pub(super) fn microsoft_resources() -> Vec<Resource> {
    vec![
        Resource {
            app_id: ACS_TEAMS_APP_ID.into(),
            name: "Azure Communication Services".into(),
            uris: vec![ACS_TEAMS_URI.into(), ACS_TEAMS_URI_US.into()],
            scopes: vec![
                scope("Teams.ManageCalls", "Place, take and manage your Teams calls"),
                scope("Teams.ManageChats", "Read, send and manage your Teams chats"),
                scope(
                    "TeamsExtension.ManageCalls",
                    "Place and take Teams Phone calls as you",
                ),
            ],
            roles: Vec::new(),
            token_version: 1,
            requires_mfa: false,
            absent_from: Vec::new(),
        },
        Resource {
            app_id: ACS_CLIENTS_APP_ID.into(),
            name: "Azure Communication Services Clients".into(),
            uris: vec![ACS_CLIENTS_URI.into()],
            scopes: vec![
                scope("VoIP", "Place and take calls as you"),
                scope("VoIP.Join", "Join calls as you"),
            ],
            roles: Vec::new(),
            token_version: 1,
            requires_mfa: false,
            absent_from: Vec::new(),
        },
        Resource {
            app_id: ACS_DATA_APP_ID.into(),
            name: "Azure Communication Services resources".into(),
            uris: vec![ACS_DATA_URI.into()],
            scopes: vec![scope(
                "user_impersonation",
                "Use Communication Services resources as you",
            )],
            roles: Vec::new(),
            token_version: 1,
            requires_mfa: false,
            absent_from: Vec::new(),
        },
        Resource {
            app_id: GRAPH_APP_ID.into(),
            name: "Microsoft Graph".into(),
            uris: vec![GRAPH_URI.into()],
            scopes: vec![
                scope("User.Read", "Sign you in and read your profile"),
                scope("User.ReadBasic.All", "Read the basic profiles of all users"),
                scope("User.ReadWrite", "Read and change your profile"),
                admin_scope("User.Read.All", "Read the full profiles of all users"),
                admin_scope(
                    "User.ReadWrite.All",
                    "Read and change the full profiles of all users",
                ),
            ],
            roles: vec!["User.Read.All".into(), "User.ReadWrite.All".into()],
            token_version: 1,
            requires_mfa: false,
            absent_from: Vec::new(),
        },
    ]
}

pub(super) fn scope(value: &str, description: &str) -> ScopeDefinition {
    ScopeDefinition {
        value: value.into(),
        description: description.into(),
        admin_only: false,
    }
}

fn admin_scope(value: &str, description: &str) -> ScopeDefinition {
    ScopeDefinition {
        admin_only: true,
        ..scope(value, description)
    }
}
