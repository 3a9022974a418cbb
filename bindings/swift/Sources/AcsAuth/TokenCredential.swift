internal import AcsAuthNative
import Foundation

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
public let acsScope: String = AcsAuthNative.acsScope()

/// A source of bearer tokens for the back end itself, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is cached until shortly before it expires; concurrent calls share one
/// request for it.
public protocol TokenCredential: Sendable {
    /// Returns a token for these scopes. The calls waiting for it end at their deadlines all the same; after a minute
    /// its task is cancelled. What it throws other than ``AcsAuthError`` is shown only by its type, since its text may
    /// contain anything.
    func getToken(scopes: [String]) async throws -> AccessToken

    /// Like ``getToken(scopes:)``, for a credential that uses the options and knows when to renew its token. The
    /// library calls this method; by default it calls ``getToken(scopes:)``.
    func getTokenInfo(scopes: [String], options: TokenRequestOptions) async throws -> AccessTokenInfo
}

extension TokenCredential {
    /// Calls ``getToken(scopes:)``, and the options are ignored.
    public func getTokenInfo(scopes: [String], options: TokenRequestOptions) async throws -> AccessTokenInfo {
        let token = try await getToken(scopes: scopes)
        return AccessTokenInfo(token: token.token, expiresOn: token.expiresOn)
    }
}

/// What a token must satisfy in addition to its scopes.
public struct TokenRequestOptions: Sendable, Equatable {
    /// The claims of a challenge from the service, as JSON. Pass them on to Entra, and don't return a cached token.
    public let claims: String?

    /// Creates options with these claims.
    public init(claims: String? = nil) {
        self.claims = claims
    }
}

/// A token of a ``TokenCredential``. It prints without the token.
public struct AccessTokenInfo: Sendable, Equatable, Redacted {
    /// The token itself. Don't log it.
    public let token: String
    /// When it expires, in whole seconds.
    public let expiresOn: Date
    /// When to renew it. Default: 5 minutes before it expires, or after half its lifetime if that is shorter.
    public let refreshOn: Date?

    /// A token.
    public init(token: String, expiresOn: Date, refreshOn: Date? = nil) {
        self.token = token
        self.expiresOn = expiresOn
        self.refreshOn = refreshOn
    }

    var shown: KeyValuePairs<String, Any> { ["expiresOn": expiresOn, "refreshOn": refreshOn as Any] }

    func native() throws(AcsAuthError) -> AcsAuthNative.AccessTokenInfo {
        .init(
            token: token, expiresOn: try expiresOn.unixSeconds("expiresOn"),
            refreshOn: try refreshOn?.unixSeconds("refreshOn"))
    }
}

/// The library asks on a thread of its own, which may wait for a task.
final class CredentialAdapter: AcsAuthNative.TokenCredential {
    private let credential: any TokenCredential

    init(_ credential: any TokenCredential) {
        self.credential = credential
    }

    func getTokenInfo(
        scopes: [String], options: AcsAuthNative.TokenRequestOptions
    ) throws -> AcsAuthNative.AccessTokenInfo {
        let options = TokenRequestOptions(claims: options.claims)
        let token = waited(atMost: longestRenewal) { [credential] in
            await outcome(of: "credential") { try await credential.getTokenInfo(scopes: scopes, options: options).native() }
        }
        let late = AcsAuthError.late("credential", longestRenewal)
        do throws(AcsAuthError) {
            return try (token ?? .failure(late)).get()
        } catch {
            throw error.native
        }
    }
}

/// When the library gives up a renewal of a token.
let longestRenewal = Duration.seconds(60)

/// What the program's code returns when the library asks it for a token. Of an error that isn't the library's, only
/// the type is shown.
func outcome<T>(of name: String, _ work: @Sendable () async throws -> T) async -> Result<T, AcsAuthError> {
    do {
        return .success(try await work())
    } catch let error as AcsAuthError {
        return .failure(error)
    } catch {
        let reason = "The \(name) threw \(type(of: error)) when it was asked for a token."
        return .failure(AcsAuthError(kind: .credentialDenied, reason: reason, target: "credential"))
    }
}

extension AcsAuthError {
    /// That the program's code gave no token in time.
    static func late(_ name: String, _ bound: Duration) -> AcsAuthError {
        AcsAuthError(kind: .timeout, reason: "The \(name) gave no token within \(bound).", target: "credential")
    }
}
