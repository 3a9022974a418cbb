internal import acsFFI
import Foundation

/// The ACS token of one user, renewed on demand and proactively.
///
/// - A valid token is returned at once. With less than 10 minutes left
///   (``CommunicationTokenRefreshOptions/refreshTimeBeforeExpiry``) it is renewed in the background; with less than 2 minutes
///   left a call waits for the renewal up to half its timeout (at most 15 s), and returns the former token if that fails.
/// - With ``CommunicationTokenRefreshOptions/refreshProactively`` it is renewed at that time even if nobody
///   asks for it, starting with the first call or with ``start()``.
/// - There is one renewal at a time, shared by all waiting callers. If it takes longer than
///   ``CommunicationTokenRefreshOptions/timeout`` (at least 1 s, at most 30 s), another one may start beside it. Cancelling a
///   task ends only its own call.
/// - A failed renewal is retried after 0.5 s, then after twice as long each time: up to 30 s while a token is valid, and up
///   to 5 s while there is none. A renewal that returns an expired token has failed.
///
/// Renewals end with ``close()``, or when the credential is released.
public final class CommunicationTokenCredential: Sendable, CustomStringConvertible {
    private let object: LibraryObject<UserCredential>
    private let requests: TokenRequests?

    /// Creates a credential with a single token, which is never renewed: it is returned unchanged, even when it has expired.
    ///
    /// - Parameter expiresOn: when it expires. Default: read from the token without verifying it; 10 minutes from now if the
    ///   token has no readable expiry. An empty token, or a JWT that cannot be parsed, is an `invalidArgument`.
    public init(token: String, expiresOn: Date? = nil) throws(AcsAuthError) {
        object = try UserCredential.make(UserCredentialArguments(token: token, expiresOn: expiresOn))
        requests = nil
    }

    /// Creates a credential with a token that renews itself. It doesn't request one yet.
    public init(withOptions options: CommunicationTokenRefreshOptions) throws(AcsAuthError) {
        let requests = options.source.requests(atMost: options.longestRefresh)
        object = try UserCredential.make(UserCredentialArguments(options), options.source, requests)
        self.requests = requests
    }

    deinit {
        requests?.close()
    }

    /// Returns the user's token: the current one while it is valid, otherwise the next one.
    ///
    /// Throws the kind `cancelled` once the credential is closed, `timeout` if no token is available within
    /// ``CommunicationTokenRefreshOptions/timeout``, and otherwise the error of the refresher, the Entra credential or the
    /// exchange.
    public func getToken() async throws(AcsAuthError) -> AccessToken {
        try await object.submitting(takeToken) { credential, delivery, call, error in
            acs_user_credential_get_token_submit(credential, delivery, call, error)
        }
    }

    /// Starts renewing, as the first ``getToken()`` does. It does nothing without
    /// ``CommunicationTokenRefreshOptions/refreshProactively``, or if renewing has started already.
    public func start() throws(AcsAuthError) {
        try object.owner.start()
    }

    /// Ends renewals and drops the token. Waiting calls, and later ones, throw the kind `cancelled`.
    public func close() {
        object.owner.close()
        requests?.close()
    }

    public var description: String { "CommunicationTokenCredential(…)" }
}
