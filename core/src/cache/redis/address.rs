//! The addresses of the servers and the credentials for them, read from the options.

use percent_encoding::percent_decode_str;
use url::Url;

use super::options::RedisOptions;
use crate::error::{Error, OptionName, Result};
use crate::secret::Secret;

const REDIS_PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;
/// The maximum number of hosts in the URL.
const MAX_HOSTS: usize = 64;

pub(super) struct Address {
    pub(super) topology: Topology,
    pub(super) tls: bool,
    pub(super) database: i64,
    pub(super) login: Login,
    /// `auth=entra`: the password is a token of a token credential.
    pub(super) entra: bool,
}

/// How the primary of a key is found.
pub(super) enum Topology {
    Single(Host),
    /// Some of the cluster's nodes; they know the others.
    Cluster(Vec<Host>),
    Sentinel {
        sentinels: Vec<Host>,
        /// The sentinels' name of the primary and its replicas.
        service: String,
        login: Login,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: u16,
}

/// The user and password for a server.
#[derive(Clone, Default)]
pub(super) struct Login {
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Single,
    Cluster,
    Sentinel,
}

impl Address {
    /// Reads the URL. Errors contain no part of it.
    pub(super) fn from_options(options: &RedisOptions) -> Result<Self> {
        let parts = Parts::of(options.url.expose())?;
        let mut query = Query::of(parts.first.query(), parts.kind)?;
        let (service, database) = path(parts.first.path(), parts.kind)?;
        let mut login = login(parts.first.username(), parts.first.password())?;
        login.username = login.username.or_else(|| options.username.clone());
        login.password = login.password.or_else(|| options.password.clone());
        let entra = query.entra || options.token_credential.is_some();
        if entra && login.password.is_some() {
            return Err(refused(
                "it has a password, but an Entra token is used as the password",
            ));
        }
        if login.username.is_some() && login.password.is_none() && !entra {
            return Err(Error::invalid_option(
                OptionName::RedisPassword,
                "A user of Redis needs a password.",
            ));
        }
        if parts.kind == Kind::Cluster && database != 0 {
            return Err(refused("a cluster has no database but 0"));
        }
        let mut hosts = parts.hosts.into_iter();
        let topology = match (parts.kind, hosts.len()) {
            (Kind::Cluster, _) => Topology::Cluster(hosts.collect()),
            (Kind::Sentinel, _) => Topology::Sentinel {
                sentinels: hosts.collect(),
                service: service
                    .ok_or_else(|| refused("its path must begin with the name of the service"))?,
                login: std::mem::take(&mut query.sentinel),
            },
            (Kind::Single, 1) => Topology::Single(hosts.next().ok_or_else(|| refused("it has no host"))?),
            (Kind::Single, _) => {
                return Err(refused(
                    "several hosts need redis+cluster:// or redis+sentinel://",
                ));
            }
        };
        Ok(Self {
            topology,
            tls: parts.tls,
            database,
            login,
            entra,
        })
    }

    /// Every host that the URL names.
    pub(super) fn hosts(&self) -> &[Host] {
        match &self.topology {
            Topology::Single(host) => std::slice::from_ref(host),
            Topology::Cluster(hosts) | Topology::Sentinel { sentinels: hosts, .. } => hosts,
        }
    }
}

/// The URL, split at the commas between its hosts.
struct Parts {
    kind: Kind,
    tls: bool,
    first: Url,
    hosts: Vec<Host>,
}

impl Parts {
    fn of(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").ok_or_else(|| refused("it is not a URL"))?;
        let (tls, kind) = match scheme {
            "redis" => (false, Kind::Single),
            "rediss" => (true, Kind::Single),
            "redis+cluster" => (false, Kind::Cluster),
            "rediss+cluster" => (true, Kind::Cluster),
            "redis+sentinel" => (false, Kind::Sentinel),
            "rediss+sentinel" => (true, Kind::Sentinel),
            _ => {
                return Err(refused(
                    "it must begin with redis://, redis+cluster:// or redis+sentinel://, or rediss in place of redis",
                ));
            }
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let default = if kind == Kind::Sentinel {
            SENTINEL_PORT
        } else {
            REDIS_PORT
        };
        let mut first = None;
        let mut list = Vec::new();
        for host in hosts.split(',') {
            let url = Url::parse(&format!("redis://{user}@{host}{tail}"))
                .map_err(|_| refused("it is not a URL"))?;
            list.push(Host {
                name: match url.host_str() {
                    None | Some("") => return Err(refused("it has no host")),
                    Some(host) => host.trim_start_matches('[').trim_end_matches(']').to_owned(),
                },
                port: url.port().unwrap_or(default),
            });
            first.get_or_insert(url);
        }
        let first = first.ok_or_else(|| refused("it has no host"))?;
        if first.fragment().is_some() {
            // redis-rs's `#insecure`, for example, would disable certificate verification.
            return Err(refused("it must have no fragment"));
        }
        if list.len() > MAX_HOSTS {
            return Err(refused("it has too many hosts"));
        }
        Ok(Self {
            kind,
            tls,
            first,
            hosts: list,
        })
    }
}

#[derive(Default)]
struct Query {
    entra: bool,
    sentinel: Login,
}

impl Query {
    fn of(text: Option<&str>, kind: Kind) -> Result<Self> {
        let mut query = Self::default();
        for pair in text
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            match (pair.split_once('='), kind) {
                (Some(("auth", "entra")), _) => query.entra = true,
                (Some(("sentinel_username", text)), Kind::Sentinel) => {
                    query.sentinel.username = Some(decoded(text)?);
                }
                (Some(("sentinel_password", text)), Kind::Sentinel) => {
                    query.sentinel.password = Some(Secret::new(decoded(text)?));
                }
                _ => return Err(refused("its query has an unknown parameter")),
            }
        }
        if query.sentinel.username.is_some() && query.sentinel.password.is_none() {
            return Err(refused("sentinel_username needs sentinel_password"));
        }
        Ok(query)
    }
}

/// The name of the service, for sentinels, and the database.
fn path(path: &str, kind: Kind) -> Result<(Option<String>, i64)> {
    let path = path.trim_matches('/');
    let (service, database) = match kind {
        Kind::Sentinel => path.split_once('/').unwrap_or((path, "")),
        Kind::Single | Kind::Cluster => ("", path),
    };
    let database = match database {
        "" => 0,
        number => number
            .parse()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| refused("the path must be the number of a database"))?,
    };
    Ok((
        Some(decoded(service)?).filter(|service| !service.is_empty()),
        database,
    ))
}

fn login(username: &str, password: Option<&str>) -> Result<Login> {
    Ok(Login {
        username: match username {
            "" => None,
            text => Some(decoded(text)?),
        },
        password: match password {
            None | Some("") => None,
            Some(text) => Some(Secret::new(decoded(text)?)),
        },
    })
}

fn decoded(text: &str) -> Result<String> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(refused("a part of it is not UTF-8")),
    }
}

pub(super) fn refused(why: &str) -> Error {
    Error::invalid_option(
        OptionName::RedisUrl,
        format!("The URL of Redis cannot be used: {why}."),
    )
}
