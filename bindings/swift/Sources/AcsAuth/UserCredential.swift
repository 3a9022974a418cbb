internal import acsFFI
import Foundation

/// Owns a user's credential of the C ABI.
final class UserCredential: Sendable {
    private let address: UInt

    private init(_ credential: OpaquePointer?) {
        address = UInt(bitPattern: credential)
    }

    deinit {
        acs_user_credential_free(pointer)
    }

    private var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }

    func start() throws(AcsAuthError) {
        var error: OpaquePointer?
        guard acs_user_credential_start(pointer, &error) == ACS_STATUS_OK else { throw AcsAuthError(taking: error) }
    }

    func close() {
        acs_user_credential_close(pointer)
    }

    /// Creates a credential. If it has a source, `requests` answers the library's requests for tokens.
    static func make(
        _ arguments: UserCredentialArguments, _ source: TokenSource? = nil, _ requests: TokenRequests? = nil
    ) throws(AcsAuthError) -> LibraryObject<UserCredential> {
        var (credential, error): (OpaquePointer?, OpaquePointer?)
        let status = arguments.withOptions { options in
            guard let source, let requests else { return acs_user_credential_new(&options, &credential, &error) }
            return requests.withPointer { tokens in
                source.withHandles(tokens, &options) { acs_user_credential_new(&$0, &credential, &error) }
            }
        }
        guard status == ACS_STATUS_OK else { throw AcsAuthError(taking: error) }
        let made = UserCredential(credential)
        return LibraryObject(made, handle: UInt64(made.address))
    }
}

extension TokenSource {
    /// Sets the options for the source of tokens and for what exchanges them, valid during the call of `body`.
    fileprivate func withHandles(
        _ tokens: UnsafePointer<acs_token_credential>, _ options: inout acs_user_credential_options,
        _ body: (inout acs_user_credential_options) -> acs_status
    ) -> acs_status {
        switch self {
        case .refresher:
            options.refresher = tokens
            return body(&options)
        case .entra(_, .client(let client, _)):
            options.entra_credential = tokens
            return client.object.withHandle {
                options.client = $0
                return body(&options)
            }
        case .entra(_, .exchanger(let exchanger, _, _)):
            options.entra_credential = tokens
            return exchanger.object.withHandle {
                options.exchanger = $0
                return body(&options)
            }
        }
    }
}

/// The options of a user's credential that are texts and numbers, validated.
struct UserCredentialArguments {
    private let tokenExpiresOn: Int64
    private var refreshProactively = Int64(ACS_DEFAULT)
    private var refreshTimeBeforeExpiryS = Int64(ACS_DEFAULT)
    private var timeoutMs = Int64(ACS_DEFAULT)
    /// The token, the client id, the user's object id, and the scopes.
    private let texts: TextList

    /// The options of a single token.
    init(token: String, expiresOn: Date?) throws(AcsAuthError) {
        tokenExpiresOn = try Self.seconds(expiresOn, "expiresOn")
        texts = try TextList([("token", token), ("client_id", nil), ("user_object_id", nil)])
    }

    init(_ options: CommunicationTokenRefreshOptions) throws(AcsAuthError) {
        tokenExpiresOn = try Self.seconds(options.initialTokenExpiresOn, "initialTokenExpiresOn")
        refreshProactively = options.refreshProactively ? 1 : 0
        refreshTimeBeforeExpiryS = number(try options.refreshTimeBeforeExpiry.wholeSeconds("refreshTimeBeforeExpiry"))
        timeoutMs = number(try options.timeout.milliseconds("timeout"))
        var (scopes, ids): ([String], (client: String, user: String)?) = ([], nil)
        switch options.source {
        case .refresher: break
        case .entra(_, .client(_, let given)): scopes = given
        case .entra(_, .exchanger(_, let clientId, let userObjectId)): ids = (clientId, userObjectId)
        }
        texts = try TextList(
            [("token", options.initialToken), ("client_id", ids?.client), ("user_object_id", ids?.user)]
                + scopes.map { ("scopes", $0) })
    }

    /// Returns the seconds since 1970. A time before 1970 throws: it would be taken for ACS_DEFAULT.
    private static func seconds(_ time: Date?, _ name: String) throws(AcsAuthError) -> Int64 {
        guard let time else { return Int64(ACS_DEFAULT) }
        let seconds = try time.unixSeconds(name)
        guard seconds >= 0 else { throw .invalid(name, "\(name) is before 1970.") }
        return seconds
    }

    /// Passes the options as an acs_user_credential_options, valid during the call of `body`.
    fileprivate func withOptions(_ body: (inout acs_user_credential_options) -> acs_status) -> acs_status {
        var options = acs_user_credential_options()
        acs_user_credential_options_init(&options, MemoryLayout<acs_user_credential_options>.size)
        options.token_expires_on = tokenExpiresOn
        options.refresh_proactively = refreshProactively
        options.refresh_time_before_expiry_s = refreshTimeBeforeExpiryS
        options.timeout_ms = timeoutMs
        return texts.withPointers { texts in
            (options.token, options.client_id, options.user_object_id) = (texts[0], texts[1], texts[2])
            return Array(texts.dropFirst(3)).withUnsafeBufferPointer { scopes in
                (options.scopes, options.scope_count) = (scopes.baseAddress, scopes.count)
                return body(&options)
            }
        }
    }
}
