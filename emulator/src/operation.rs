//! Finds the service and the operation of a request.

use percent_encoding::percent_decode_str;

use crate::entra::Entra;
use crate::graph;
use crate::http::WireRequest;

/// The service that handles a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Azure Communication Services Identity.
    Acs,
    /// Microsoft Entra ID.
    Entra,
    /// Microsoft Graph.
    Graph,
    /// The emulator's own control API.
    Control,
}

impl Service {
    /// The name in records and faults.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acs => "acs",
            Self::Entra => "entra",
            Self::Graph => "graph",
            Self::Control => "control",
        }
    }
}

/// The principal that the path of an assignment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) tenant_id: String,
    pub(crate) object_id: String,
}

/// An operation of Azure Communication Services Identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AcsOperation {
    CreateUser,
    IssueToken(String),
    RevokeTokens(String),
    DeleteUser(String),
    GetUserDetail(String),
    ExchangeTeamsUser,
    ExchangeTeamsExtension,
    ExchangeEntraUser,
    PutAssignment(Principal),
    GetAssignment(Principal),
    DeleteAssignment(Principal),
    /// The path exists, but not with this method; lists those that it has.
    MethodNotAllowed(&'static str),
    Unknown,
}

impl AcsOperation {
    /// Parses method and path. An id may have `:` or `%3A`. Additional slashes in front, which one official
    /// client sends, are ignored.
    pub(crate) fn of(request: &WireRequest) -> Self {
        let segments: Vec<String> = request
            .path()
            .trim_start_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.as_str();
        match segments.as_slice() {
            ["identities"] => only("POST", method, Self::CreateUser),
            ["identities", id] => match method {
                "GET" => Self::GetUserDetail((*id).to_owned()),
                "DELETE" => Self::DeleteUser((*id).to_owned()),
                _ => Self::MethodNotAllowed("GET, DELETE"),
            },
            ["identities", id, ":issueAccessToken"] => {
                only("POST", method, Self::IssueToken((*id).to_owned()))
            }
            ["identities", id, ":revokeAccessTokens"] => {
                only("POST", method, Self::RevokeTokens((*id).to_owned()))
            }
            ["teamsUser", ":exchangeAccessToken"] => only("POST", method, Self::ExchangeTeamsUser),
            ["access", "teamsExtension", ":exchangeAccessToken"] => {
                only("POST", method, Self::ExchangeTeamsExtension)
            }
            ["access", "entra", ":exchangeAccessToken"] => only("POST", method, Self::ExchangeEntraUser),
            [
                "access",
                "teamsExtension",
                "tenants",
                tenant,
                "assignments",
                object,
            ] => {
                let principal = Principal {
                    tenant_id: (*tenant).to_owned(),
                    object_id: (*object).to_owned(),
                };
                match method {
                    "PUT" => Self::PutAssignment(principal),
                    "GET" => Self::GetAssignment(principal),
                    "DELETE" => Self::DeleteAssignment(principal),
                    _ => Self::MethodNotAllowed("PUT, GET, DELETE"),
                }
            }
            _ => Self::Unknown,
        }
    }

    /// Whether no error of the live service was ever recorded for this operation.
    pub(crate) fn has_no_recorded_error(&self) -> bool {
        match self {
            Self::GetUserDetail(_)
            | Self::ExchangeTeamsExtension
            | Self::ExchangeEntraUser
            | Self::PutAssignment(_)
            | Self::GetAssignment(_)
            | Self::DeleteAssignment(_) => true,
            Self::CreateUser
            | Self::IssueToken(_)
            | Self::RevokeTokens(_)
            | Self::DeleteUser(_)
            | Self::ExchangeTeamsUser
            | Self::MethodNotAllowed(_)
            | Self::Unknown => false,
        }
    }

    fn name(&self, request: &WireRequest) -> &'static str {
        match self {
            Self::CreateUser if wants_token(&request.body) => "create_user_and_token",
            Self::CreateUser => "create_user",
            Self::IssueToken(_) => "issue_token",
            Self::RevokeTokens(_) => "revoke_tokens",
            Self::DeleteUser(_) => "delete_user",
            Self::ExchangeTeamsUser => "exchange_teams_user",
            Self::GetUserDetail(_) => "get_user_detail",
            Self::ExchangeTeamsExtension => "exchange_teams_extension",
            Self::ExchangeEntraUser => "exchange_entra_user",
            Self::PutAssignment(_) => "put_teams_extension_assignment",
            Self::GetAssignment(_) => "get_teams_extension_assignment",
            Self::DeleteAssignment(_) => "delete_teams_extension_assignment",
            Self::MethodNotAllowed(_) | Self::Unknown => "unknown",
        }
    }
}

/// The operation, if the path's one method was used.
fn only(expected: &'static str, method: &str, operation: AcsOperation) -> AcsOperation {
    if method == expected {
        operation
    } else {
        AcsOperation::MethodNotAllowed(expected)
    }
}

/// Whether the body of a request to create a user also asks for a token.
fn wants_token(body: &[u8]) -> bool {
    // Both operations have the same path; only the body distinguishes them.
    if body.is_empty() {
        return false;
    }
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    body.get("createTokenWithScopes")
        .and_then(|s| s.as_array())
        .is_some_and(|scopes| !scopes.is_empty())
}

/// The service that handles a request, and the operation's name in records and faults.
pub(crate) fn of(request: &WireRequest) -> (Service, &'static str) {
    let path = request.path();
    if path == "/_emulator" || path.starts_with("/_emulator/") || path == "/" {
        (Service::Control, "control")
    } else if graph::owns(path) {
        (Service::Graph, graph::Operation::of(request).name())
    } else if Entra::owns(path) {
        (Service::Entra, entra(path))
    } else {
        (Service::Acs, AcsOperation::of(request).name(request))
    }
}

/// The operations of Entra ID, by how their paths end.
const ENTRA: [(&str, &str); 12] = [
    ("/.well-known/openid-configuration", "openid_configuration"),
    ("/discovery/instance", "instance_discovery"),
    ("/discovery/v2.0/keys", "keys"),
    ("/discovery/keys", "keys"),
    ("/authorize", "authorize"),
    ("/devicecode", "devicecode"),
    ("/devicelogin", "devicelogin"),
    ("/logout", "logout"),
    ("/adminconsent", "adminconsent"),
    ("/metadata/identity/oauth2/token", "managed_identity_token"),
    ("/msi/token", "managed_identity_token"),
    ("/token", "token"),
];

/// The operations of the identity service, and `unknown` for any other request.
const ACS: [&str; 13] = [
    "create_user",
    "create_user_and_token",
    "issue_token",
    "revoke_tokens",
    "delete_user",
    "exchange_teams_user",
    "exchange_teams_extension",
    "exchange_entra_user",
    "get_user_detail",
    "put_teams_extension_assignment",
    "get_teams_extension_assignment",
    "delete_teams_extension_assignment",
    "unknown",
];

fn entra(path: &str) -> &'static str {
    ENTRA
        .iter()
        .find(|(ending, _)| path.ends_with(ending))
        .map_or("unknown", |(_, name)| name)
}

/// All names that a fault's `operation` may have: the services and their operations.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ["acs", "entra", "graph"]
        .into_iter()
        .chain(ACS)
        .chain(ENTRA.iter().map(|(_, name)| *name))
        .chain(graph::NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str, body: &'static str) -> WireRequest {
        WireRequest {
            method: method.into(),
            target: target.into(),
            host: "h".into(),
            headers: Vec::new(),
            body: body.into(),
            tls: false,
        }
    }

    #[test]
    fn both_forms_of_an_id_are_one_id() {
        for path in [
            "/identities/8:acs:a_b/:issueAccessToken",
            "/identities/8%3Aacs%3aa_b/%3AissueAccessToken",
        ] {
            let operation = AcsOperation::of(&request("POST", path, ""));
            assert_eq!(operation, AcsOperation::IssueToken("8:acs:a_b".into()));
        }
    }

    #[test]
    fn an_encoded_slash_makes_no_segment() {
        let operation = AcsOperation::of(&request("DELETE", "/identities/a%2Fb", ""));
        assert_eq!(operation, AcsOperation::DeleteUser("a/b".into()));
    }

    #[test]
    fn the_body_tells_the_two_creations_apart() {
        let name = |body| of(&request("POST", "/identities?api-version=1", body)).1;
        assert_eq!(name(""), "create_user");
        assert_eq!(name("{\"createTokenWithScopes\":null}"), "create_user");
        assert_eq!(
            name("{\"createTokenWithScopes\":[\"chat\"]}"),
            "create_user_and_token"
        );
    }

    #[test]
    fn a_known_path_with_another_method() {
        let operation = AcsOperation::of(&request("GET", "/identities", ""));
        assert_eq!(operation, AcsOperation::MethodNotAllowed("POST"));
    }

    #[test]
    fn a_path_with_several_methods() {
        let target = "/access/teamsExtension/tenants/t/assignments/o?api-version=1";
        for (method, name) in [
            ("PUT", "put_teams_extension_assignment"),
            ("GET", "get_teams_extension_assignment"),
            ("DELETE", "delete_teams_extension_assignment"),
        ] {
            assert_eq!(of(&request(method, target, "")).1, name);
        }
        assert_eq!(
            AcsOperation::of(&request("PATCH", target, "")),
            AcsOperation::MethodNotAllowed("PUT, GET, DELETE")
        );
        assert_eq!(of(&request("GET", "/identities/a", "")).1, "get_user_detail");
    }

    #[test]
    fn a_doubled_slash_in_front_is_overlooked() {
        let target = "//access/teamsExtension/:exchangeAccessToken";
        assert_eq!(of(&request("POST", target, "{}")).1, "exchange_teams_extension");
    }
}
