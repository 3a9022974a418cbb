//! The versions of the service's API.

use std::fmt;

macro_rules! versions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// A stable version of the service's API. Options that take a version also accept any other
        /// version as text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ApiVersion {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ApiVersion {
            /// All versions that have a name, oldest first.
            pub const KNOWN: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the value for `api-version`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

versions! {
    /// `2022-06-01`: the first with the Teams user exchange.
    V2022_06_01 = "2022-06-01",
    /// `2022-10-01`: adds the lifetime of tokens.
    V2022_10_01 = "2022-10-01",
    /// `2023-10-01`: adds the scopes `chat.join`, `chat.join.limited` and `voip.join`. The default, as in the
    /// official clients.
    V2023_10_01 = "2023-10-01",
    /// `2025-06-30`: adds Teams Phone extensibility.
    V2025_06_30 = "2025-06-30",
    /// `2026-09-23`: the newest, with the same operations as `2025-06-30`.
    V2026_09_23 = "2026-09-23",
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<ApiVersion> for String {
    fn from(version: ApiVersion) -> Self {
        version.as_str().to_owned()
    }
}

/// A preview version of the service's API. It may change or end at any time, so its operations must
/// be enabled explicitly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PreviewApiVersion {
    /// `2025-03-02-preview`: the Entra user exchange, custom ids, and reading an identity.
    V2025_03_02Preview,
}

impl PreviewApiVersion {
    /// All previews that have a name, oldest first.
    pub const KNOWN: &'static [Self] = &[Self::V2025_03_02Preview];

    /// Returns the value for `api-version`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2025_03_02Preview => "2025-03-02-preview",
        }
    }

    /// Returns the preview whose `api-version` value is `text`, or `None` if there is none.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::KNOWN.iter().copied().find(|known| known.as_str() == text)
    }
}

impl fmt::Display for PreviewApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Returns the version for Teams Phone extensibility of a client whose other operations use `api_version`:
/// the same if it has these operations, else the first that has them.
#[cfg(feature = "client")]
pub(crate) fn teams_extension(api_version: &str) -> &str {
    let first = ApiVersion::V2025_06_30.as_str();
    // Versions begin with a date, which sorts as text.
    if is_dated(api_version) && api_version >= first {
        api_version
    } else {
        first
    }
}

#[cfg(feature = "client")]
fn is_dated(version: &str) -> bool {
    let date = version.as_bytes().get(..10);
    date.is_some_and(|date| {
        date.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_versions_are_in_order_and_the_previews_are_no_stable_ones() {
        let texts: Vec<&str> = ApiVersion::KNOWN.iter().map(|version| version.as_str()).collect();
        assert!(texts.is_sorted());
        for preview in PreviewApiVersion::KNOWN {
            assert!(preview.as_str().ends_with("-preview") && !texts.contains(&preview.as_str()));
            assert_eq!(PreviewApiVersion::from_text(preview.as_str()), Some(*preview));
        }
        assert_eq!(PreviewApiVersion::from_text("2026-09-23"), None);
    }

    #[cfg(feature = "client")]
    #[test]
    fn an_older_client_uses_the_first_version_with_teams_phone_extensibility() {
        for (version, expected) in [
            ("2023-10-01", "2025-06-30"),
            ("2025-03-02-preview", "2025-06-30"),
            ("2025-06-30", "2025-06-30"),
            ("2026-09-23", "2026-09-23"),
            ("2027-01-01-preview", "2027-01-01-preview"),
            ("x", "2025-06-30"),
            ("vNext", "2025-06-30"),
        ] {
            assert_eq!(teams_extension(version), expected);
        }
    }
}
