import Foundation

/// The version of a token.
public enum TokenVersion: Sendable, CaseIterable {
    /// Version 1.0, which names the application in appid.
    case v1
    /// Version 2.0, which names the application in azp.
    case v2
}

/// The claims of a verified bearer token. Identify a user only by tenant and object id together.
public struct VerifiedToken: Sendable, Equatable {
    /// The claim tid: the user's tenant.
    public let tenantId: String
    /// The claim oid: the user's object id.
    public let objectId: String
    /// The claim appid or azp: the application that calls on behalf of the user.
    public let clientId: String
    /// The token's permissions.
    public let scopes: [String]
    /// The token's version.
    public let version: TokenVersion
    /// When the token expires. The verifier accepts it until then plus the clock skew.
    public let expiresOn: Date
}
