//! The back end's endpoint: an HTTP request in, an HTTP response out, for any framework.

mod challenge;
mod correlation;
mod cors;
mod message;
mod problem;
mod route;
mod settings;

pub use self::message::{Request, Response};
pub use self::settings::{HandlerSettings, SettingName};
