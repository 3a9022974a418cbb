internal import AcsAuthNative
import Foundation

/// An ACS identity.
public struct CommunicationUserIdentifier: Sendable, Hashable {
    /// Its raw id, such as "8:acs:…".
    public let id: String

    /// Creates an identity from a raw id.
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
    /// When it expires, in whole seconds.
    public let expiresOn: Date

    /// Creates a token, such as a ``TokenCredential`` returns.
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
    /// Its token.
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

/// What an access token may be used for. The list is open: a scope of the future is
/// `CommunicationTokenScope(rawValue:)` or a literal.
public struct CommunicationTokenScope: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The service's name for it.
    public let rawValue: String

    /// A scope by its name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A scope by its name.
    public init(stringLiteral name: String) {
        self.init(rawValue: name)
    }

    /// Everything in chats.
    public static let chat = CommunicationTokenScope(rawValue: "chat")
    /// Joining chats, creating and deleting none.
    public static let chatJoin = CommunicationTokenScope(rawValue: "chat.join")
    /// Joining chats, adding and removing no one either.
    public static let chatJoinLimited = CommunicationTokenScope(rawValue: "chat.join.limited")
    /// Everything in calls.
    public static let voip = CommunicationTokenScope(rawValue: "voip")
    /// Joining calls, starting none.
    public static let voipJoin = CommunicationTokenScope(rawValue: "voip.join")

    /// The scopes that the service documents.
    public static var known: [CommunicationTokenScope] { knownScopes().map { .init(rawValue: $0) } }
}

/// The service's details of an identity.
public struct CommunicationUserDetail: Sendable, Equatable {
    /// The identity.
    public let user: CommunicationUserIdentifier
    /// The custom id that the back end assigned.
    public let customId: String?
    /// When its latest token was issued, in whole seconds.
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

/// The type of a Teams Phone extensibility principal. The list is open: another type is
/// `TeamsExtensionPrincipalType(rawValue:)` or a literal.
public struct TeamsExtensionPrincipalType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The service's name for it.
    public let rawValue: String

    /// A kind by its name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A kind by its name.
    public init(stringLiteral name: String) {
        self.init(rawValue: name)
    }

    /// A person.
    public static let user = TeamsExtensionPrincipalType(rawValue: "user")
    /// A Teams resource account, such as an auto attendant.
    public static let resourceAccount = TeamsExtensionPrincipalType(rawValue: "resourceAccount")
}

/// The stable versions of the service's API that have names. Any other `rawValue` is accepted too.
public enum ApiVersion: String, Sendable, CaseIterable {
    /// The first with the Teams user exchange.
    case v2022_06_01 = "2022-06-01"
    /// Adds the lifetime of tokens.
    case v2022_10_01 = "2022-10-01"
    /// Adds the scopes chat.join, chat.join.limited and voip.join. The default.
    case v2023_10_01 = "2023-10-01"
    /// Adds Teams Phone extensibility.
    case v2025_06_30 = "2025-06-30"
    /// The newest.
    case v2026_09_23 = "2026-09-23"
}

/// Previews of the service's API. Their operations must be enabled explicitly: they may change or end at any time.
public enum PreviewApiVersion: String, Sendable, CaseIterable {
    /// The Entra user exchange, custom ids, and reading an identity.
    case v2025_03_02Preview = "2025-03-02-preview"
}
