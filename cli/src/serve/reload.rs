//! Settings, secrets and certificates are read again when their files change, and on SIGHUP.

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

/// Reads the files, and replaces what was made of them.
pub(super) struct Reload {
    files: Files,
    settings: Settings,
    /// Those in use.
    values: Values,
    certificate: Option<Certificate>,
    /// What the files held when they were last read. `None` if that is in use in part only.
    settings_seen: Option<State>,
    certificate_seen: State,
    /// What the files held when a handler of theirs could not yet verify tokens.
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
        // Before they are read: what changes in between is read again.
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

    /// Looks at the files every so often (never, if that is zero) and when a signal asks for it.
    pub(super) async fn run(mut self, live: Arc<Live>, every: Duration, mut signals: Reloads) {
        loop {
            let asked = tokio::select! {
                () = signals.next() => true,
                () = tokio::time::sleep(every), if !every.is_zero() => false,
            };
            let live = live.clone();
            // Files may be on a slow disk, and the first handler reads the system's certificates.
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
        // Without a change, a signal must not cost the handler's cache.
        if Some(now) != self.settings_seen {
            match self.take_up(live, runtime) {
                Ok(TakenUp::Not) => {
                    // Tried again, since the files are not at fault; but said once.
                    if asked || self.postponed.replace(now) != Some(now) {
                        report("settings", Err(refused("keys", UNREACHABLE)));
                    }
                    // Access keys of theirs may be in use: the former contents would be news too.
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

    /// Uses what the files hold now. Rotated access keys are replaced in the present handler: its caches, limits and
    /// connections are of use for what comes, and it needs nothing of Entra for that.
    fn take_up(&mut self, live: &Live, runtime: &Handle) -> Result<TakenUp, Failure> {
        let values = self.settings.read(&self.files)?;
        let taken_up = match values.change_since(&self.values) {
            SettingsChange::Nothing => TakenUp::Nothing,
            SettingsChange::AccessKeys => {
                values.update_access_keys(&live.handler())?;
                TakenUp::AccessKeys
            }
            change => {
                // First of all, so that nothing is used of what cannot be used as a whole.
                let handler = values.handler()?;
                if change == SettingsChange::AccessKeysAndOther {
                    // Entra may be away for long, and a former key be revoked.
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

/// What is in use of the files' new contents.
enum TakenUp {
    /// They differ in nothing that counts.
    Nothing,
    AccessKeys,
    All,
    /// Not yet: Entra's keys cannot be fetched.
    Not,
}

fn unchanged() {
    info!(event = "unchanged", what = "settings", "the files are unchanged");
}

/// Whether a new handler can verify tokens, unless the present one cannot either. It begins without Entra's keys, and a
/// reload in an outage of Entra must not lose those that are there.
async fn is_as_good(new: &TokenExchangeHandler, present: &TokenExchangeHandler) -> bool {
    let is_ok = async |handler: &TokenExchangeHandler, path: &str| {
        handler.handle(Request::new("GET", path)).await.status == 200
    };
    // The first fetches keys; the second holds as long as there are some.
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
            "the files are invalid: the former contents stay in use"
        ),
    }
}
