//! The pages that people see. They need no script but for `form_post`, and nothing from elsewhere.

mod device;
mod layout;
mod sign_in;

pub(crate) use device::enter_code;
pub(crate) use layout::{escape, failure, form_post, message};
pub(crate) use sign_in::{View, consent, picker, second_factor, sign_in};
