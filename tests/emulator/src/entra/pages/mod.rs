//! The pages that people see. They need no script but for `form_post`, and nothing from elsewhere.

mod layout;
mod sign_in;

pub(crate) use layout::{escape, failure, form_post, page};
pub(crate) use sign_in::{View, consent, picker, sign_in};
