internal import AcsAuthNative
import Foundation

/// An ACS identity.
public struct CommunicationUserIdentifier: Sendable, Hashable {
    /// The identity's raw id, such as "8:acs:…".
    public let id: String

    /// Creates an identity from a raw id. It isn't checked until it is used.
    public init(_ id: String) {
        self.id = id
    }

    init(_ user: AcsAuthNative.CommunicationUserIdentifier) {
        id = user.id
    }

    var native: AcsAuthNative.CommunicationUserIdentifier { .init(id: id) }
}

/// An access token. It prints without the token.
public struct AccessToken: Sendable, Equatable, Redacted {
    /// The token itself. The service doesn't guarantee its format. Don't log it.
    public let token: String
    /// When it expires, rounded down to seconds.
    public let expiresOn: Date

    /// Creates a token, for a ``TokenCredential`` to return.
    public init(token: String, expiresOn: Date) {
        self.token = token
        self.expiresOn = expiresOn
    }

    init(_ token: AcsAuthNative.AccessToken) {
        self.init(token: token.token, expiresOn: Date(unix: token.expiresOn))
    }

    var shown: KeyValuePairs<String, Any> { ["expiresOn": expiresOn] }
}

/// An identity with an access token for it. It prints without the token.
public struct CommunicationUserToken: Sendable, Equatable {
    /// The identity.
    public let user: CommunicationUserIdentifier
    /// The identity's token.
    public let token: AccessToken

    init(user: CommunicationUserIdentifier, token: AccessToken) {
        self.user = user
        self.token = token
    }

    init(_ both: AcsAuthNative.CommunicationUserToken) {
        user = CommunicationUserIdentifier(both.user)
        token = AccessToken(both.token)
    }
}

/// What an access token may be used for. A scope that isn't listed here is `CommunicationTokenScope(rawValue:)` or a
/// literal, and is passed through unchanged.
public struct CommunicationTokenScope: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The service's name for the scope.
    public let rawValue: String

    /// Creates a scope from the service's name for it.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Creates a scope from the service's name for it.
    public init(stringLiteral name: String) {
        self.init(rawValue: name)
    }

    /// Full access to chat.
    public static let chat = CommunicationTokenScope(rawValue: "chat")
    /// Chat, without creating or deleting threads.
    public static let chatJoin = CommunicationTokenScope(rawValue: "chat.join")
    /// Like ``CommunicationTokenScope/chatJoin``, without adding or removing participants.
    public static let chatJoinLimited = CommunicationTokenScope(rawValue: "chat.join.limited")
    /// Full access to calling.
    public static let voip = CommunicationTokenScope(rawValue: "voip")
    /// Joining calls, without starting any.
    public static let voipJoin = CommunicationTokenScope(rawValue: "voip.join")

    /// The scopes that the service documents.
    public static var known: [CommunicationTokenScope] { knownScopes().map { .init(rawValue: $0) } }
}

/// The service's details of an identity.
public struct CommunicationUserDetail: Sendable, Equatable {
    /// The identity.
    public let user: CommunicationUserIdentifier
    /// The custom id that the back end assigned; `nil` if there is none.
    public let customId: String?
    /// When its latest token was issued, rounded down to seconds; `nil` if none was.
    public let lastTokenIssuedAt: Date?
}

extension CommunicationUserDetail {
    init(_ detail: AcsAuthNative.CommunicationUserDetail) {
        self.init(
            user: .init(detail.user), customId: detail.customId,
            lastTokenIssuedAt: detail.lastTokenIssuedAt.map { Date(unix: $0) })
    }
}

/// A principal that may use the resource's Teams Phone extensibility, and the applications it may sign in to.
public struct TeamsExtensionAssignment: Sendable, Equatable {
    /// The principal's tenant.
    public let tenantId: String
    /// The principal's object id.
    public let objectId: String
    /// The type of the principal.
    public let principalType: TeamsExtensionPrincipalType
    /// The client ids of the applications that a user may sign in to. Empty for resource accounts.
    public let clientIds: [String]
}

extension TeamsExtensionAssignment {
    init(_ assignment: AcsAuthNative.TeamsExtensionAssignment) {
        self.init(
            tenantId: assignment.tenantId, objectId: assignment.objectId,
            principalType: .init(rawValue: assignment.principalType), clientIds: assignment.clientIds)
    }
}

/// The type of a Teams Phone extensibility principal. A type that isn't listed here is
/// `TeamsExtensionPrincipalType(rawValue:)` or a literal, and is passed through unchanged.
public struct TeamsExtensionPrincipalType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The service's name for the type.
    public let rawValue: String

    /// Creates a type from the service's name for it.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Creates a type from the service's name for it.
    public init(stringLiteral name: String) {
        self.init(rawValue: name)
    }

    /// A person.
    public static let user = TeamsExtensionPrincipalType(rawValue: "user")
    /// A Teams resource account, such as an auto attendant.
    public static let resourceAccount = TeamsExtensionPrincipalType(rawValue: "resourceAccount")
}

/// A stable version of the service's API. Options that take a version as text also accept one that has no case here.
public enum ApiVersion: String, Sendable, CaseIterable {
    /// The first with the Teams user exchange.
    case v2022_06_01 = "2022-06-01"
    /// Adds the lifetime of tokens.
    case v2022_10_01 = "2022-10-01"
    /// Adds the scopes chat.join, chat.join.limited and voip.join. The default.
    case v2023_10_01 = "2023-10-01"
    /// Adds Teams Phone extensibility.
    case v2025_06_30 = "2025-06-30"
    /// The newest, with the operations of the one before it.
    case v2026_09_23 = "2026-09-23"
}

/// A preview version of the service's API. It may change or end at any time, so its operations must be enabled explicitly.
public enum PreviewApiVersion: String, Sendable, CaseIterable {
    /// The Entra user exchange, custom ids, and reading an identity.
    case v2025_03_02Preview = "2025-03-02-preview"
}
