internal import AcsAuthNative
import Foundation

/// The kind of an error, for a program to act on. The numbers are the same in every language and never change.
public enum ErrorKind: Int32, Sendable, CaseIterable, CustomStringConvertible {
    /// An argument or option is invalid; nothing was sent, and `target` names it.
    case invalidArgument = 1
    /// The connection string, endpoint or access key is invalid; `target` names the part.
    case invalidConnectionString = 2
    /// The library's token check rejected the user's Entra token; nothing was sent and `code` names the check.
    case entraTokenInvalid = 3
    /// The service rejected the user's Entra token.
    case entraTokenRejected = 4
    /// The service rejected the request as invalid; `target` names the field.
    case validationFailed = 5
    /// The service rejected your credential (access key or bearer token), or your ``TokenCredential`` returned no token.
    case credentialDenied = 6
    /// The identity or the assignment doesn't exist.
    case notFound = 7
    /// The service throttled the call, or an exchanger's limit did.
    case throttled = 8
    /// The service returned another error.
    case serviceError = 9
    /// No response was received: DNS, the connection, TLS or the proxy failed.
    case transportError = 10
    /// The deadline passed before a response was received.
    case timeout = 11
    /// The task was cancelled, the token credential was closed, or the library shut down.
    case cancelled = 12
    /// The response isn't one that this service sends: a redirect, a body that is too large, or a malformed one.
    case unexpectedResponse = 13
    /// A back end's caller sent no valid bearer token.
    case unauthorized = 14
    /// A back end's caller isn't allowed to do this.
    case forbidden = 15
    /// A bug in the library, or the system can't provide threads or descriptors.
    case `internal` = 99

    /// The name that all languages share, such as "EntraTokenRejected".
    public var name: String {
        errorKindName(kind: native)
    }

    /// The stable number, which is also the status code of the C ABI.
    public var value: Int32 { rawValue }

    public var description: String { name }

    init(_ kind: AcsAuthNative.ErrorKind) {
        // Both have the same numbers.
        self = ErrorKind(rawValue: kind.rawValue) ?? .internal
    }

    var native: AcsAuthNative.ErrorKind {
        AcsAuthNative.ErrorKind(rawValue: rawValue) ?? .internal
    }
}

/// A failed call, and everything that is known about it. It contains no key and no token.
public struct AcsAuthError: Error, Sendable, Equatable {
    /// What went wrong.
    public var kind: ErrorKind
    /// What happened and what to do, as text for a person.
    public var reason: String
    /// The HTTP status, if a response was received.
    public var status: Int?
    /// The service's error code, such as "ValidationError", or the failed token check.
    public var code: String?
    /// The argument, option or field that the error is about. The service's casing varies: compare case-insensitively.
    public var target: String?
    /// How long to wait before the next call, if the service or a limit asks for it.
    public var retryAfter: Duration?
    /// The x-ms-client-request-id of the request, the same for all its attempts.
    public var clientRequestId: String?
    /// The service's MS-CV correlation vector, which Microsoft's support asks for.
    public var msCv: String?

    /// Creates an error, for your own ``TokenCredential`` or a test.
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
            // The text of a panic may contain anything, also a secret.
            self.init(kind: .internal, reason: "The library failed unexpectedly. The log has the source location.")
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
    /// Everything that is known: "Throttled (429 TooManyRequests): Too many requests. [retry after 1.5s, MS-CV …]".
    public var description: String {
        let answer = [status.map(String.init), code].compactMap { $0 }.joined(separator: " ")
        let wait = retryAfter.map { String(format: "%g", Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18) }
        // "limit must be at least 2." in place of "It must be at least 2. [target limit]".
        let named = reason.hasPrefix("It ") ? target.map { "\($0) \(reason.dropFirst(3))" } : nil
        let notes = [
            named == nil ? target.map { "target \($0)" } : nil, wait.map { "retry after \($0)s" },
            clientRequestId.map { "client request id \($0)" }, msCv.map { "MS-CV \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        return "\(kind.name)\(answer.isEmpty ? "" : " (\(answer))"): \(named ?? reason)\(notes.isEmpty ? "" : " [\(notes)]")"
    }

    public var debugDescription: String { description }

    public var errorDescription: String? { description }
}
