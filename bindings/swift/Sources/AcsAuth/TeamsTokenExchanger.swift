internal import AcsAuthNative
internal import acsFFI
import Foundation

/// The options of an exchanger. `nil` means the default. It prints without the cache secret.
public struct ExchangerOptions: Sendable, Redacted {
    /// The Redis in which processes share their cache and limit. Needs a `cacheSecret`. Default: none.
    public var redis: RedisOptions?
    /// The 32 bytes from which cache keys are derived. Processes that share a Redis need the same ones. Default: random.
    public var cacheSecret: Data?
    /// How to treat a Teams token that the token check rejects. Default: enforce.
    public var tokenCheck: TokenCheck?
    /// Lets only one process at a time exchange a given token, if there is a Redis. Default: no.
    public var distributedLock: Bool?
    /// The deadline of a call, including the waits for the limit and for other callers. Default 10 s.
    public var timeout: Duration?
    /// The approximate size of the memory cache in bytes; 0 turns it off. Default 64 MiB, some 15,000 tokens.
    public var cacheBytes: UInt64?
    /// How long a token is cached at most, rounded down to seconds; 0 caches no tokens. Default 24 hours. A token is evicted
    /// when it or its Entra token has less than 120 s left.
    public var maxTtl: Duration?
    /// How long a rejection is cached for the same token: 1 to 5 s, or 0 for never. Default 3 s.
    public var negativeTtl: Duration?
    /// How many exchanges are started in `limitWindow` at most, including retries. Default 400, 80 % of what the
    /// service documents. Without Redis, and while it is unavailable, each process counts for itself.
    public var limit: UInt32?
    /// How many exchanges may start at once after an idle period. Default an eighth of the limit.
    public var limitBurst: UInt32?
    /// The window of the limit: 1 s to 1 h. Default 30 s.
    public var limitWindow: Duration?
    /// How many new exchanges of one user are started in the window at most; 0 means no limit. Default 25.
    public var userLimit: UInt32?

    /// Creates options. The defaults apply to what is omitted.
    public init(
        redis: RedisOptions? = nil, cacheSecret: Data? = nil, tokenCheck: TokenCheck? = nil,
        distributedLock: Bool? = nil, timeout: Duration? = nil, cacheBytes: UInt64? = nil,
        maxTtl: Duration? = nil, negativeTtl: Duration? = nil, limit: UInt32? = nil, limitBurst: UInt32? = nil,
        limitWindow: Duration? = nil, userLimit: UInt32? = nil
    ) {
        self.redis = redis
        self.cacheSecret = cacheSecret
        self.tokenCheck = tokenCheck
        self.distributedLock = distributedLock
        self.timeout = timeout
        self.cacheBytes = cacheBytes
        self.maxTtl = maxTtl
        self.negativeTtl = negativeTtl
        self.limit = limit
        self.limitBurst = limitBurst
        self.limitWindow = limitWindow
        self.userLimit = userLimit
    }

    var shown: KeyValuePairs<String, Any> {
        ["tokenCheck": tokenCheck as Any, "timeout": timeout as Any, "limit": limit as Any]
    }

    fileprivate func native() throws(AcsAuthError) -> AcsAuthNative.ExchangerOptions {
        .init(
            redis: try redis?.native(), cacheSecret: cacheSecret, tokenCheck: tokenCheck?.native,
            distributedLock: distributedLock, timeoutMs: try timeout.milliseconds("timeout"),
            cacheBytes: cacheBytes, maxTtlS: try maxTtl.wholeSeconds("maxTtl"),
            negativeTtlMs: try negativeTtl.milliseconds("negativeTtl"), limit: limit, limitBurst: limitBurst,
            limitWindowMs: try limitWindow.milliseconds("limitWindow"), userLimit: userLimit)
    }
}

/// Exchanges Entra tokens of Teams users, each of them once.
///
/// An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is returned only to a
/// caller presenting the same Entra token. Concurrent requests for the same token are coalesced into one exchange.
/// Exchanges stay within the service's limit of 500 in 30 s; beyond it they wait, or fail as throttled if their deadline is
/// too close. A rejection of the token is cached for seconds; a service fault is not cached.
public final class TeamsTokenExchanger: Sendable {
    let object: LibraryObject<AcsAuthNative.TeamsTokenExchanger>

    /// Creates an exchanger for the resource of a client. It doesn't connect yet.
    public init(
        client: CommunicationIdentityClient, options: ExchangerOptions = .init(), observer: (any Observer)? = nil
    ) throws(AcsAuthError) {
        let options = try options.native()
        let made = try calling {
            try AcsAuthNative.TeamsTokenExchanger(
                client: client.object.owner, options: options, observer: observer.map(ObserverAdapter.init))
        }
        object = LibraryObject(made, handle: made.cHandle())
    }

    /// Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now.
    ///
    /// Throws the kind `entraTokenInvalid` if the token check rejects the token (nothing is sent), `entraTokenRejected` if the
    /// service rejects it or did so within the last seconds, and `throttled` if the limit leaves no time before the deadline
    /// or the user's share of it is used up.
    ///
    /// - Parameter timeout: the deadline of this call only. Other callers waiting for the same exchange are not affected;
    ///   nor are they if this call's task is cancelled.
    public func exchange(
        aadToken: String, clientId: String, userObjectId: String, timeout: Duration? = nil
    ) async throws(AcsAuthError) -> AccessToken {
        try rejectNUL(["aad_token": aadToken, "client_id": clientId, "user_object_id": userObjectId])
        let timeout = number(try timeout.milliseconds("timeout"))
        return try await object.submitting(takeToken) { exchanger, delivery, call, error in
            acs_exchanger_exchange_submit(
                exchanger, aadToken, clientId, userObjectId, timeout, delivery, call, error)
        }
    }

    /// Returns the identity and the ACS token of Teams Phone extensibility for an Entra token, with the same cache and
    /// limit.
    ///
    /// - Parameter timeout: as for ``exchange(aadToken:clientId:userObjectId:timeout:)``.
    public func exchangeTeamsExtension(
        aadToken: String, timeout: Duration? = nil
    ) async throws(AcsAuthError) -> CommunicationUserToken {
        try rejectNUL(["aad_token": aadToken])
        let timeout = number(try timeout.milliseconds("timeout"))
        return try await object.submitting(takeUserToken) { exchanger, delivery, call, error in
            acs_exchanger_exchange_teams_extension_submit(exchanger, aadToken, timeout, delivery, call, error)
        }
    }

    /// Replaces the access key of the exchanger's client, and the secondary one if it is given. The next signature uses
    /// the new key, and tokens cached for the former one are no longer returned.
    ///
    /// Throws if a key is not base64, or if the client has a token credential. Nothing is replaced then.
    public func updateAccessKey(_ accessKey: String, secondaryAccessKey: String? = nil) throws(AcsAuthError) {
        try calling {
            try object.owner.updateAccessKey(accessKey: accessKey, secondaryAccessKey: secondaryAccessKey)
        }
    }

    /// Evicts a user's tokens from the cache, for example when the user signs out. They stay valid at the service until
    /// they expire.
    ///
    /// Throws the kind ``ErrorKind/transportError`` if Redis is unavailable: other processes may still have the tokens.
    public func signOut(tenantId: String, userObjectId: String) async throws(AcsAuthError) {
        try rejectNUL(["tenant_id": tenantId, "user_object_id": userObjectId])
        try await object.submitting(takeNothing) { exchanger, delivery, call, error in
            acs_exchanger_sign_out_submit(exchanger, tenantId, userObjectId, delivery, call, error)
        }
    }

    /// Returns whether Redis is available; `nil` if there is none.
    public func isCacheReachable() async throws(AcsAuthError) -> Bool? {
        try await object.submitting(takeReachable) { exchanger, delivery, call, error in
            acs_exchanger_is_cache_reachable_submit(exchanger, delivery, call, error)
        }
    }
}

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can compute it.
public struct CacheKey: Sendable, Hashable {
    /// The key of the entry.
    public let entry: Data
    /// The key of the user, the same for all entries of one user of a tenant, so that they can be found at sign-out.
    public let user: Data
}

/// Returns the cache key of an exchange, for a host with its own cache of exchanged tokens. A ``TeamsTokenExchanger``
/// uses the same key. Cache a token until it or the Entra token has less than 120 s left.
///
/// - Parameter secret: 32 random bytes that nobody else knows.
/// - Parameter accessKey: the key that signs the exchange, so a token is no longer found once the key is replaced; `nil`
///   for a token credential.
public func cacheKey(
    secret: Data, cloud: Cloud, endpoint: Endpoint, accessKey: AccessKey?, aadToken: String, clientId: String, userObjectId: String
) throws(AcsAuthError) -> CacheKey {
    let key = try calling {
        try AcsAuthNative.cacheKey(
            secret: secret, cloud: cloud.native, endpoint: endpoint.native, accessKey: accessKey?.native,
            aadToken: aadToken, clientId: clientId, userObjectId: userObjectId)
    }
    return CacheKey(entry: key.entry, user: key.user)
}
