internal import AcsAuthNative
import Foundation

/// The application id of ACS in Entra, which tokens for the exchange are made for.
public let acsResourceAppId: String = AcsAuthNative.acsResourceAppId()

/// What a token should be. GUIDs are compared without case.
public struct Expectations: Sendable, Equatable {
    /// The application that signed the user in; `nil`: not compared.
    public var clientId: String?
    /// The user's object id; `nil`: not compared.
    public var userObjectId: String?
    /// The user's tenant; `nil`, "organizations" and "common" mean any.
    public var tenantId: String?
    /// The audiences that will do; none means any.
    public var audiences: [String]
    /// The permissions that must all be there, by their short names.
    public var scopes: [String]
    /// The resource that the permissions belong to, to say what MSAL is to be asked for.
    public var resource: String
    /// More than this must be left until the token expires.
    public var minRemaining: Duration

    /// What the Teams user exchange wants: both Teams permissions, and more than ten minutes left.
    public static func teamsUser(cloud: Cloud = .public) -> Expectations {
        .init(expectationsTeamsUser(cloud: cloud.native))
    }

    /// What the Teams extension exchange wants: TeamsExtension.ManageCalls, and more than ten minutes left.
    public static func teamsExtension(cloud: Cloud = .public) -> Expectations {
        .init(expectationsTeamsExtension(cloud: cloud.native))
    }

    /// What the Entra user exchange wants: a token for https://communication.azure.com/clients, and more than ten minutes left.
    public static func entraUser() -> Expectations {
        .init(expectationsEntraUser())
    }

    private init(_ expected: AcsAuthNative.Expectations) {
        clientId = expected.clientId
        userObjectId = expected.userObjectId
        tenantId = expected.tenantId
        audiences = expected.audiences
        scopes = expected.scopes
        resource = expected.resource
        minRemaining = .seconds(Int64(clamping: expected.minRemainingS))
    }

    fileprivate func native() throws(AcsAuthError) -> AcsAuthNative.Expectations {
        .init(
            clientId: clientId, userObjectId: userObjectId, tenantId: tenantId, audiences: audiences, scopes: scopes,
            resource: resource, minRemainingS: try minRemaining.wholeSeconds("minRemaining"))
    }
}

/// One check of an inspection; they are made in this order. The raw value is also the code of an error of the token check.
public enum CheckName: String, Sendable, CaseIterable {
    /// It is a signed JWT that can be read.
    case shape
    /// It is made for ACS.
    case audience
    /// It holds the permissions, given by a user.
    case scopes
    /// It was issued to the application of the client id.
    case app
    /// It is of the user with the object id.
    case user
    /// It is of the tenant, and of one that ACS takes.
    case tenant
    /// It is valid, for long enough.
    case expiry
}

/// How a check ended.
public enum Outcome: Sendable, CaseIterable {
    /// Nothing to object to.
    case passed
    /// The service is likely to reject the token, or it is of little use.
    case failed
    /// There was nothing to compare with.
    case notChecked
}

/// One check and how it ended.
public struct Check: Sendable, Equatable {
    /// Which check.
    public let name: CheckName
    /// How it ended.
    public let outcome: Outcome
    /// What was found, what was expected and what to do, for a person.
    public let explanation: String

    fileprivate init(_ check: AcsAuthNative.Check) {
        name =
            switch check.name {
            case .shape: .shape
            case .audience: .audience
            case .scopes: .scopes
            case .app: .app
            case .user: .user
            case .tenant: .tenant
            case .expiry: .expiry
            }
        outcome =
            switch check.outcome {
            case .passed: .passed
            case .failed: .failed
            case .notChecked: .notChecked
            }
        explanation = check.explanation
    }
}

/// What a token says of itself, for display: believed by no one.
public struct UnverifiedClaims: Sendable, Equatable {
    /// The claim tid: the user's tenant.
    public let tenantId: String?
    /// The claim oid: the user.
    public let objectId: String?
    /// The claim appid or azp: the application that it was issued to.
    public let appId: String?
    /// The claim aud: the resource that it is made for.
    public let audience: String?
    /// The claim scp: the permissions.
    public let scopes: [String]
    /// The claim ver: "1.0" or "2.0".
    public let version: String?
    /// The claim iat, in seconds since 1970. It may be any number, so it is not made a date.
    public let issuedAt: Int64?
    /// The claim exp, in seconds since 1970. It may be any number, so it is not made a date.
    public let expiresAt: Int64?
    /// Whether it stands for an application and no user.
    public let appOnly: Bool

    fileprivate init(_ claims: AcsAuthNative.UnverifiedClaims) {
        tenantId = claims.tenantId
        objectId = claims.objectId
        appId = claims.appId
        audience = claims.audience
        scopes = claims.scopes
        version = claims.version
        issuedAt = claims.issuedAt
        expiresAt = claims.expiresAt
        appOnly = claims.appOnly
    }
}

/// What was found in a token. It holds neither the token nor its signature.
public struct Inspection: Sendable, Equatable {
    /// Every check, in their order.
    public let checks: [Check]
    /// What the token says of itself.
    public let claims: UnverifiedClaims
    /// The first check that failed.
    public let firstFailure: Check?
    /// Whether no check failed.
    public let isOk: Bool
}

/// Reads a user's Entra token without trusting it and tells, check by check, what the service would object to. Any text
/// will do as a token.
///
/// Nothing here verifies a signature: whatever passes can still be forged. Use it to explain and to save calls, never to
/// let anyone in.
public func inspect(
    token: String, expected: Expectations = .teamsUser(), now: Date = .now
) throws(AcsAuthError) -> Inspection {
    let (expected, now) = (try expected.native(), try now.unixSeconds("now"))
    let found = try calling { try AcsAuthNative.inspect(token: token, expected: expected, now: now) }
    return Inspection(
        checks: found.checks.map(Check.init), claims: UnverifiedClaims(found.claims),
        firstFailure: found.firstFailure.map(Check.init), isOk: found.isOk)
}
