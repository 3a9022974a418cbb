//! The clouds that identifiers belong to.

/// The cloud that an identifier belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CommunicationCloudEnvironment {
    /// The public cloud. Identifiers of an unknown cloud are written as identifiers of this one.
    #[default]
    Public,
    /// The cloud of the US Department of Defense.
    Dod,
    /// The cloud of the US government (GCC High).
    Gcch,
}

impl CommunicationCloudEnvironment {
    /// All clouds.
    pub const ALL: &'static [Self] = &[Self::Public, Self::Dod, Self::Gcch];

    /// Returns its name in the service's JSON, such as `public`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Dod => "dod",
            Self::Gcch => "gcch",
        }
    }
}
