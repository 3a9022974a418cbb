internal import AcsAuthNative
import Foundation

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
public let acsScope: String = AcsAuthNative.acsScope()

/// Your own source of bearer tokens, used instead of the access key, such as a managed identity.
///
/// The token needs a role on the ACS resource. It is cached until it expires, and renewed before that in the background;
/// concurrent calls share one request for it.
///
/// A call to the credential of a client or handler occupies a library thread. While two calls to a credential hang, it isn't
/// called again: requests for a token fail as timeouts at once. At most 16 calls to credentials and transports run at once in a
/// process. If all of them hang, a further one fails as a timeout after 5 seconds.
public protocol TokenCredential: Sendable {
    /// Returns a token for these scopes.
    ///
    /// It runs in its own task, which is cancelled after 60 s; calls that wait for the token still end by their deadlines. Of
    /// an error that isn't an ``AcsAuthError``, only the type is shown, since its text may contain a secret.
    func getToken(scopes: [String]) async throws -> AccessToken

    /// Like ``getToken(scopes:)``, for a credential that uses the options or decides when its token is renewed. The library
    /// calls this method; by default it calls ``getToken(scopes:)``.
    func getTokenInfo(scopes: [String], options: TokenRequestOptions) async throws -> AccessTokenInfo
}

extension TokenCredential {
    /// Calls ``getToken(scopes:)`` and ignores the options.
    public func getTokenInfo(scopes: [String], options: TokenRequestOptions) async throws -> AccessTokenInfo {
        let token = try await getToken(scopes: scopes)
        return AccessTokenInfo(token: token.token, expiresOn: token.expiresOn)
    }
}

/// What a token must satisfy besides its scopes.
public struct TokenRequestOptions: Sendable, Equatable {
    /// The claims of a challenge from the service, as JSON. Pass them on to Entra, and don't return a cached token.
    public let claims: String?

    /// Creates options with these claims.
    public init(claims: String? = nil) {
        self.claims = claims
    }
}

/// A token that a ``TokenCredential`` returns. It prints without the token.
public struct AccessTokenInfo: Sendable, Equatable, Redacted {
    /// The token itself. Don't log it.
    public let token: String
    /// When it expires, rounded down to seconds.
    public let expiresOn: Date
    /// When to renew it. Default: 5 minutes before it expires, or after half its lifetime if that is shorter.
    public let refreshOn: Date?

    /// Creates a token.
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

/// Lets the native library call the host's credential, on a library thread that is blocked while the credential's task runs.
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

/// The native library gives up a renewal of a token after this time.
let longestRenewal = Duration.seconds(60)

/// Runs the host's code that returns a token, and converts its errors. Of one that isn't an ``AcsAuthError``, only the type
/// is shown.
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
    /// The error for the host's code that returned no token in time.
    static func late(_ name: String, _ bound: Duration) -> AcsAuthError {
        AcsAuthError(kind: .timeout, reason: "The \(name) returned no token within \(bound).", target: "credential")
    }
}
