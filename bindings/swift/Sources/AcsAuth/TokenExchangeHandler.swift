internal import AcsAuthNative
internal import acsFFI

/// The endpoint of a back end, for any HTTP server: a request in, a response out. It serves /api/token/teams, /healthz, /livez,
/// /readyz and, if they are configured, /api/token/teams-extension, /api/user and /api/token.
///
/// It verifies the caller's bearer token, compares it with the Teams token, and exchanges the Teams token through a
/// cache and within the service's limit. Error responses are application/problem+json and explain an invalid Teams token.
public final class TokenExchangeHandler: Sendable {
    private let object: LibraryObject<AcsAuthNative.TokenExchangeHandler>

    /// Creates a handler. It doesn't connect yet.
    ///
    /// Throws `invalidArgument` if a setting is missing, unknown or invalid; `target` names it.
    ///
    /// - Parameters:
    ///   - cloud: the cloud, instead of the settings `cloud` and `authority`.
    ///   - tokenCredential: a source of bearer tokens, instead of the access key. Needs the setting `endpoint`.
    ///   - observer: receives events.
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
    ///
    /// Throws if a key is not base64, or if the handler has a token credential. Nothing is replaced then.
    public func updateAccessKey(_ accessKey: String, secondaryAccessKey: String? = nil) throws(AcsAuthError) {
        try calling {
            try object.owner.updateAccessKey(accessKey: accessKey, secondaryAccessKey: secondaryAccessKey)
        }
    }

    /// Returns the response to a request. A caller's mistake is a response too: it throws only if the task was cancelled, or
    /// if the library itself cannot continue.
    public func handle(_ request: Request) async throws(AcsAuthError) -> Response {
        try await object.submitting(takeResponse) { handler, delivery, call, error in
            request.withPointer { acs_handler_handle_submit(handler, $0, delivery, call, error) }
        }
    }
}
