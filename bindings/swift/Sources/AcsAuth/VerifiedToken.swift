import Foundation

/// The form of a token.
public enum TokenVersion: Sendable, CaseIterable {
    /// Version 1.0: it names the application in appid.
    case v1
    /// Version 2.0: it names the application in azp.
    case v2
}

/// The caller, as a verified token names it. The key to a user is tenant and object id together, and nothing else.
public struct VerifiedToken: Sendable, Equatable {
    /// The user's tenant.
    public let tenantId: String
    /// The user.
    public let objectId: String
    /// The application that calls for the user.
    public let clientId: String
    /// The permissions that the token holds.
    public let scopes: [String]
    /// The form of the token.
    public let version: TokenVersion
    /// When the token expires; the verifier lets it through for the clock skew longer.
    public let expiresOn: Date
}
