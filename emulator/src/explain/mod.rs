//! The pages that explain each request. They work without scripts; the list's script only updates it.

mod detail;
mod diff;
mod list;
mod page;

pub(crate) use detail::request;
pub(crate) use list::{list, rows};
pub(crate) use page::asset;
