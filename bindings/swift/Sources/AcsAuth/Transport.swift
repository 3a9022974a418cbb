internal import AcsAuthNative
import Foundation

/// Your own HTTP stack instead of the library's: a company's own, or in a test a closure that responds in process, so that
/// nothing reaches the network.
///
/// The library still signs, retries and enforces the deadline: a transport sends one request once. The client's connection
/// options (proxy, certificates, connect timeout, HTTP/2) then have no effect. A transport must:
///
/// - send the URL byte for byte,
/// - add Host and Content-Length,
/// - follow no redirect,
/// - decompress the body if it asked for compression,
/// - log neither headers nor bodies.
///
/// At most 16 calls to transports and credentials run at once in a process. If all of them hang, a further attempt waits for a
/// thread, and fails as ``FailureKind/notSent`` if it times out meanwhile.
public struct Transport: Sendable {
    private let sending: @Sendable (TransportRequest) async throws -> TransportResponse

    /// Creates a transport that sends requests with this closure.
    ///
    /// Return a response whatever its status. If there is none, throw a ``TransportFailure``; any other error fails the
    /// attempt as ``FailureKind/lost``, and only its type is shown. The closure's task is cancelled when the attempt times
    /// out.
    public init(_ send: @escaping @Sendable (TransportRequest) async throws -> TransportResponse) {
        sending = send
    }

    /// Sends a request once.
    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        try await sending(request)
    }
}

/// A request for a transport to send. It prints without the body and the values of its headers.
public struct TransportRequest: Sendable, Equatable, Redacted {
    /// The method: "POST", "GET" …
    public let method: String
    /// The absolute URL. Send it byte for byte: it is signed.
    public let url: String
    /// The headers, names in lower case. The HTTP stack adds Host and Content-Length; an empty POST has its own
    /// "content-length: 0". A value may be a token or a signature.
    public let headers: [Header]
    /// The body, which may contain a token.
    public let body: Data
    /// The time left for this attempt: use it as the HTTP stack's timeout. The library ends the attempt then in any case.
    public let timeout: Duration
    /// The largest accepted response body in bytes; a larger one fails the attempt.
    public let maxResponseBytes: Int

    fileprivate init(_ request: AcsAuthNative.TransportRequest) {
        method = request.method
        url = request.url
        headers = request.headers.map(Header.init)
        body = request.body
        timeout = Duration(ms: request.timeoutMs)
        maxResponseBytes = Int(clamping: request.maxResponseBytes)
    }

    /// Returns the first value of a header, or `nil` if there is none; the name is case-insensitive.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }

    var shown: KeyValuePairs<String, Any> {
        ["method": method, "url": url, "headers": headers, "timeout": timeout]
    }
}

/// A response that a transport returns. It prints without the body and the values of its headers.
public struct TransportResponse: Sendable, Equatable, Redacted {
    /// The HTTP status: 200 to 999.
    public var status: Int
    /// The headers as received, without Content-Encoding if the body was decompressed.
    public var headers: [Header]
    /// The whole body.
    public var body: Data

    /// Creates a response.
    public init(status: Int, headers: [Header] = [], body: Data = .init()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    fileprivate var native: AcsAuthNative.TransportAnswer {
        // Clamping keeps an invalid status invalid, so the library rejects it.
        .response(status: UInt16(clamping: status), headers: headers.map(\.native), body: body)
    }

    var shown: KeyValuePairs<String, Any> { ["status": status, "headers": headers] }
}

/// Why a request got no usable response, which decides whether it is retried.
public enum FailureKind: Sendable, CaseIterable {
    /// The service has not processed the request, for example because there was no connection. It is retried, even a create.
    case notSent
    /// The connection broke after the request may have been sent. It is retried unless it creates something.
    case lost
    /// The attempt timed out after the request may have been sent. It is retried unless it creates something.
    case timedOut
    /// The server asked for fewer requests at the protocol level. The request is retried later unless it creates something.
    case overloaded
    /// A retry would fail in the same way, as for an untrusted certificate. The request isn't retried.
    case refused
    /// The response is too large, or isn't HTTP. The request isn't retried.
    case unexpected

    fileprivate var native: AcsAuthNative.FailureKind {
        switch self {
        case .notSent: .notSent
        case .lost: .lost
        case .timedOut: .timedOut
        case .overloaded: .overloaded
        case .refused: .refused
        case .unexpected: .unexpected
        }
    }
}

/// The error that a transport throws if it received no usable response.
public struct TransportFailure: Error, Sendable, Equatable {
    /// The kind, which decides whether the request is retried.
    public var kind: FailureKind
    /// What happened, as text for a person. It appears in errors and logs, so it must not contain a secret.
    public var reason: String

    /// Creates a failure.
    public init(_ kind: FailureKind, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    fileprivate var native: AcsAuthNative.TransportAnswer { .failure(kind: kind.native, reason: reason) }
}

/// Lets the native library call the host's transport, on a library thread that is blocked while the transport's task runs.
final class TransportAdapter: AcsAuthNative.Transport {
    private let transport: Transport

    init(_ transport: Transport) {
        self.transport = transport
    }

    func send(request: AcsAuthNative.TransportRequest) throws -> AcsAuthNative.TransportAnswer {
        let request = TransportRequest(request)
        let answer = waited(atMost: request.timeout) { [transport] in
            do {
                return try await transport.send(request).native
            } catch let failure as TransportFailure {
                return failure.native
            } catch {
                return TransportFailure(.lost, reason: "the transport threw \(type(of: error))").native
            }
        }
        return answer ?? TransportFailure(.timedOut, reason: "the transport did not answer in time").native
    }
}
