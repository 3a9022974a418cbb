//! The explanation of each request, as pages for people. They work without a script; the list's one only
//! keeps it up to date.

mod detail;
mod diff;
mod list;
mod page;

pub(crate) use detail::request;
pub(crate) use list::{list, rows};
pub(crate) use page::asset;
