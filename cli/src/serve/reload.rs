//! Reloads settings, secrets and certificates when their files change, and on SIGHUP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use acs_auth::handler::{Request, SettingsChange, TokenExchangeHandler};
use tokio::runtime::Handle;
use tracing::{error, info};

use super::files::{Files, State, state};
use super::live::Live;
use super::settings::{Settings, Values};
use super::tls::Certificate;
use crate::failure::{Failure, refused};
use crate::signals::Reloads;

/// Reads the files, and replaces the handler and the certificate.
pub(super) struct Reload {
    files: Files,
    settings: Settings,
    /// The values in use.
    values: Values,
    certificate: Option<Certificate>,
    /// The state of the files when they were last read. `None` if their contents are only partly in use.
    settings_seen: Option<State>,
    certificate_seen: State,
    /// The state of the files for which a new handler could not verify tokens yet.
    postponed: Option<State>,
}

const UNREACHABLE: &str = "Entra's keys cannot be fetched with the new settings; this is retried.";

impl Reload {
    /// Reads the files for the first time.
    pub(super) fn start(
        settings: Settings,
        certificate: Option<Certificate>,
    ) -> Result<(Self, Arc<Live>), Failure> {
        let files = Files::default();
        // Taken before the files are read, so that a change in between is noticed.
        let settings_seen = state(&settings.files());
        let certificate_seen = state(&paths(certificate.as_ref()));
        let tls = match &certificate {
            Some(certificate) => Some(certificate.config(&files)?),
            None => None,
        };
        let values = settings.read(&files)?;
        let live = Live::new(values.handler()?, tls);
        let reload = Self {
            files,
            settings,
            values,
            certificate,
            settings_seen: Some(settings_seen),
            certificate_seen,
            postponed: None,
        };
        Ok((reload, live))
    }

    /// Checks the files at this interval (never, if it is zero) and on each signal.
    pub(super) async fn run(mut self, live: Arc<Live>, every: Duration, mut signals: Reloads) {
        loop {
            let asked = tokio::select! {
                () = signals.next() => true,
                () = tokio::time::sleep(every), if !every.is_zero() => false,
            };
            let live = live.clone();
            // Blocking: files may be on a slow disk, and the first handler reads the system's certificates.
            let runtime = tokio::runtime::Handle::current();
            let again = tokio::task::spawn_blocking(move || {
                self.again(&live, asked, &runtime);
                self
            });
            match again.await {
                Ok(reload) => self = reload,
                Err(_) => {
                    error!(
                        event = "reload_ended",
                        "a reload panicked: files are no longer reloaded"
                    );
                    return;
                }
            }
        }
    }

    fn again(&mut self, live: &Live, asked: bool, runtime: &Handle) {
        let now = state(&paths(self.certificate.as_ref()));
        if let Some(certificate) = &self.certificate
            && (asked || now != self.certificate_seen)
        {
            self.certificate_seen = now;
            let config = certificate.config(&self.files);
            report("certificate", config.map(|config| live.replace_tls(config)));
        }
        let now = state(&self.settings.files());
        // Without a change, a signal must not discard the handler's cache.
        if Some(now) != self.settings_seen {
            match self.take_up(live, runtime) {
                Ok(TakenUp::Not) => {
                    // Retried, since the files are not at fault, but reported only once.
                    if asked || self.postponed.replace(now) != Some(now) {
                        report("settings", Err(refused("keys", UNREACHABLE)));
                    }
                    // Their access keys may be in use, so restoring the former contents would be a change,
                    // too.
                    self.settings_seen = None;
                    return;
                }
                Ok(TakenUp::Nothing) => unchanged(),
                Ok(TakenUp::AccessKeys) => report("access_keys", Ok(())),
                Ok(TakenUp::All) => report("settings", Ok(())),
                Err(failure) => report("settings", Err(failure)),
            }
            self.settings_seen = Some(now);
            self.postponed = None;
        } else if asked {
            unchanged();
        }
    }

    /// Uses the current contents of the files. Rotated access keys are replaced in the existing handler,
    /// which keeps its caches, limits and connections, and needs no request to Entra.
    fn take_up(&mut self, live: &Live, runtime: &Handle) -> Result<TakenUp, Failure> {
        let values = self.settings.read(&self.files)?;
        let taken_up = match values.change_since(&self.values) {
            SettingsChange::Nothing => TakenUp::Nothing,
            SettingsChange::AccessKeys => {
                values.update_access_keys(&live.handler())?;
                TakenUp::AccessKeys
            }
            change => {
                // Built first, so that nothing is used of contents that are partly invalid.
                let handler = values.handler()?;
                if change == SettingsChange::AccessKeysAndOther {
                    // Entra may be unreachable for a long time, and the former key may be revoked meanwhile.
                    values.update_access_keys(&live.handler())?;
                    self.values.take_access_keys_of(&values);
                    report("access_keys", Ok(()));
                }
                if !runtime.block_on(is_as_good(&handler, &live.handler())) {
                    return Ok(TakenUp::Not);
                }
                live.replace_handler(handler);
                TakenUp::All
            }
        };
        self.values = values;
        Ok(taken_up)
    }
}

/// Which part of the files' new contents is in use.
enum TakenUp {
    /// None: they differ in nothing that matters.
    Nothing,
    AccessKeys,
    All,
    /// None yet: Entra's keys cannot be fetched.
    Not,
}

fn unchanged() {
    info!(event = "unchanged", what = "settings", "the files are unchanged");
}

/// Whether a new handler can verify tokens, or the current one can't either. A new handler starts without
/// Entra's keys, and a reload during an outage of Entra must not lose the current handler's keys.
async fn is_as_good(new: &TokenExchangeHandler, present: &TokenExchangeHandler) -> bool {
    let is_ok = async |handler: &TokenExchangeHandler, path: &str| {
        handler.handle(Request::new("GET", path)).await.status == 200
    };
    // /healthz fetches keys; /readyz succeeds as long as there are any.
    is_ok(new, "/healthz").await || !is_ok(present, "/readyz").await
}

fn paths(certificate: Option<&Certificate>) -> Vec<PathBuf> {
    certificate.map(Certificate::files).unwrap_or_default()
}

fn report(what: &str, outcome: Result<(), Failure>) {
    match outcome {
        Ok(()) => info!(event = "reloaded", what, "new requests use the new files"),
        Err(failure) => error!(
            event = "reload_failed",
            what,
            reason = %failure,
            "the new files are not used: the former contents stay in use"
        ),
    }
}
