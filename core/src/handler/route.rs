//! Which path is which route, and what each takes.

/// The longest path that is compared; all of ours are much shorter.
const LONGEST: usize = 1024;

/// Every method that some route takes.
pub(super) const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    TeamsToken,
    TeamsExtensionToken,
    Token,
    User,
    Health,
    Live,
    Ready,
}

impl Route {
    const ALL: [Self; 7] = [
        Self::TeamsToken,
        Self::TeamsExtensionToken,
        Self::Token,
        Self::User,
        Self::Health,
        Self::Live,
        Self::Ready,
    ];

    /// The route of a path, which must be written exactly so: nothing is decoded, and no slash more or less will do.
    pub(super) fn of(path: &str) -> Option<Self> {
        let path = path.get(..LONGEST).unwrap_or(path);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        Self::ALL.into_iter().find(|route| route.path() == path)
    }

    /// The path, by which logs and the observer name the route.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::TeamsToken => "/api/token/teams",
            Self::TeamsExtensionToken => "/api/token/teams-extension",
            Self::Token => "/api/token",
            Self::User => "/api/user",
            Self::Health => "/healthz",
            Self::Live => "/livez",
            Self::Ready => "/readyz",
        }
    }

    /// The methods, besides `OPTIONS`.
    pub(super) const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::TeamsToken => &["GET", "HEAD", "POST"],
            // No client of the sample asks for it, so it is not there by GET.
            Self::TeamsExtensionToken => &["POST"],
            Self::User => &["GET", "HEAD", "POST", "DELETE"],
            Self::Token | Self::Health | Self::Live | Self::Ready => &["GET", "HEAD"],
        }
    }

    /// The value of `Allow`.
    pub(super) fn allow(self) -> String {
        format!("{}, OPTIONS", self.methods().join(", "))
    }

    /// Whether it is there without Microsoft Graph.
    pub(super) const fn needs_graph(self) -> bool {
        matches!(self, Self::Token | Self::User)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_a_route_is_known() {
        for route in Route::ALL {
            assert!(route.methods().iter().all(|method| METHODS.contains(method)));
        }
    }

    #[test]
    fn paths_are_exact() {
        for route in Route::ALL {
            assert_eq!(Route::of(route.path()), Some(route));
            assert_eq!(Route::of(&format!("{}?a=/b", route.path())), Some(route));
            assert_eq!(Route::of(&format!("{}/", route.path())), None);
        }
        for path in [
            "",
            "/",
            "api/token/teams",
            "//api/token/teams",
            "/api//token/teams",
            "/api/./token/teams",
            "/api/x/../token/teams",
            "/api/token%2Fteams",
            "/api/token/team%73",
            "/API/token/teams",
            "/api/token/teams#x",
            "/api/token/teams;x=1",
            "/api/token/teams ",
            "https://example.com/api/token/teams",
            "*",
        ] {
            assert_eq!(Route::of(path), None, "{path}");
        }
        assert_eq!(Route::of(&format!("/{}", "é".repeat(2000))), None);
    }
}
