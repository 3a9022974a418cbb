//! The builder of a handler.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::TokenExchangeHandler;
use super::settings::{HandlerSettings, Key, SettingValue, typed_methods};
use crate::clock::Now;
use crate::cloud::Cloud;
use crate::credential::{AzureKeyCredential, TokenCredential};
use crate::entra::TokenCheck;
use crate::error::{Error, Result};
use crate::observe::Observer;
use crate::transport::Transport;

/// Builds a [`TokenExchangeHandler`]. Its methods take precedence over [`Self::settings`].
///
/// The methods for plain values are generated from the table of [`HandlerSettings`]. A setting
/// without a method can be [set by its name](HandlerSettings::set).
#[derive(Default)]
#[must_use]
pub struct TokenExchangeHandlerBuilder {
    own: HandlerSettings,
    /// The error of the first invalid value, returned by [`Self::build`].
    failed: Option<Error>,
    settings: HandlerSettings,
    pub(super) cloud: Option<Cloud>,
    pub(super) token_credential: Option<Arc<dyn TokenCredential>>,
    pub(super) key_credential: Option<Arc<AzureKeyCredential>>,
    pub(super) transport: Option<Arc<dyn Transport>>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) now: Option<Now>,
}

impl TokenExchangeHandlerBuilder {
    /// Uses these settings for everything that no method sets. If called again, the new settings
    /// take precedence over the former ones.
    pub fn settings(mut self, settings: HandlerSettings) -> Self {
        self.settings = settings.or(self.settings);
        self
    }

    /// Sends a bearer token of this credential to ACS instead of signing, if the settings have
    /// [`Self::endpoint`] and no connection string. If the URL of Redis has `?auth=entra`, it is also
    /// the credential for Redis, whether the settings have an endpoint or a connection string.
    pub fn token_credential(mut self, credential: Arc<dyn TokenCredential>) -> Self {
        self.token_credential = Some(credential);
        self
    }

    /// Signs with this credential's key, which is read for each signature, at [`Self::endpoint`].
    pub fn key_credential(mut self, credential: Arc<AzureKeyCredential>) -> Self {
        self.key_credential = Some(credential);
        self
    }

    /// Sets the cloud, overriding the settings `cloud` and `authority`. Default: the endpoint's.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = Some(cloud);
        self
    }

    /// Sets how to treat a Teams token that the token check rejects. Default
    /// [`TokenCheck::Enforce`]. [`TokenCheck::Off`] needs exactly one of
    /// [`Self::teams_client_ids`], since nothing else then determines to which of them the token
    /// was issued.
    pub fn token_check(self, token_check: TokenCheck) -> Self {
        let word = match token_check {
            TokenCheck::Off => "off",
            TokenCheck::Warn => "warn",
            TokenCheck::Enforce => "enforce",
        };
        self.with(Key::TokenCheck, "token_check", word)
    }

    /// Sends all HTTP requests through this transport: those to ACS, to Entra and to Microsoft Graph.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the observer, which receives an event for every request and exchange.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Replaces the machine's clock: for tests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    /// Sets a setting by the method of this name.
    fn with(mut self, key: Key, method: &str, value: impl Into<SettingValue>) -> Self {
        if let Err(error) = self.own.give(key, method, value.into()) {
            self.failed.get_or_insert(error);
        }
        self
    }

    /// Builds the handler. It doesn't connect yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) or
    /// [`ErrorKind::InvalidConnectionString`](crate::ErrorKind::InvalidConnectionString): `target`
    /// is the setting as it was written (the variable, the name in TOML, the builder's method). No
    /// value that may be secret is shown.
    pub fn build(mut self) -> Result<TokenExchangeHandler> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let settings = std::mem::take(&mut self.own).or(std::mem::take(&mut self.settings));
        self.assemble(&settings)
    }
}

/// The builder's method for a setting.
macro_rules! method {
    (Text $($entry:tt)+) => { method! { @of &str; $($entry)+ } };
    (Number $($entry:tt)+) => { method! { @of u64; $($entry)+ } };
    (Millis $($entry:tt)+) => { method! { @of Duration; $($entry)+ } };
    (Flag $($entry:tt)+) => { method! { @of bool; $($entry)+ } };
    (List $method:ident $key:ident $toml:literal $about:literal) => {
        #[doc = $about]
        #[doc = concat!("\n\nThe setting `", $toml, "`.")]
        pub fn $method<S: AsRef<str>>(self, values: impl IntoIterator<Item = S>) -> Self {
            self.with(Key::$key, stringify!($method), values.into_iter().collect::<SettingValue>())
        }
    };
    (@of $value:ty; $method:ident $key:ident $toml:literal $about:literal) => {
        #[doc = $about]
        #[doc = concat!("\n\nThe setting `", $toml, "`.")]
        pub fn $method(self, value: $value) -> Self {
            self.with(Key::$key, stringify!($method), value)
        }
    };
}

/// A method for each setting; its documentation names the setting.
impl TokenExchangeHandlerBuilder {
    typed_methods!();
}

impl fmt::Debug for TokenExchangeHandlerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchangeHandlerBuilder")
            .field("own", &self.own)
            .field("settings", &self.settings)
            .field("cloud", &self.cloud)
            .finish_non_exhaustive()
    }
}
