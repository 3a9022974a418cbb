//! The pages that users see. Only `form_post` needs a script, and none loads anything.

mod device;
mod layout;
mod sign_in;

pub(crate) use device::enter_code;
pub(crate) use layout::{escape, failure, form_post, message};
pub(crate) use sign_in::{View, consent, picker, second_factor, sign_in};
