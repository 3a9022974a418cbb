//! The arguments and the result of each operation.

use serde_json::{Map, Value};

use crate::case::Operation;

/// The kind of an argument.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// A list of texts.
    Texts,
    /// A whole number, not negative.
    Number,
    Flag,
    /// A list of pairs of texts.
    Pairs,
}

pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    kind: Kind,
    is_needed: bool,
}

const fn needed(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        is_needed: true,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        is_needed: false,
    }
}

/// The arguments of an operation, as its cases name them.
pub(crate) const fn parameters(operation: Operation) -> &'static [Parameter] {
    use Kind::{Flag, Number, Pairs, Text, Texts};
    match operation {
        Operation::CreateUser | Operation::UserCredentialGetToken | Operation::UserCredentialClose => &[],
        Operation::CreateUserAndToken => {
            const { &[needed("scopes", Texts), optional("token_expires_in_s", Number)] }
        }
        Operation::GetToken => {
            const {
                &[
                    needed("user", Text),
                    needed("scopes", Texts),
                    optional("token_expires_in_s", Number),
                ]
            }
        }
        Operation::RevokeTokens | Operation::DeleteUser | Operation::GetUserDetail => {
            const { &[needed("user", Text)] }
        }
        Operation::UpdateAccessKey => {
            const { &[needed("access_key", Text), optional("secondary_access_key", Text)] }
        }
        Operation::GetTokenForTeamsUser => {
            const {
                &[
                    needed("aad_token", Text),
                    needed("client_id", Text),
                    needed("user_object_id", Text),
                ]
            }
        }
        Operation::GetTokenForTeamsExtensionUser | Operation::GetTokenForEntraUser => {
            const { &[needed("aad_token", Text)] }
        }
        Operation::PutTeamsExtensionAssignment => {
            const {
                &[
                    needed("tenant_id", Text),
                    needed("object_id", Text),
                    needed("principal_type", Text),
                    needed("client_ids", Texts),
                ]
            }
        }
        Operation::GetTeamsExtensionAssignment | Operation::DeleteTeamsExtensionAssignment => {
            const { &[needed("tenant_id", Text), needed("object_id", Text)] }
        }
        Operation::CreateUserWithCustomId => const { &[needed("custom_id", Text)] },
        Operation::CreateUserAndTokenWithCustomId => {
            const {
                &[
                    needed("custom_id", Text),
                    needed("scopes", Texts),
                    optional("token_expires_in_s", Number),
                ]
            }
        }
        Operation::ParseConnectionString => const { &[needed("text", Text)] },
        Operation::SignRequest => {
            const {
                &[
                    needed("method", Text),
                    needed("url", Text),
                    needed("body_base64", Text),
                    needed("access_key", Text),
                    needed("x-ms-date", Text),
                ]
            }
        }
        // In addition to those of the operation that is prepared.
        Operation::PrepareRequest => {
            const {
                &[
                    needed("operation", Text),
                    needed("endpoint", Text),
                    needed("api_version", Text),
                ]
            }
        }
        Operation::ParseResponse => {
            const {
                &[
                    needed("operation", Text),
                    needed("status", Number),
                    needed("headers", Pairs),
                    needed("body", Text),
                ]
            }
        }
        Operation::Inspect => {
            const {
                &[
                    needed("expect", Text),
                    needed("token", Text),
                    optional("client_id", Text),
                    optional("user_object_id", Text),
                    optional("tenant_id", Text),
                    optional("min_remaining_s", Number),
                ]
            }
        }
        Operation::IdentifierFromRawId => const { &[needed("raw_id", Text)] },
        Operation::MakeIdentifier => {
            const {
                &[
                    needed("kind", Text),
                    optional("id", Text),
                    optional("phone_number", Text),
                    optional("user_id", Text),
                    optional("is_anonymous", Flag),
                    optional("app_id", Text),
                    optional("tenant_id", Text),
                    optional("resource_id", Text),
                    optional("cloud", Text),
                    optional("raw_id", Text),
                ]
            }
        }
        Operation::Handle => {
            const {
                &[
                    needed("method", Text),
                    needed("path", Text),
                    needed("headers", Pairs),
                    needed("body", Text),
                ]
            }
        }
    }
}

/// The members of an operation's result, `None` if they depend on the operation that it prepares or parses.
pub(crate) const fn members(operation: Operation) -> Option<&'static [&'static str]> {
    Some(match operation {
        Operation::CreateUser | Operation::CreateUserWithCustomId => &["id"],
        Operation::CreateUserAndToken
        | Operation::CreateUserAndTokenWithCustomId
        | Operation::GetTokenForTeamsExtensionUser
        | Operation::GetTokenForEntraUser => &["id", "token", "expires_on"],
        Operation::GetUserDetail => &["id", "custom_id", "last_token_issued_at"],
        Operation::PutTeamsExtensionAssignment | Operation::GetTeamsExtensionAssignment => {
            &["tenant_id", "object_id", "principal_type", "client_ids"]
        }
        Operation::GetToken | Operation::GetTokenForTeamsUser | Operation::UserCredentialGetToken => {
            &["token", "expires_on"]
        }
        Operation::RevokeTokens
        | Operation::DeleteUser
        | Operation::DeleteTeamsExtensionAssignment
        | Operation::UpdateAccessKey
        | Operation::UserCredentialClose => &[],
        Operation::ParseConnectionString => &["endpoint"],
        Operation::SignRequest => &[
            "string_to_sign",
            "x-ms-date",
            "x-ms-content-sha256",
            "authorization",
        ],
        Operation::PrepareRequest => &["method", "url", "headers", "body", "authentication", "retryable"],
        Operation::Inspect => &["ok", "checks", "explanation"],
        Operation::IdentifierFromRawId | Operation::MakeIdentifier => &[
            "kind",
            "raw_id",
            "phone_number",
            "asserted_id",
            "is_anonymous",
            "user_id",
            "app_id",
            "tenant_id",
            "resource_id",
            "cloud",
        ],
        Operation::Handle => &["status", "headers", "body"],
        Operation::ParseResponse => return None,
    })
}

/// Fails unless each argument exists and is of its kind, and none is missing.
pub(crate) fn check<'a>(
    given: &Map<String, Value>,
    parameters: impl Iterator<Item = &'a Parameter> + Clone,
) -> Result<(), String> {
    if let Some(name) = given
        .keys()
        .find(|name| parameters.clone().all(|it| it.name != *name))
    {
        return Err(format!("there is no argument {name}"));
    }
    for Parameter {
        name,
        kind,
        is_needed,
    } in parameters
    {
        let Some(value) = given.get(*name) else {
            if *is_needed {
                return Err(format!("the argument {name} is missing"));
            }
            continue;
        };
        let texts = |value: &Value| {
            value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_string))
        };
        let fits = match kind {
            Kind::Text => value.is_string(),
            Kind::Number => value.is_u64(),
            Kind::Flag => value.is_boolean(),
            Kind::Texts => texts(value),
            Kind::Pairs => value.as_array().is_some_and(|pairs| {
                pairs
                    .iter()
                    .all(|pair| texts(pair) && pair.as_array().is_some_and(|pair| pair.len() == 2))
            }),
        };
        if !fits {
            return Err(format!("the argument {name} is of another kind: {value}"));
        }
    }
    Ok(())
}
