//! What else sends the same signed bytes: hyper's client, and a socket. Neither parses the token.

mod hyper;
mod socket;

pub(crate) use self::hyper::Hyper;
pub(crate) use self::socket::Socket;

/// An exchange's request, signed once.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}
