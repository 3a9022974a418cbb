internal import AcsAuthNative
import Foundation

/// What went wrong, as a program needs to know it. The numbers are the same in every language and never change.
public enum ErrorKind: Int32, Sendable, CaseIterable, CustomStringConvertible {
    /// An argument of the call cannot be used; nothing was sent, and `target` names the argument.
    case invalidArgument = 1
    /// The connection string or endpoint cannot be used; `target` names the part.
    case invalidConnectionString = 2
    /// The library's own look at the user's Entra token found it unfit; nothing was sent and `code` names the check.
    case entraTokenInvalid = 3
    /// The service rejected the user's Entra token.
    case entraTokenRejected = 4
    /// The service rejected the request as invalid; `target` names the field.
    case validationFailed = 5
    /// The service rejected the back end's own credential, or the credential gave no token.
    case credentialDenied = 6
    /// The service does not know the identity.
    case notFound = 7
    /// The service throttled the call, or the limit of an exchanger did.
    case throttled = 8
    /// The service answered with another error.
    case serviceError = 9
    /// No answer came: the name, the connection, TLS or the proxy failed.
    case transportError = 10
    /// The deadline passed before an answer came.
    case timeout = 11
    /// The task was cancelled, or the library shut down.
    case cancelled = 12
    /// An answer came that is not one of this service: a redirect, an oversize or a malformed body.
    case unexpectedResponse = 13
    /// The caller of a back end sent no valid bearer token.
    case unauthorized = 14
    /// The caller of a back end may not do this.
    case forbidden = 15
    /// A bug of the library, or a system that gives no threads or descriptors.
    case `internal` = 99

    /// The name that every language's documentation uses: "EntraTokenRejected".
    public var name: String {
        errorKindName(kind: native)
    }

    /// The stable number, which is also the status code of the C ABI.
    public var value: Int32 { rawValue }

    public var description: String { name }

    init(_ kind: AcsAuthNative.ErrorKind) {
        // A test holds both to the same numbers.
        self = ErrorKind(rawValue: kind.rawValue) ?? .internal
    }

    var native: AcsAuthNative.ErrorKind {
        AcsAuthNative.ErrorKind(rawValue: rawValue) ?? .internal
    }
}

/// A call that failed, and everything that is known of it. It holds no key and no token.
public struct AcsAuthError: Error, Sendable, Equatable {
    /// What went wrong.
    public var kind: ErrorKind
    /// What happened and what to do, for a person.
    public var reason: String
    /// The HTTP status, when an answer came.
    public var status: Int?
    /// The service's error code, such as "ValidationError", or the token check that failed.
    public var code: String?
    /// The field, argument or part that the error is about. The service's casing varies: compare without case.
    public var target: String?
    /// How long the service asked to wait before the next try.
    public var retryAfter: Duration?
    /// The x-ms-client-request-id of the request, the same on all its attempts.
    public var clientRequestId: String?
    /// The service's MS-CV correlation vector, which Microsoft's support asks for.
    public var msCv: String?

    /// Makes an error: for a ``TokenCredential`` of one's own, or a test.
    public init(
        kind: ErrorKind, reason: String, status: Int? = nil, code: String? = nil, target: String? = nil,
        retryAfter: Duration? = nil, clientRequestId: String? = nil, msCv: String? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.status = status
        self.code = code
        self.target = target
        self.retryAfter = retryAfter
        self.clientRequestId = clientRequestId
        self.msCv = msCv
    }

    static func invalid(_ target: String, _ reason: String) -> AcsAuthError {
        AcsAuthError(kind: .invalidArgument, reason: reason, target: target)
    }

    init(_ error: any Error) {
        switch error {
        case let error as AcsAuthError:
            self = error
        case AcsAuthNative.AcsAuthError.Failure(
            let kind, let status, let code, let target, let reason, let retryAfterMs, let clientRequestId, let msCv):
            self.init(
                kind: ErrorKind(kind), reason: reason, status: status.map(Int.init), code: code, target: target,
                retryAfter: retryAfterMs.map(Duration.init(ms:)), clientRequestId: clientRequestId, msCv: msCv)
        default:
            // What a panic says may hold anything.
            self.init(kind: .internal, reason: "The library failed in a way that it should not. The log says where.")
        }
    }

    var native: AcsAuthNative.AcsAuthError {
        .Failure(
            kind: kind.native, status: status.map(UInt16.init(clamping:)), code: code, target: target, reason: reason,
            retryAfterMs: retryAfter?.inMilliseconds,
            clientRequestId: clientRequestId, msCv: msCv)
    }
}

extension AcsAuthError: CustomStringConvertible, CustomDebugStringConvertible, LocalizedError {
    /// "Throttled (429 TooManyRequests): Too many requests. [retry after 1.5s, MS-CV …]".
    public var description: String {
        let answer = [status.map(String.init), code].compactMap { $0 }.joined(separator: " ")
        let wait = retryAfter.map { String(format: "%g", Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18) }
        let notes = [
            target.map { "target \($0)" }, wait.map { "retry after \($0)s" },
            clientRequestId.map { "client request id \($0)" }, msCv.map { "MS-CV \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        return "\(kind.name)\(answer.isEmpty ? "" : " (\(answer))"): \(reason)\(notes.isEmpty ? "" : " [\(notes)]")"
    }

    public var debugDescription: String { description }

    public var errorDescription: String? { description }
}
