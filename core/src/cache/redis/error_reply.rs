//! Why a call to Redis failed.

use std::fmt;
use std::time::Duration;

use redis::{ErrorKind, RedisError};

/// Why a use of Redis failed. Contains no value, key or secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server returned an error: it does not serve this here or now.
    Refused(ErrorReply),
    /// No answer came in time.
    Unanswered(Duration),
    /// No connection, a lost one, or an answer of a kind that was not asked for.
    Broken(String),
    /// The key holds a value of another type, which this library did not write. The server itself works.
    ForeignValue,
}

macro_rules! error_replies {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal,)+) => {
        /// The error codes of a server that does not serve a command here or now.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum ErrorReply {
            $($(#[doc = $doc])+ $name,)+
            /// Any other error.
            Other,
        }

        impl ErrorReply {
            /// Every error reply that has a code.
            pub(super) const ALL: &'static [ErrorReply] = &[$(ErrorReply::$name,)+];

            /// The code as the server writes it.
            pub(super) const fn code(self) -> &'static str {
                match self {
                    $(ErrorReply::$name => $code,)+
                    ErrorReply::Other => "ERR",
                }
            }
        }
    };
}

error_replies! {
    /// A replica, such as a primary that was demoted, accepts no writes.
    ReadOnly "READONLY",
    /// The key belongs to another node of the cluster.
    Moved "MOVED",
    /// The key is being moved to another node.
    Ask "ASK",
    /// Only a part of the keys has been moved so far.
    TryAgain "TRYAGAIN",
    /// The cluster, or the slot, is not served.
    ClusterDown "CLUSTERDOWN",
    /// The keys of one script are not on one node.
    CrossSlot "CROSSSLOT",
    /// The server is reading its data.
    Loading "LOADING",
    /// A replica lost its primary and serves no stale data.
    MasterDown "MASTERDOWN",
    /// Another client's script runs for too long.
    Busy "BUSY",
    /// The server cannot save, and accepts no writes.
    Misconf "MISCONF",
    /// The memory that the server may use is used up.
    OutOfMemory "OOM",
    /// The user lacks a permission.
    NoPermission "NOPERM",
    /// The connection is not, or no longer, authenticated.
    NoAuth "NOAUTH",
    /// The user or the password is wrong.
    WrongPass "WRONGPASS",
    /// Too few replicas are connected.
    NoReplicas "NOREPLICAS",
    /// Protected mode rejects connections from other machines.
    Denied "DENIED",
}

impl ErrorReply {
    /// Whether the server rejects all calls, not only this kind of use.
    pub(super) const fn concerns_everything(self) -> bool {
        matches!(
            self,
            Self::Loading | Self::MasterDown | Self::Busy | Self::NoAuth | Self::WrongPass | Self::Denied
        )
    }

    /// Whether a new connection may help: the host name, the sentinels or the cluster may lead to another
    /// server by now.
    pub(super) const fn wants_another_connection(self) -> bool {
        matches!(
            self,
            Self::ReadOnly
                | Self::Moved
                | Self::Ask
                | Self::ClusterDown
                | Self::MasterDown
                | Self::NoAuth
                | Self::WrongPass
        )
    }

    /// Whether the server is a node of a cluster.
    pub(super) const fn is_of_a_cluster(self) -> bool {
        matches!(self, Self::Moved | Self::Ask | Self::TryAgain | Self::ClusterDown)
    }

    /// The explanation for an operator, without the server's own text.
    const fn explanation(self) -> &'static str {
        match self {
            Self::ReadOnly => "the server is a read-only replica",
            Self::Moved | Self::Ask => "the key belongs to another node of a cluster",
            Self::TryAgain => "keys are being moved between nodes",
            Self::ClusterDown => "the cluster does not serve this slot",
            Self::CrossSlot => "the keys are not in one slot",
            Self::Loading => "the server is loading its data",
            Self::MasterDown => "the replica has lost its primary",
            Self::Busy => "the server is busy with a script",
            Self::Misconf => "the server cannot save its data and takes no writes",
            Self::OutOfMemory => "the server's memory is used up",
            Self::NoPermission => "the user lacks a permission",
            Self::NoAuth => "the connection is not authenticated",
            Self::WrongPass => "the user or the password is rejected",
            Self::NoReplicas => "too few replicas are connected",
            Self::Denied => "the server is in protected mode",
            Self::Other => "the server returned an error",
        }
    }

    /// Reads the code, even if an older server wraps a script's error in an `ERR`.
    fn of(code: &str, detail: &str) -> Self {
        let known = |code: &str| Self::ALL.iter().copied().find(|reply| reply.code() == code);
        if let Some(reply) = known(code) {
            return reply;
        }
        // Redis 7.0 returns no code if a script lacks a permission.
        if detail.contains("The user executing the script") {
            return Self::NoPermission;
        }
        // Redis 6: `Error running script (call to f_…): @user_script:2: @user_script: 2: -READONLY You can't
        // …`
        detail
            .split_ascii_whitespace()
            .filter_map(|word| word.strip_prefix('-').or(Some(word)))
            .find_map(known)
            .unwrap_or(Self::Other)
    }
}

impl Failure {
    pub(super) fn of(error: &RedisError) -> Self {
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::Refused(ErrorReply::WrongPass),
            ErrorKind::Server(_) | ErrorKind::Extension => {
                let code = error.code().unwrap_or_default();
                let detail = error.detail().unwrap_or_default();
                if code == "WRONGTYPE" || detail.contains("WRONGTYPE") {
                    return Self::ForeignValue;
                }
                Self::Refused(ErrorReply::of(code, detail))
            }
            _ => Self::Broken(error.category().to_owned()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reply) => write!(f, "{}: {}", reply.code(), reply.explanation()),
            Self::Unanswered(time) => write!(f, "no answer within {time:?}"),
            Self::Broken(why) => f.write_str(why),
            Self::ForeignValue => f.write_str("the key holds a value of another kind"),
        }
    }
}
