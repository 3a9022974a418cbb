//! The routes: their paths and methods.

/// Longer paths are not compared with the routes, which are all much shorter.
const LONGEST: usize = 1024;

/// All methods that any route accepts.
pub(super) const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];

/// A route.
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

    /// Returns the route of a path. Paths are compared exactly: nothing is decoded, and a missing or
    /// additional slash is another path.
    pub(super) fn of(path: &str) -> Option<Self> {
        let path = path.get(..LONGEST).unwrap_or(path);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        Self::ALL.into_iter().find(|route| route.path() == path)
    }

    /// The path, which is also the route's name in logs and events.
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

    /// The methods, except `OPTIONS`.
    pub(super) const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::TeamsToken => &["GET", "HEAD", "POST"],
            // Only POST: unlike the other token routes, no existing client of Microsoft's sample needs GET.
            Self::TeamsExtensionToken => &["POST"],
            Self::User => &["GET", "HEAD", "POST", "DELETE"],
            Self::Token | Self::Health | Self::Live | Self::Ready => &["GET", "HEAD"],
        }
    }

    /// The value of `Allow`.
    pub(super) fn allow(self) -> String {
        format!("{}, OPTIONS", self.methods().join(", "))
    }

    /// Whether the route is only served if Microsoft Graph is configured.
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
