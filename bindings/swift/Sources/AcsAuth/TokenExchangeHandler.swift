internal import AcsAuthNative
internal import acsFFI

/// Answers /api/token/teams, /healthz and, if Microsoft Graph is configured, /api/user and /api/token, behind any HTTP
/// server.
///
/// It verifies the caller's bearer token, compares it with the Teams token, explains an invalid one, caches, coalesces
/// concurrent requests for the same token, and answers with application/problem+json. There is always a response.
public final class TokenExchangeHandler: Sendable {
    private let object: LibraryObject<AcsAuthNative.TokenExchangeHandler>

    /// Creates a handler. It doesn't connect yet.
    ///
    /// `cloud` overrides the settings' cloud and authority; with `tokenCredential`, the setting `endpoint` is needed.
    public init(
        settings: HandlerSettings? = nil, cloud: Cloud? = nil,
        tokenCredential: (any TokenCredential)? = nil, observer: (any Observer)? = nil
    ) throws(AcsAuthError) {
        let made = try calling {
            try AcsAuthNative.TokenExchangeHandler(
                settings: settings?.native, cloud: cloud?.native,
                tokenCredential: tokenCredential.map(CredentialAdapter.init),
                observer: observer.map(ObserverAdapter.init))
        }
        object = LibraryObject(made, handle: made.cHandle())
    }

    /// Replaces the access key of the ACS resource, and the secondary one if it is given. The next signature uses the
    /// new key, and tokens cached for the former one are no longer returned.
    public func updateAccessKey(_ accessKey: String, secondaryAccessKey: String? = nil) throws(AcsAuthError) {
        try calling {
            try object.owner.updateAccessKey(accessKey: accessKey, secondaryAccessKey: secondaryAccessKey)
        }
    }

    /// Answers a request. A rejection is a response, not an error: it throws only if the task was cancelled or the
    /// library itself cannot continue.
    public func handle(_ request: Request) async throws(AcsAuthError) -> Response {
        try await object.submitting(takeResponse) { handler, delivery, call, error in
            request.withPointer { acs_handler_handle_submit(handler, $0, delivery, call, error) }
        }
    }
}
