//! The back end's endpoint: an HTTP request in, an HTTP response out, for any framework.
