//! The handler's settings: from the environment, from files that it names, and from the configuration file.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use acs_auth::handler::{HandlerSettings, SettingsChange, TokenExchangeHandler};

use super::args::ServeArgs;
use super::emulated::Emulated;
use super::files::Files;
use crate::failure::{Failure, refused};

/// The suffix of a variable that contains the path of a file with the value, such as a mounted secret.
const FILE: &str = "_FILE";

/// Where the handler's settings come from.
pub(super) struct Settings {
    config: Option<PathBuf>,
    endpoint_ca: Option<PathBuf>,
    /// The settings for the emulator, and its certificate authority.
    emulated: Option<(HandlerSettings, String)>,
}

impl Settings {
    pub(super) fn new(args: &ServeArgs, emulated: Option<&Emulated>) -> Result<Self, Failure> {
        let emulated = match emulated {
            None => None,
            Some(emulated) => {
                let authority = Files::default().text("ca_file", emulated.ca_file())?;
                Some((emulated.settings()?, authority))
            }
        };
        Ok(Self {
            config: args.config.clone(),
            endpoint_ca: args.endpoint_ca.clone(),
            emulated,
        })
    }

    /// The files to watch for changes.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let options = self.config.iter().chain(&self.endpoint_ca).cloned();
        options.chain(named_files()).collect()
    }

    /// Reads all settings. The environment takes precedence over the file, and both over the emulator's
    /// settings.
    pub(super) fn read(&self, files: &Files) -> Result<Values, Failure> {
        let mut settings = environment(files)?;
        let mut roots = String::new();
        if let Some(path) = &self.config {
            settings = settings.or(HandlerSettings::from_toml(&files.text("--config", path)?)?);
        }
        if let Some((emulated, authority)) = &self.emulated {
            settings = settings.or(emulated.clone());
            roots.push_str(authority);
        }
        if let Some(path) = &self.endpoint_ca {
            roots.push_str(&files.text("--endpoint-ca", path)?);
        }
        Ok(Values { settings, roots })
    }
}

/// The settings that were read.
pub(super) struct Values {
    settings: HandlerSettings,
    /// Additional certificate authorities to trust, as PEM.
    roots: String,
}

impl Values {
    pub(super) fn handler(&self) -> Result<TokenExchangeHandler, Failure> {
        let mut builder = TokenExchangeHandler::builder().settings(self.settings.clone());
        if !self.roots.is_empty() {
            builder = builder.root_certificates_pem(&self.roots);
        }
        Ok(builder.build()?)
    }

    pub(super) fn change_since(&self, former: &Self) -> SettingsChange {
        let change = self.settings.change_since(&former.settings);
        if self.roots == former.roots {
            return change;
        }
        match change {
            SettingsChange::AccessKeys | SettingsChange::AccessKeysAndOther => {
                SettingsChange::AccessKeysAndOther
            }
            _ => SettingsChange::Other,
        }
    }

    /// Takes over only the access keys of `other`.
    pub(super) fn take_access_keys_of(&mut self, other: &Self) {
        let settings = std::mem::take(&mut self.settings);
        self.settings = settings.with_access_keys_of(&other.settings);
    }

    /// Replaces the access keys of a handler.
    pub(super) fn update_access_keys(&self, handler: &TokenExchangeHandler) -> Result<(), Failure> {
        Ok(handler.update_access_keys_from(&self.settings)?)
    }
}

/// The settings of the environment; `NAME_FILE` contains the path of a file with the value of `NAME`.
fn environment(files: &Files) -> Result<HandlerSettings, Failure> {
    let problem = RefCell::new(None);
    let settings = HandlerSettings::from_env(|name| match variable(name, files) {
        Ok(value) => value,
        Err(failure) => {
            problem.borrow_mut().get_or_insert(failure);
            None
        }
    });
    match problem.into_inner() {
        Some(failure) => Err(failure),
        None => Ok(settings?),
    }
}

fn variable(name: &str, files: &Files) -> Result<Option<String>, Failure> {
    let value = std::env::var_os(name).map(OsString::into_string).transpose();
    let value = value
        .map_err(|_| refused(name, "It is not UTF-8."))?
        .filter(|value| !value.trim().is_empty());
    let Some((variable, path)) = named_file(name) else {
        return Ok(value);
    };
    if value.is_some() {
        let reason = format!("{name} is set too: set only one of them.");
        return Err(refused(&variable, reason));
    }
    files.text(&variable, Path::new(&path)).map(Some)
}

/// The variable `NAME_FILE` and its value, if it is set.
fn named_file(name: &str) -> Option<(String, PathBuf)> {
    let variable = format!("{name}{FILE}");
    let path = std::env::var_os(&variable).filter(|path| !path.is_empty())?;
    Some((variable, path.into()))
}

fn named_files() -> impl Iterator<Item = PathBuf> {
    HandlerSettings::names()
        .flat_map(|setting| setting.environment)
        .filter_map(|name| Some(named_file(name)?.1))
}
