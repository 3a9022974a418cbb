internal import AcsAuthNative

/// The names of one cloud.
public struct Cloud: Sendable, Hashable {
    /// Where users sign in.
    public var authority: String
    /// The issuer of version 1 tokens, with "{tenantid}" for the tenant.
    public var issuerV1: String
    /// The issuer of version 2 tokens, with "{tenantid}" for the tenant.
    public var issuerV2: String
    /// The suffix of ACS resources' host names.
    public var acsSuffix: String
    /// The resource that Teams permissions belong to.
    public var teamsResource: String
    /// The prefixes of Teams users' raw ids.
    public var teamsUserPrefixes: [String]

    /// The public cloud.
    public static var `public`: Cloud { .init(cloudPublic()) }
    /// The cloud of the government of the United States.
    public static var usGovernment: Cloud { .init(cloudUsGovernment()) }
    /// The cloud in China.
    public static var china: Cloud { .init(cloudChina()) }

    /// The public cloud's names with another authority, such as an emulator's.
    public static func custom(authority: String) -> Cloud {
        .init(cloudCustom(authority: authority))
    }

    /// Returns the full name of a Teams permission, as it is requested from MSAL.
    public func teamsScope(_ permission: String) -> String {
        cloudTeamsScope(cloud: native, permission: permission)
    }

    init(_ cloud: AcsAuthNative.Cloud) {
        authority = cloud.authority
        issuerV1 = cloud.issuerV1
        issuerV2 = cloud.issuerV2
        acsSuffix = cloud.acsSuffix
        teamsResource = cloud.teamsResource
        teamsUserPrefixes = cloud.teamsUserPrefixes
    }

    var native: AcsAuthNative.Cloud {
        .init(
            authority: authority, issuerV1: issuerV1, issuerV2: issuerV2, acsSuffix: acsSuffix,
            teamsResource: teamsResource, teamsUserPrefixes: teamsUserPrefixes)
    }
}
