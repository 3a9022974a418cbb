internal import AcsAuthNative

/// The options of a handler; `nil` is as usual, or what its settings say. It prints without what may be secret.
public struct HandlerOptions: Sendable, Redacted {
    /// The connection string of the ACS resource.
    public var connectionString: String?
    /// The resource's other access key: tried when the one in use is rejected, and then preferred until it is in turn.
    public var secondaryAccessKey: String?
    /// The endpoint of the ACS resource, for a token credential.
    public var endpoint: String?
    /// The client id of this API's own registration.
    public var apiClientId: String?
    /// The permission that a bearer token must hold. Default "access_as_user".
    public var requiredScope: String?
    /// The audiences of bearer tokens. Default: `apiClientId` and "api://" followed by it.
    public var audiences: [String]?
    /// The tenants (GUIDs) whose users may call.
    public var tenants: [String]?
    /// The client ids of the applications that may call. Default: `teamsClientIds`.
    public var allowedClients: [String]?
    /// The client ids of the applications that users' Teams tokens are issued to.
    public var teamsClientIds: [String]?
    /// The cloud. Default: the endpoint's.
    public var cloud: Cloud?
    /// The origins whose pages may call, such as "https://calls.contoso.example". Default: none.
    public var corsOrigins: [String]?
    /// What the tokens of /api/token are for. Default voip and chat.
    public var tokenScopes: [CommunicationTokenScope]?
    /// Default: enforce. Off needs exactly one of `teamsClientIds`.
    public var tokenCheck: TokenCheck?
    /// The secret of `apiClientId`, with which it calls Microsoft Graph on behalf of users. With it, /api/user and
    /// /api/token are there.
    public var graphClientSecret: String?
    /// What mappings in Microsoft Graph are signed with: 32 bytes in base64, and behind it the former key while there is
    /// one. Required with `graphClientSecret`.
    public var graphMappingKeys: [String]?
    /// Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. Default: no, since while
    /// it is on, a user can claim any identity of the resource whose id they know.
    public var graphAdoptUnsignedMappings: Bool?
    /// The open extension that holds a user's ACS identity. Default "com.contoso.identityMapping".
    public var graphExtensionName: String?
    /// Where Microsoft Graph answers. Default: the cloud's.
    public var graphBaseUrl: String?
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    public var rootCertificatesPem: String?
    /// Takes an http endpoint that is not loopback. Default: no.
    public var allowInsecureEndpoint: Bool?
    /// How long a request may take in all. Default 15 s.
    public var timeout: Duration?
    /// How long a call of ACS may take with its retries. Default 10 s.
    public var serviceTimeout: Duration?
    /// How long making a connection may take. Default 5 s.
    public var connectTimeout: Duration?
    /// How long one attempt of a call may take at most; the last has all the time left. Default 3 s.
    public var attemptTimeout: Duration?
    /// Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default: no.
    public var http2: Bool?
    /// How large the cache in memory may grow, in bytes; 0 for no cache. Default 67108864.
    public var cacheBytes: UInt64?
    /// How many exchanges are made in `limitWindow` at most. Default 400.
    public var limit: UInt32?
    /// The window of the limit. Default 30 s.
    public var limitWindow: Duration?
    /// How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25.
    public var userLimit: UInt32?
    /// The Redis that processes share their cache and limiter through, "redis://host:6379".
    public var redisUrl: String?
    /// What tokens are sealed with in Redis: 32 bytes in base64, and behind it the former key while there is one.
    public var redisSealingKeys: [String]?
    /// What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes.
    public var redisCacheSecret: String?
    /// What all names in Redis begin with. Default "acs-auth".
    public var redisNamespace: String?
    /// How long any use of Redis may take. Default 50 ms.
    public var redisTimeout: Duration?
    /// Lets only one process at a time exchange a token that several are asked for. Default: no.
    public var redisLock: Bool?

    /// The usual options; set those that are to differ.
    public init() {}

    var shown: KeyValuePairs<String, Any> {
        [
            "apiClientId": apiClientId as Any, "tenants": tenants as Any, "teamsClientIds": teamsClientIds as Any,
            "tokenCheck": tokenCheck as Any, "timeout": timeout as Any,
        ]
    }

    func native() throws(AcsAuthError) -> AcsAuthNative.HandlerOptions {
        .init(
            connectionString: connectionString, secondaryAccessKey: secondaryAccessKey, endpoint: endpoint, apiClientId: apiClientId,
            requiredScope: requiredScope, audiences: audiences, tenants: tenants, allowedClients: allowedClients,
            teamsClientIds: teamsClientIds, cloud: cloud?.native, corsOrigins: corsOrigins,
            tokenScopes: tokenScopes?.map(\.rawValue), tokenCheck: tokenCheck?.native,
            graphClientSecret: graphClientSecret, graphMappingKeys: graphMappingKeys,
            graphAdoptUnsignedMappings: graphAdoptUnsignedMappings, graphExtensionName: graphExtensionName,
            graphBaseUrl: graphBaseUrl,
            rootCertificatesPem: rootCertificatesPem, allowInsecureEndpoint: allowInsecureEndpoint,
            timeoutMs: try timeout.milliseconds("timeout"),
            serviceTimeoutMs: try serviceTimeout.milliseconds("serviceTimeout"),
            connectTimeoutMs: try connectTimeout.milliseconds("connectTimeout"),
            attemptTimeoutMs: try attemptTimeout.milliseconds("attemptTimeout"), http2: http2, cacheBytes: cacheBytes, limit: limit,
            limitWindowMs: try limitWindow.milliseconds("limitWindow"), userLimit: userLimit, redisUrl: redisUrl,
            redisSealingKeys: redisSealingKeys, redisCacheSecret: redisCacheSecret, redisNamespace: redisNamespace,
            redisTimeoutMs: try redisTimeout.milliseconds("redisTimeout"), redisLock: redisLock)
    }
}
