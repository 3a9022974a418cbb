//! Graph's operations and their paths.

use percent_encoding::percent_decode_str;

use crate::http::WireRequest;

/// An operation of Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    GetMe,
    GetLicenseDetails,
    ListExtensions,
    CreateExtension,
    GetExtension(String),
    UpdateExtension(String),
    DeleteExtension(String),
    /// The path exists, but not with this method; lists those that it has.
    MethodNotAllowed(&'static str),
    Unknown,
}

/// The names of the operations in records and faults.
pub(crate) const NAMES: [&str; 7] = [
    "get_me",
    "get_license_details",
    "list_extensions",
    "create_extension",
    "get_extension",
    "update_extension",
    "delete_extension",
];

/// Whether a path is Graph's.
pub(crate) fn owns(path: &str) -> bool {
    path.starts_with("/v1.0/")
}

impl Operation {
    pub(crate) fn of(request: &WireRequest) -> Self {
        let path = request.path();
        let segments: Vec<String> = path
            .trim_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.as_str();
        match (segments.as_slice(), method) {
            (["v1.0", "me"], "GET") => Self::GetMe,
            (["v1.0", "me"], _) => Self::MethodNotAllowed("GET"),
            (["v1.0", "me", "licenseDetails"], "GET") => Self::GetLicenseDetails,
            (["v1.0", "me", "licenseDetails"], _) => Self::MethodNotAllowed("GET"),
            (["v1.0", "me", "extensions"], "GET") => Self::ListExtensions,
            (["v1.0", "me", "extensions"], "POST") => Self::CreateExtension,
            (["v1.0", "me", "extensions"], _) => Self::MethodNotAllowed("GET and POST"),
            (["v1.0", "me", "extensions", name], "GET") => Self::GetExtension((*name).to_owned()),
            (["v1.0", "me", "extensions", name], "PATCH") => Self::UpdateExtension((*name).to_owned()),
            (["v1.0", "me", "extensions", name], "DELETE") => Self::DeleteExtension((*name).to_owned()),
            (["v1.0", "me", "extensions", _], _) => Self::MethodNotAllowed("GET, PATCH and DELETE"),
            _ => Self::Unknown,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::GetMe => "get_me",
            Self::GetLicenseDetails => "get_license_details",
            Self::ListExtensions => "list_extensions",
            Self::CreateExtension => "create_extension",
            Self::GetExtension(_) => "get_extension",
            Self::UpdateExtension(_) => "update_extension",
            Self::DeleteExtension(_) => "delete_extension",
            Self::MethodNotAllowed(_) | Self::Unknown => "unknown",
        }
    }
}
