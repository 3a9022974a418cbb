internal import AcsAuthNative
internal import acsFFI
import Foundation

/// The options of a verifier. Tenants, audiences and applications must be set, or any tenant or application allowed
/// explicitly. It prints without the proxy's password.
public struct VerifierOptions: Sendable, Redacted {
    /// The cloud of the users. Default: the public cloud.
    public var cloud: Cloud?
    /// The tenants whose users may call, by their GUIDs.
    public var tenantIds: [String]
    /// Lets users of every tenant call. Default: no.
    public var allowAnyTenant: Bool
    /// The accepted audiences: your API's client id (version 2 tokens) and its application id URI, "api://…" (version 1).
    public var audiences: [String]
    /// The client ids of the applications that may call.
    public var allowedClientIds: [String]
    /// Lets every application call. Default: no.
    public var allowAnyClient: Bool
    /// The permission that a token must have. Default "access_as_user".
    public var requiredScope: String?
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    public var rootCertificatesPem: Data?
    /// The proxy for fetching keys. Default: the environment's proxy.
    public var proxy: Proxy?
    /// The tolerated clock skew, at most 1 hour and rounded down to seconds. Default 5 minutes.
    public var clockSkew: Duration?
    /// The longest accepted lifetime of a token, rounded down to seconds. Default 28 hours.
    public var maxLifetime: Duration?

    /// Creates options. The defaults apply to what is omitted.
    public init(
        tenantIds: [String] = [], audiences: [String] = [], allowedClientIds: [String] = [],
        allowAnyTenant: Bool = false, allowAnyClient: Bool = false, requiredScope: String? = nil, cloud: Cloud? = nil,
        rootCertificatesPem: Data? = nil, proxy: Proxy? = nil, clockSkew: Duration? = nil,
        maxLifetime: Duration? = nil
    ) {
        self.cloud = cloud
        self.tenantIds = tenantIds
        self.allowAnyTenant = allowAnyTenant
        self.audiences = audiences
        self.allowedClientIds = allowedClientIds
        self.allowAnyClient = allowAnyClient
        self.requiredScope = requiredScope
        self.rootCertificatesPem = rootCertificatesPem
        self.proxy = proxy
        self.clockSkew = clockSkew
        self.maxLifetime = maxLifetime
    }

    var shown: KeyValuePairs<String, Any> {
        [
            "tenantIds": tenantIds, "audiences": audiences, "allowedClientIds": allowedClientIds,
            "requiredScope": requiredScope as Any,
        ]
    }

    fileprivate func native() throws(AcsAuthError) -> AcsAuthNative.VerifierOptions {
        .init(
            cloud: cloud?.native, tenantIds: tenantIds, allowAnyTenant: allowAnyTenant, audiences: audiences,
            allowedClientIds: allowedClientIds, allowAnyClient: allowAnyClient, requiredScope: requiredScope,
            rootCertificatesPem: rootCertificatesPem, proxy: proxy?.native,
            clockSkewS: try clockSkew.wholeSeconds("clockSkew"),
            maxLifetimeS: try maxLifetime.wholeSeconds("maxLifetime"))
    }
}

/// Verifies the bearer tokens of a back end's callers: signature, issuer, audience, lifetime, tenant, application and scope.
/// It fetches Entra's keys when the first token arrives, and keeps them through outages of Entra.
public final class TokenVerifier: Sendable {
    private let object: LibraryObject<AcsAuthNative.TokenVerifier>

    /// Creates a verifier. It doesn't fetch keys yet.
    public init(options: VerifierOptions) throws(AcsAuthError) {
        let options = try options.native()
        let made = try calling { try AcsAuthNative.TokenVerifier(options: options) }
        object = LibraryObject(made, handle: made.cHandle())
    }

    /// Verifies a bearer token, passed without the word "Bearer", and returns its claims.
    ///
    /// Throws the kind `unauthorized` if the token isn't valid for this API, `forbidden` if it is valid but its tenant,
    /// application or permissions aren't allowed (`code` names the check), and `transportError` if its key is unknown and
    /// Entra cannot be reached. The error is for the log: tell the caller only its kind, not which check failed.
    public func verify(_ bearerToken: String) async throws(AcsAuthError) -> VerifiedToken {
        try rejectNUL(["bearer_token": bearerToken])
        return try await object.submitting(takeVerifiedToken) { verifier, delivery, call, error in
            acs_verifier_verify_submit(verifier, bearerToken, delivery, call, error)
        }
    }

    /// Returns whether Entra's keys are available or can be fetched, for a readiness probe.
    public func keysReachable() async throws(AcsAuthError) -> Bool {
        try await object.submitting(takeYesOrNo) { verifier, delivery, call, error in
            acs_verifier_keys_reachable_submit(verifier, delivery, call, error)
        }
    }
}
