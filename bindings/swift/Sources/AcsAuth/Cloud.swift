internal import AcsAuthNative

/// The names of one of Microsoft's clouds: where users sign in, who issues their tokens, and the host names of ACS.
public struct Cloud: Sendable, Hashable {
    /// Where users sign in, such as "https://login.microsoftonline.com", without a trailing slash.
    public var authority: String
    /// The issuer of version 1 tokens, with "{tenantid}" for the tenant.
    public var issuerV1: String
    /// The issuer of version 2 tokens, with "{tenantid}" for the tenant.
    public var issuerV2: String
    /// The suffix of ACS resources' host names, such as ".communication.azure.com".
    public var acsSuffix: String
    /// The resource that Teams permissions belong to, such as "https://auth.msft.communication.azure.com".
    public var teamsResource: String
    /// The prefixes of Teams users' raw ids, such as "8:orgid:".
    public var teamsUserPrefixes: [String]

    /// The public cloud.
    public static var `public`: Cloud { .init(cloudPublic()) }
    /// The cloud of the US government. Unverified: its issuer of version 1 tokens.
    public static var usGovernment: Cloud { .init(cloudUsGovernment()) }
    /// The cloud in China. Unverified: everything but its authority.
    public static var china: Cloud { .init(cloudChina()) }

    /// Returns the public cloud with another authority, such as an emulator's, which also issues the tokens.
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
