//! placeholder
use crate::core::Core;
use crate::http::Reply;
use crate::records::{Filter, Record};
use std::sync::Arc;
pub(crate) fn list(_core: &Core, _q: &str) -> Reply {
    Reply::html(200, String::new())
}
pub(crate) fn rows(_core: &Core, _f: &Filter) -> Reply {
    Reply::html(200, String::new())
}
pub(crate) fn request(_r: &Arc<Record>) -> Reply {
    Reply::html(200, String::new())
}
pub(crate) fn asset(_n: &str) -> Option<Reply> {
    None
}
