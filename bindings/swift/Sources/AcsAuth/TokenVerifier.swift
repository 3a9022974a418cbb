internal import AcsAuthNative
internal import acsFFI
import Foundation

/// The options of a verifier: a tenant, an audience and an application, or leave for any. It prints without the proxy's
/// password.
public struct VerifierOptions: Sendable, Redacted {
    /// The cloud whose users call. Default: the public one.
    public var cloud: Cloud?
    /// The tenants whose users may call, by their GUIDs.
    public var tenantIds: [String]
    /// Lets users of every tenant call.
    public var allowAnyTenant: Bool
    /// What the tokens may be for: the API's client id (tokens of version 2) and "api://…" (version 1).
    public var audiences: [String]
    /// The client ids of the applications that may call.
    public var allowedClientIds: [String]
    /// Lets every application call.
    public var allowAnyClient: Bool
    /// The permission that a token must hold. Default "access_as_user".
    public var requiredScope: String?
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    public var rootCertificatesPem: Data?
    /// Default: the environment's proxy.
    public var proxy: Proxy?
    /// How far clocks may differ. Default 300 s.
    public var clockSkew: Duration?
    /// The longest life that a token may have. Default 28 hours.
    public var maxLifetime: Duration?

    /// Whom to let in.
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

/// Verifies bearer tokens by their signature, issuer, audience, lifetime, tenant, application and scope. It fetches
/// Entra's keys when they are needed and keeps them.
public final class TokenVerifier: Sendable {
    private let object: LibraryObject<AcsAuthNative.TokenVerifier>

    /// Makes a verifier. Fetches nothing yet.
    public init(options: VerifierOptions) throws(AcsAuthError) {
        let options = try options.native()
        let made = try calling { try AcsAuthNative.TokenVerifier(options: options) }
        object = LibraryObject(made, handle: made.cHandle())
    }

    /// Verifies a bearer token, without the word "Bearer".
    ///
    /// The error is for the log: tell the caller its kind, not which check failed.
    public func verify(_ bearerToken: String) async throws(AcsAuthError) -> VerifiedToken {
        try rejectNUL(["bearer_token": bearerToken])
        return try await object.submitting(takeVerifiedToken) { verifier, delivery, call, error in
            acs_verifier_verify_submit(verifier, bearerToken, delivery, call, error)
        }
    }

    /// Whether the keys to verify with are there. Fetches them if they are not.
    public func keysReachable() async throws(AcsAuthError) -> Bool {
        try await object.submitting(takeYesOrNo) { verifier, delivery, call, error in
            acs_verifier_keys_reachable_submit(verifier, delivery, call, error)
        }
    }
}
