import Foundation

/// Where a ``CommunicationTokenCredential`` gets its tokens, and when. It prints without the token.
public struct CommunicationTokenRefreshOptions: Sendable, Redacted {
    /// A token to begin with. Default: the first one is requested when it is needed.
    public var initialToken: String?
    /// When that token expires. Default: as the token itself says, unverified; in 10 minutes if it is opaque or
    /// encrypted. A JWT that cannot be read is an `invalidArgument`.
    public var initialTokenExpiresOn: Date?
    /// Whether the token is renewed ahead of time when nobody asks for it. Default: no.
    public var refreshProactively: Bool
    /// How long before it expires a token is renewed. Default 10 minutes.
    public var refreshTimeBeforeExpiry: Duration?
    /// How long a call waits for a token. Default 30 s.
    public var timeout: Duration?
    let source: TokenSource
    /// How long the source may take; tests wait for less.
    var longestRefresh = longestRenewal

    /// Tokens of a closure, which returns the user's next ACS token.
    ///
    /// It runs in a task of its own, one at a time, which is cancelled after a minute and when the credential is
    /// closed. What it throws other than ``AcsAuthError`` is shown only by its type, since its text may contain
    /// anything.
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

    /// Tokens of a user's Entra credential, exchanged by a client, whose own credential is not used.
    ///
    /// - Parameter scopes: the scopes of the Entra tokens. All must begin with `https://communication.azure.com/clients/`, for
    ///   an Entra user (the client needs ``ClientOptions/preview``), or with `https://auth.msft.communication.azure.com/`, for
    ///   Teams Phone extensibility. Default: `https://communication.azure.com/clients/.default`.
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

    /// Tokens of a Teams user's Entra credential, exchanged by an exchanger.
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

/// Where the tokens come from, after the initial one.
enum TokenSource: Sendable {
    case refresher(@Sendable () async throws -> AccessToken)
    case entra(any TokenCredential, EntraTokenExchange)

    /// Answers the library's requests for tokens.
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
