internal import AcsAuthNative

/// A participant in chats and calls. Identifiers are equal if their raw ids are equal, whatever their kinds.
public enum CommunicationIdentifier: Sendable, Hashable {
    /// A user of ACS.
    case communicationUser(CommunicationUserIdentifier)
    /// A phone number.
    case phoneNumber(PhoneNumberIdentifier)
    /// A user of Microsoft Teams, or an anonymous visitor.
    case microsoftTeamsUser(MicrosoftTeamsUserIdentifier)
    /// An application of Microsoft Teams, such as a bot.
    case microsoftTeamsApp(MicrosoftTeamsAppIdentifier)
    /// A Teams user who calls through an ACS resource (Teams Phone extensibility).
    case teamsExtensionUser(TeamsExtensionUserIdentifier)
    /// An identifier of a kind that this version doesn't know. A later version may have a case for it.
    case unknown(UnknownIdentifier)

    /// Parses a raw id. Any text is accepted: one of unknown form becomes an unknown identifier.
    public static func fromRawId(_ rawId: String) -> CommunicationIdentifier {
        switch identifierFromRawId(rawId: rawId) {
        case .communicationUser(let user): .communicationUser(.init(user))
        case .phoneNumber(let phone): .phoneNumber(.init(phone))
        case .microsoftTeamsUser(let user): .microsoftTeamsUser(.init(user))
        case .microsoftTeamsApp(let app): .microsoftTeamsApp(.init(app))
        case .teamsExtensionUser(let user): .teamsExtensionUser(.init(user))
        case .unknown(let unknown): .unknown(.init(rawId: unknown.rawId))
        }
    }

    /// The raw id, which represents the participant in requests. Store it, and parse it again with ``fromRawId(_:)``.
    public var rawId: String {
        switch self {
        case .communicationUser(let user): user.id
        case .phoneNumber(let phone): phone.rawId
        case .microsoftTeamsUser(let user): user.rawId
        case .microsoftTeamsApp(let app): app.rawId
        case .teamsExtensionUser(let user): user.rawId
        case .unknown(let unknown): unknown.rawId
        }
    }

    /// The kind of the participant.
    public var kind: CommunicationIdentifierKind {
        switch self {
        case .communicationUser: .communicationUser
        case .phoneNumber: .phoneNumber
        case .microsoftTeamsUser: .microsoftTeamsUser
        case .microsoftTeamsApp: .microsoftTeamsApp
        case .teamsExtensionUser: .teamsExtensionUser
        case .unknown: .unknown
        }
    }

    /// Compares the raw ids.
    public static func == (one: CommunicationIdentifier, other: CommunicationIdentifier) -> Bool {
        one.rawId == other.rawId
    }

    /// Hashes the raw id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawId)
    }
}

/// The kind of an identifier. Don't rely on `unknown`, since a later version may have a case for such a kind: compare raw
/// ids instead.
public enum CommunicationIdentifierKind: Sendable, CaseIterable {
    /// A user of ACS.
    case communicationUser
    /// A phone number.
    case phoneNumber
    /// A user of Microsoft Teams, or an anonymous visitor.
    case microsoftTeamsUser
    /// An application of Microsoft Teams, such as a bot.
    case microsoftTeamsApp
    /// A Teams user who calls through an ACS resource (Teams Phone extensibility).
    case teamsExtensionUser
    /// A kind that this version doesn't know.
    case unknown
}

/// The cloud that an identifier belongs to.
public enum CommunicationCloudEnvironment: Sendable, CaseIterable {
    /// The public cloud.
    case `public`
    /// The cloud of the US Department of Defense.
    case dod
    /// The cloud of the US government (GCC High).
    case gcch

    fileprivate init(_ cloud: AcsAuthNative.CommunicationCloudEnvironment) {
        self =
            switch cloud {
            case .public: .public
            case .dod: .dod
            case .gcch: .gcch
            }
    }

    fileprivate var native: AcsAuthNative.CommunicationCloudEnvironment {
        switch self {
        case .public: .public
        case .dod: .dod
        case .gcch: .gcch
        }
    }
}

/// A phone number.
public struct PhoneNumberIdentifier: Sendable, Hashable {
    /// The number, with the asserted id if there is one.
    public let phoneNumber: String
    /// Distinguishes calls through the same number: the text after the raw id's last underscore, or `nil`.
    public let assertedId: String?
    /// Whether the caller hides the number: the raw id is "4:anonymous".
    public let isAnonymous: Bool
    /// The raw id.
    public let rawId: String

    /// Creates an identifier from a number in E.164 form, such as "+14255550123". It is not checked, and no plus is added.
    /// `rawId` is used instead of "4:" and the number.
    public init(_ phoneNumber: String, rawId: String? = nil) {
        self.init(phoneNumberIdentifier(phoneNumber: phoneNumber, rawId: rawId))
    }

    fileprivate init(_ phone: AcsAuthNative.PhoneNumberIdentifier) {
        phoneNumber = phone.phoneNumber
        assertedId = phone.assertedId
        isAnonymous = phone.isAnonymous
        rawId = phone.rawId
    }

    /// Compares the raw ids.
    public static func == (one: PhoneNumberIdentifier, other: PhoneNumberIdentifier) -> Bool {
        one.rawId == other.rawId
    }

    /// Hashes the raw id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawId)
    }
}

/// A user of Microsoft Teams, or an anonymous visitor to a meeting.
public struct MicrosoftTeamsUserIdentifier: Sendable, Hashable {
    /// The user's object id, or the visitor's id.
    public let userId: String
    /// Whether this is a visitor who did not sign in.
    public let isAnonymous: Bool
    /// The user's cloud. A visitor's raw id names none: it is parsed as the public cloud.
    public let cloud: CommunicationCloudEnvironment
    /// The raw id.
    public let rawId: String

    /// Creates an identifier from a user's object id in Entra, or from the id that Teams assigned to a visitor. Nothing
    /// is checked. `rawId` is used instead of the one built from the other arguments.
    public init(
        userId: String, isAnonymous: Bool = false, cloud: CommunicationCloudEnvironment = .public, rawId: String? = nil
    ) {
        self.init(
            microsoftTeamsUserIdentifier(userId: userId, isAnonymous: isAnonymous, cloud: cloud.native, rawId: rawId))
    }

    fileprivate init(_ user: AcsAuthNative.MicrosoftTeamsUserIdentifier) {
        userId = user.userId
        isAnonymous = user.isAnonymous
        cloud = CommunicationCloudEnvironment(user.cloud)
        rawId = user.rawId
    }

    /// Compares the raw ids.
    public static func == (one: MicrosoftTeamsUserIdentifier, other: MicrosoftTeamsUserIdentifier) -> Bool {
        one.rawId == other.rawId
    }

    /// Hashes the raw id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawId)
    }
}

/// An application of Microsoft Teams, such as a bot.
public struct MicrosoftTeamsAppIdentifier: Sendable, Hashable {
    /// The application's id.
    public let appId: String
    /// The application's cloud.
    public let cloud: CommunicationCloudEnvironment
    /// The raw id.
    public let rawId: String

    /// Creates an identifier from an application's id. Nothing is checked. `rawId` is used instead of the one built from
    /// the other arguments.
    public init(appId: String, cloud: CommunicationCloudEnvironment = .public, rawId: String? = nil) {
        self.init(microsoftTeamsAppIdentifier(appId: appId, cloud: cloud.native, rawId: rawId))
    }

    fileprivate init(_ app: AcsAuthNative.MicrosoftTeamsAppIdentifier) {
        appId = app.appId
        cloud = CommunicationCloudEnvironment(app.cloud)
        rawId = app.rawId
    }

    /// Compares the raw ids.
    public static func == (one: MicrosoftTeamsAppIdentifier, other: MicrosoftTeamsAppIdentifier) -> Bool {
        one.rawId == other.rawId
    }

    /// Hashes the raw id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawId)
    }
}

/// A Teams user who calls through an ACS resource (Teams Phone extensibility).
public struct TeamsExtensionUserIdentifier: Sendable, Hashable {
    /// The user's object id.
    public let userId: String
    /// The user's tenant.
    public let tenantId: String
    /// The ACS resource's id.
    public let resourceId: String
    /// The cloud of the user and the resource.
    public let cloud: CommunicationCloudEnvironment
    /// The raw id.
    public let rawId: String

    /// Creates an identifier from the user's object id in Entra, the tenant and the ACS resource's id. Nothing is checked.
    /// `rawId` is used instead of the one built from the other arguments.
    public init(
        userId: String, tenantId: String, resourceId: String, cloud: CommunicationCloudEnvironment = .public,
        rawId: String? = nil
    ) {
        self.init(
            teamsExtensionUserIdentifier(
                userId: userId, tenantId: tenantId, resourceId: resourceId, cloud: cloud.native, rawId: rawId))
    }

    fileprivate init(_ user: AcsAuthNative.TeamsExtensionUserIdentifier) {
        userId = user.userId
        tenantId = user.tenantId
        resourceId = user.resourceId
        cloud = CommunicationCloudEnvironment(user.cloud)
        rawId = user.rawId
    }

    /// Compares the raw ids.
    public static func == (one: TeamsExtensionUserIdentifier, other: TeamsExtensionUserIdentifier) -> Bool {
        one.rawId == other.rawId
    }

    /// Hashes the raw id.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawId)
    }
}

/// An identifier of a kind that this version doesn't know.
public struct UnknownIdentifier: Sendable, Hashable {
    /// The raw id.
    public let rawId: String

    /// Creates an identifier from a raw id.
    public init(rawId: String) {
        self.rawId = rawId
    }
}
