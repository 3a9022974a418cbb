internal import AcsAuthNative
import Foundation

/// The application id of ACS in Entra: an audience of tokens that can be exchanged.
public let acsResourceAppId: String = AcsAuthNative.acsResourceAppId()

/// The expected properties of a user's Entra token. GUIDs are compared case-insensitively.
public struct Expectations: Sendable, Equatable {
    /// The client id of the application that signed the user in; `nil`: not compared.
    public var clientId: String?
    /// The user's object id; `nil`: not compared.
    public var userObjectId: String?
    /// The user's tenant; `nil`, "organizations" and "common" mean any.
    public var tenantId: String?
    /// The accepted audiences; an empty list accepts any.
    public var audiences: [String]
    /// The permissions that the token must have, all of them, by their short names such as "Teams.ManageCalls".
    public var scopes: [String]
    /// The resource that the permissions belong to, for the advice on what to request from MSAL.
    public var resource: String
    /// The minimum remaining lifetime: the token must have more than this left.
    public var minRemaining: Duration

    /// Returns the expectations of the Teams user exchange: both Teams permissions, and more than ten minutes left.
    public static func teamsUser(cloud: Cloud = .public) -> Expectations {
        .init(expectationsTeamsUser(cloud: cloud.native))
    }

    /// Returns the expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten minutes
    /// left.
    public static func teamsExtension(cloud: Cloud = .public) -> Expectations {
        .init(expectationsTeamsExtension(cloud: cloud.native))
    }

    /// Returns the expectations of the Entra user exchange: a token for https://communication.azure.com/clients, and
    /// more than ten minutes left.
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

/// A check of an inspection. Checks are made in this order. The raw value is also the `code` of the kind
/// ``ErrorKind/entraTokenInvalid``.
public enum CheckName: String, Sendable, CaseIterable {
    /// The token is a readable signed JWT. If it is encrypted or opaque, no check is made: ACS decides.
    case shape
    /// The token is for ACS.
    case audience
    /// The token has the permissions, consented to by a user.
    case scopes
    /// The token was issued to the application with the expected client id.
    case app
    /// The token belongs to the user with the expected object id.
    case user
    /// The token is from the expected tenant, and from one that ACS accepts.
    case tenant
    /// The token is valid, and for long enough.
    case expiry
}

/// The outcome of a check.
public enum Outcome: Sendable, CaseIterable {
    /// Nothing is wrong.
    case passed
    /// The service is likely to reject the token, or the token is of little use.
    case failed
    /// There was nothing to compare the token with.
    case notChecked
}

/// A check and its outcome.
public struct Check: Sendable, Equatable {
    /// The check's name.
    public let name: CheckName
    /// Its outcome.
    public let outcome: Outcome
    /// What was found, what was expected and what to do, as text for a person.
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

/// A token's claims, for display: they are not verified.
public struct UnverifiedClaims: Sendable, Equatable {
    /// The claim tid: the user's tenant.
    public let tenantId: String?
    /// The claim oid: the user.
    public let objectId: String?
    /// The claim appid or azp: the application that the token was issued to.
    public let appId: String?
    /// The claim aud: the resource that the token is for.
    public let audience: String?
    /// The claim scp: the permissions.
    public let scopes: [String]
    /// The claim ver: "1.0" or "2.0".
    public let version: String?
    /// The claim iat, in seconds since 1970. It isn't a `Date`, since it may be any number.
    public let issuedAt: Int64?
    /// The claim exp, in seconds since 1970. It isn't a `Date`, since it may be any number.
    public let expiresAt: Int64?
    /// Whether the token belongs to an application and not to a user.
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

/// The result of ``inspect(token:expected:now:)``. It contains neither the token nor its signature.
public struct Inspection: Sendable, Equatable {
    /// All checks, in order.
    public let checks: [Check]
    /// The token's claims, which are not verified.
    public let claims: UnverifiedClaims
    /// The first check that failed; `nil` if none did.
    public let firstFailure: Check?
    /// Whether no check failed.
    public let isOk: Bool
}

/// Inspects a user's Entra token without trusting it, and reports check by check what the service would reject. Any
/// text is accepted as a token.
///
/// No signature is verified here: a token that passes can still be forged. Use it to explain errors and to save calls,
/// never to authorize anyone.
public func inspect(
    token: String, expected: Expectations = .teamsUser(), now: Date = .now
) throws(AcsAuthError) -> Inspection {
    let (expected, now) = (try expected.native(), try now.unixSeconds("now"))
    let found = try calling { try AcsAuthNative.inspect(token: token, expected: expected, now: now) }
    return Inspection(
        checks: found.checks.map(Check.init), claims: UnverifiedClaims(found.claims),
        firstFailure: found.firstFailure.map(Check.init), isOk: found.isOk)
}
