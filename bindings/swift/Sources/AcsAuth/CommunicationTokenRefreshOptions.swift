import Foundation

/// The options of a ``CommunicationTokenCredential``: where its tokens come from, and when they are renewed. It prints
/// without the token.
public struct CommunicationTokenRefreshOptions: Sendable, Redacted {
    /// An initial token. Default: none; the first one is requested when it is needed.
    public var initialToken: String?
    /// When the initial token expires. Default: read from the token without verifying it; 10 minutes from now if it has no
    /// readable expiry. A JWT that cannot be parsed is an `invalidArgument`.
    public var initialTokenExpiresOn: Date?
    /// Whether the token is renewed proactively, even if nobody asks for it. Default: no.
    public var refreshProactively: Bool
    /// How long before its expiry the token is renewed, rounded down to seconds. Default 10 minutes.
    public var refreshTimeBeforeExpiry: Duration?
    /// How long a call waits for a token. Default 30 s.
    public var timeout: Duration?
    let source: TokenSource
    /// How long a renewal may take. Tests set a shorter time.
    var longestRefresh = longestRenewal

    /// Creates options with a closure that returns the user's next ACS token, such as one that your back end issues.
    ///
    /// The closure runs in a task of its own, which is cancelled after 60 s and when the credential is closed.
    /// Of an error that isn't an ``AcsAuthError``, only the type is shown, since its text may contain a secret.
    public init(
        initialToken: String? = nil, initialTokenExpiresOn: Date? = nil, refreshProactively: Bool = false,
        refreshTimeBeforeExpiry: Duration? = nil, timeout: Duration? = nil,
        tokenRefresher: @escaping @Sendable () async throws -> AccessToken
    ) {
        self.initialToken = initialToken
        self.initialTokenExpiresOn = initialTokenExpiresOn
        self.refreshProactively = refreshProactively
        self.refreshTimeBeforeExpiry = refreshTimeBeforeExpiry
        self.timeout = timeout
        source = .refresher(tokenRefresher)
    }

    /// Creates options with the user's Entra credential and a client that exchanges its tokens. The client's own credential
    /// is not used.
    ///
    /// - Parameter scopes: the scopes of the Entra tokens. All must begin with `https://communication.azure.com/clients/`, for
    ///   an Entra user (the client needs ``ClientOptions/preview``), or with `https://auth.msft.communication.azure.com/`, for
    ///   Teams Phone extensibility (in the US government's cloud, `.us` instead of `.com`). Default:
    ///   `https://communication.azure.com/clients/.default`.
    public init(
        entraCredential: any TokenCredential, client: CommunicationIdentityClient, scopes: [String] = [],
        initialToken: String? = nil, initialTokenExpiresOn: Date? = nil, refreshProactively: Bool = false,
        refreshTimeBeforeExpiry: Duration? = nil, timeout: Duration? = nil
    ) {
        self.initialToken = initialToken
        self.initialTokenExpiresOn = initialTokenExpiresOn
        self.refreshProactively = refreshProactively
        self.refreshTimeBeforeExpiry = refreshTimeBeforeExpiry
        self.timeout = timeout
        source = .entra(entraCredential, .client(client, scopes))
    }

    /// Creates options with a Teams user's Entra credential and an exchanger for its tokens.
    public init(
        entraCredential: any TokenCredential, exchanger: TeamsTokenExchanger, clientId: String, userObjectId: String,
        initialToken: String? = nil, initialTokenExpiresOn: Date? = nil, refreshProactively: Bool = false,
        refreshTimeBeforeExpiry: Duration? = nil, timeout: Duration? = nil
    ) {
        self.initialToken = initialToken
        self.initialTokenExpiresOn = initialTokenExpiresOn
        self.refreshProactively = refreshProactively
        self.refreshTimeBeforeExpiry = refreshTimeBeforeExpiry
        self.timeout = timeout
        source = .entra(entraCredential, .exchanger(exchanger, clientId: clientId, userObjectId: userObjectId))
    }

    var shown: KeyValuePairs<String, Any> {
        [
            "initialTokenExpiresOn": initialTokenExpiresOn as Any, "refreshProactively": refreshProactively,
            "refreshTimeBeforeExpiry": refreshTimeBeforeExpiry as Any, "timeout": timeout as Any,
        ]
    }
}

/// The source of tokens after the initial one.
enum TokenSource: Sendable {
    case refresher(@Sendable () async throws -> AccessToken)
    case entra(any TokenCredential, EntraTokenExchange)

    /// Returns what answers the library's requests for tokens.
    func requests(atMost bound: Duration) -> TokenRequests {
        switch self {
        case .refresher(let refresher):
            TokenRequests("token refresher", atMost: bound) { _, _ in
                let token = try await refresher()
                return AccessTokenInfo(token: token.token, expiresOn: token.expiresOn)
            }
        case .entra(let credential, _):
            TokenRequests("credential", atMost: bound) { try await credential.getTokenInfo(scopes: $0, options: $1) }
        }
    }
}

/// What exchanges the tokens of an Entra credential.
enum EntraTokenExchange: Sendable {
    case client(CommunicationIdentityClient, _ scopes: [String])
    case exchanger(TeamsTokenExchanger, clientId: String, userObjectId: String)
}
