//! CORS: pages may read the discovery documents, and tokens only for redirect URIs of type `spa`.

use crate::http::Reply;

/// The request headers that clients send from pages.
const ALLOWED: &str = "authorization, content-type, client-request-id, return-client-request-id, x-client-sku, \
    x-client-ver, x-client-os, x-client-cpu, x-client-current-telemetry, x-client-last-telemetry, \
    x-ms-lib-capability, x-app-name, x-app-ver";

/// Allows every origin to read a reply.
pub(crate) fn open(reply: Reply) -> Reply {
    reply.with("access-control-allow-origin", "*").with(
        "access-control-expose-headers",
        "x-ms-request-id, client-request-id, content-length",
    )
}

/// The response to a preflight request for an endpoint with this method.
pub(crate) fn preflight(method: &str) -> Reply {
    Reply::empty(200)
        .with("access-control-allow-origin", "*")
        .with("access-control-allow-methods", format!("{method}, OPTIONS"))
        .with("access-control-allow-headers", ALLOWED)
        .with("access-control-max-age", "86400")
}
