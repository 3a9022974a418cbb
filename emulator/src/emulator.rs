//! A running emulator, for the program and for the tests of other crates.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::acs::access_keys::KeyName;
use crate::clock::Clock;
use crate::core::Core;
use crate::entra::{Entra, MintRequest};
use crate::faults::Faults;
use crate::info::{Info, Place};
use crate::options::{Behaviour, Options};
use crate::private_dir::PrivateDir;
use crate::records::{Filter, Record};
use crate::server::Listeners;
use crate::tls;

/// A running emulator. Dropping it stops it and deletes its CA file.
#[derive(Debug)]
pub struct Emulator {
    core: Arc<Core>,
    info: Info,
    // Dropped before the folder, so that nothing is served any more when the CA file is deleted.
    _tasks: JoinSet<()>,
    _folder: PrivateDir,
}

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A port cannot be listened on.
    Port {
        /// The requested port; 0 means any free one.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The folder with the CA certificate cannot be written.
    Folder(io::Error),
    /// The certificate, a key or an option is not usable.
    Setup(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { port: 0, source } => write!(f, "no free port to listen on: {source}"),
            Self::Port { port, source } => write!(f, "cannot listen on port {port}: {source}"),
            Self::Folder(source) => write!(f, "cannot write the CA certificate: {source}"),
            Self::Setup(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Port { source, .. } | Self::Folder(source) => Some(source),
            Self::Setup(_) => None,
        }
    }
}

impl Emulator {
    /// Starts an emulator on the current tokio runtime.
    ///
    /// # Errors
    /// If a port is taken, the CA file cannot be written or an option is not usable.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let core = Arc::new(Core::new(&options).map_err(StartError::Setup)?);
        let identity = tls::identity(options.intercept, &options.extra_names).map_err(StartError::Setup)?;
        let bind = async |port| {
            Listeners::bind(port)
                .await
                .map_err(|source| StartError::Port { port, source })
        };
        let (http, https) = (bind(options.http_port).await?, bind(options.https_port).await?);
        let folder = PrivateDir::new().map_err(StartError::Folder)?;
        let ca_file = folder
            .write("ca.pem", &identity.ca_pem)
            .map_err(StartError::Folder)?;

        let place = Place {
            http_port: http.port,
            https_port: https.port,
            ca_file,
        };
        let info = Info::new(&place, &core.acs, &core.entra);
        let _ = core.place.set(place);
        let mut tasks = JoinSet::new();
        http.serve(&core, None, &mut tasks);
        https.serve(&core, Some(&identity.config), &mut tasks);
        Ok(Self {
            core,
            info,
            _tasks: tasks,
            _folder: folder,
        })
    }

    /// The start line: the addresses it listens on, and the secrets that were generated for it. It stays the
    /// same when an access key is regenerated.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The recorded requests that match the filter, newest last. Only the last [`Options::keep_requests`] are
    /// kept.
    pub fn requests(&self, filter: &Filter) -> Vec<Arc<Record>> {
        self.core.recorder.list(filter)
    }

    /// The recorded request with this id; `None` if there is none, or none any more.
    pub fn request(&self, id: u64) -> Option<Arc<Record>> {
        self.core.recorder.get(id)
    }

    /// Deletes the records of all requests.
    pub fn clear_requests(&self) {
        self.core.recorder.clear();
    }

    /// The faults that are applied to the next matching requests.
    pub fn faults(&self) -> &Faults {
        &self.core.faults
    }

    /// The emulator's clock.
    pub fn clock(&self) -> &Clock {
        &self.core.clock
    }

    /// The emulated Entra ID.
    pub fn entra(&self) -> &Entra {
        &self.core.entra
    }

    /// How the emulated services behave where the real ones' behaviour is not known.
    pub fn behaviour(&self) -> Arc<Behaviour> {
        self.core.behaviour()
    }

    /// Changes how the emulated services behave, from the next request on.
    ///
    /// # Errors
    /// If a member has a value that no service can have; the message names it, and nothing changes.
    pub fn set_behaviour(&self, behaviour: Behaviour) -> Result<(), String> {
        self.core.set_behaviour(behaviour)
    }

    /// Mints a token of the emulated Entra ID without a sign-in: a valid one, or one with an
    /// [`Attack`](crate::entra::Attack). Its issuer is at the HTTPS address.
    ///
    /// # Errors
    /// If the seed lacks the user, the app or the kind's resource, or another user or tenant that the attack
    /// needs.
    pub fn mint(&self, request: &MintRequest) -> Result<String, String> {
        self.core.entra.mint(request, &self.info.https_url)
    }

    /// Replaces one of the resource's two access keys by a random one, and returns it.
    ///
    /// # Errors
    /// If the system returned no random bytes.
    pub fn regenerate_access_key(&self, name: KeyName) -> Result<String, String> {
        let keys = self.core.regenerate_access_key(name, None)?;
        Ok(match name {
            KeyName::Primary => keys.primary.text,
            KeyName::Secondary => keys.secondary.text,
        })
    }

    /// Restores the initial state, with the initial access keys. Ports, certificates and Entra's signing keys
    /// stay.
    pub fn reset(&self) {
        self.core.reset();
    }
}
