internal import AcsAuthNative
import Foundation

/// An ACS identity.
public struct CommunicationUserIdentifier: Sendable, Hashable {
    /// Its raw id, such as "8:acs:…".
    public let id: String

    /// An identity by its raw id.
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
    /// The token itself. Its format is not promised by the service. Do not log it.
    public let token: String
    /// When it stops working, in whole seconds.
    public let expiresOn: Date

    /// A token, such as a ``TokenCredential`` gives.
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

/// What an access token may be used for. The list is open: a scope of the future is `CommunicationTokenScope(rawValue:)`
/// or a literal.
public struct CommunicationTokenScope: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name that the service knows it by.
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
