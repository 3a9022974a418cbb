//! The chapters of the header, in an order that suits readers and the C compiler: types are declared before
//! they are used.

/// Modules of `bindings/c/src`.
pub(crate) const CHAPTERS: &[&str] = &[
    "version",
    "status",
    "error",
    "data",
    // Without I/O.
    "cloud",
    "endpoint",
    "signing",
    "request",
    "prepare",
    "results",
    "parse",
    "expectations",
    "inspect",
    "cache_key",
    "identifier",
    // The client.
    "credential",
    "transport",
    "call_response",
    "client_options",
    "client",
    "operations",
    // Waiting in other ways.
    "verified_token",
    "message",
    "completion",
    "queue",
    "submissions",
    // The back end.
    "verifier",
    "observer",
    "redis",
    "exchanger",
    "exchanges",
    "user_credential",
    "settings",
    "handler_options",
    "handler",
    // The library itself.
    "log",
    "threads",
];
