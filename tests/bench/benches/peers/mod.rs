//! Other clients that send the same signed bytes: reqwest, hyper's client, and a socket. None of them parses the token.

mod hyper;
mod reqwest;
mod signed;
mod socket;

pub(crate) use self::hyper::Hyper;
pub(crate) use self::reqwest::Reqwest;
pub(crate) use self::signed::{Signed, tls};
pub(crate) use self::socket::Socket;
