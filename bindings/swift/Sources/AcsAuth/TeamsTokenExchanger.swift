internal import AcsAuthNative
internal import acsFFI
import Foundation

/// The options of an exchanger; `nil` is as usual. It prints without the secret of the cache.
public struct ExchangerOptions: Sendable, Redacted {
    /// The Redis that processes share their cache and limit through. Needs a `cacheSecret`.
    public var redis: RedisOptions?
    /// The 32 bytes that keys of the cache are made with. Default: random, for this process alone.
    public var cacheSecret: Data?
    /// Default: enforce.
    public var tokenCheck: TokenCheck?
    /// Lets only one process at a time exchange a token that several are asked for. Default: no.
    public var distributedLock: Bool?
    /// The deadline of a call, waiting for the limit and for others included. Default 10 s.
    public var timeout: Duration?
    /// How many bytes the cache in memory may take, about; 0 for none. Default 67108864, some 15,000 tokens.
    public var cacheBytes: UInt64?
    /// How long a token is cached at most. Default a day; it is evicted when it or its Entra token has less than 120 s
    /// left.
    public var maxTtl: Duration?
    /// How long a rejection is cached for the same token: 1 to 5 s, or none for never. Default 3 s.
    public var negativeTtl: Duration?
    /// How many exchanges are begun in `limitWindow` at most, retries included. Default 400, 80 % of what the service
    /// documents. Without Redis, and while it is away, each process counts for itself.
    public var limit: UInt32?
    /// How many exchanges may begin at once after a rest. Default an eighth of the limit.
    public var limitBurst: UInt32?
    /// The window of the limit. Default 30 s.
    public var limitWindow: Duration?
    /// How many new exchanges of one user are begun in the window at most; 0 for any number. Default 25.
    public var userLimit: UInt32?

    /// The usual options, but for those that are given.
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
/// A token that was exchanged is kept, in this process and, with Redis, for a fleet of them: only who brings the very same
/// Entra token gets it. Callers who bring it at the same time share one exchange. Exchanges keep under the service's limit
/// of 500 in 30 s. A rejection of the token is cached for seconds, a fault of the service not at all.
public final class TeamsTokenExchanger: Sendable {
    let object: LibraryObject<AcsAuthNative.TeamsTokenExchanger>

    /// Makes an exchanger for the resource of a client. Connects to nothing yet.
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

    /// The ACS token for a Teams user's Entra token: a kept one, or exchanged now.
    ///
    /// - Parameter timeout: the deadline of this call alone; others who wait for the same exchange go on, as they do when
    ///   this call's task is cancelled.
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

    /// The identity and the ACS token of Teams Phone extensibility for an Entra token, by the same cache and limit.
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

    /// Replaces the access key of its client, and the secondary one if it is given. The next signature uses the new key, and
    /// tokens cached for the former one are not returned any more.
    public func updateAccessKey(_ accessKey: String, secondaryAccessKey: String? = nil) throws(AcsAuthError) {
        try calling {
            try object.owner.updateAccessKey(accessKey: accessKey, secondaryAccessKey: secondaryAccessKey)
        }
    }

    /// Forgets all tokens of a user, in this process and in those that share a cache with it. The tokens themselves stay
    /// good until they expire.
    public func signOut(tenantId: String, userObjectId: String) async throws(AcsAuthError) {
        try rejectNUL(["tenant_id": tenantId, "user_object_id": userObjectId])
        try await object.submitting(takeNothing) { exchanger, delivery, call, error in
            acs_exchanger_sign_out_submit(exchanger, tenantId, userObjectId, delivery, call, error)
        }
    }

    /// Whether the shared cache answers; `nil` when there is none.
    public func isCacheReachable() async throws(AcsAuthError) -> Bool? {
        try await object.submitting(takeReachable) { exchanger, delivery, call, error in
            acs_exchanger_is_cache_reachable_submit(exchanger, delivery, call, error)
        }
    }
}

/// What an exchanged token is kept under: only who holds the very same Entra token, and the secret, can compute it.
public struct CacheKey: Sendable, Hashable {
    /// The entry's own.
    public let entry: Data
    /// The same for all entries of one user of a tenant, so that they can be found at sign-out.
    public let user: Data
}

/// The key of an exchange, for a host that keeps exchanged tokens in a cache of its own; a ``TeamsTokenExchanger`` uses the
/// same.
///
/// - Parameter secret: 32 random bytes that nobody else knows. Keep a token under it until it or the Entra token has less
///   than 120 s left.
/// - Parameter accessKey: the one that the exchange is signed with, so that a token is not found any more once the key was
///   replaced; `nil` for a token credential.
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
