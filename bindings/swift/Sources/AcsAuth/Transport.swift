internal import AcsAuthNative
import Foundation

/// Your own HTTP stack instead of the library's: a company's own, or in a test a closure that answers in process, so
/// that nothing reaches the network.
///
/// The library still signs, retries, and bounds the time; a transport sends one request once. It ignores the connection
/// options (proxy, certificates, connect timeout, HTTP/2). It sends the URL byte for byte, adds Host and Content-Length
/// by itself, follows no redirect, decompresses the body if it asked for compression, and logs neither headers nor
/// bodies.
public struct Transport: Sendable {
    private let sending: @Sendable (TransportRequest) async throws -> TransportResponse

    /// Creates a transport that sends requests with this closure.
    ///
    /// Any status is a response. For a request that got none, throw ``TransportFailure``; another error fails the
    /// attempt as `lost`, and the reason names only its type. The task is cancelled when the attempt times out.
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
    /// How long the attempt may still take: a timeout for the HTTP stack. The library then ends the attempt by itself.
    public let timeout: Duration
    /// The maximum size of the response's body in bytes; a larger one fails the attempt.
    public let maxResponseBytes: Int

    fileprivate init(_ request: AcsAuthNative.TransportRequest) {
        method = request.method
        url = request.url
        headers = request.headers.map(Header.init)
        body = request.body
        timeout = Duration(ms: request.timeoutMs)
        maxResponseBytes = Int(clamping: request.maxResponseBytes)
    }

    /// Returns the first value of a header; the name is case-insensitive.
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

    /// A response.
    public init(status: Int, headers: [Header] = [], body: Data = .init()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    fileprivate var native: AcsAuthNative.TransportAnswer {
        // What is no status is none either after it is clamped.
        .response(status: UInt16(clamping: status), headers: headers.map(\.native), body: body)
    }

    var shown: KeyValuePairs<String, Any> { ["status": status, "headers": headers] }
}

/// Why a request got no usable response, which decides whether it is retried.
public enum FailureKind: Sendable, CaseIterable {
    /// Nothing was sent: the request is retried, even a create.
    case notSent
    /// The connection broke after the request may have been sent: requests that aren't idempotent are not retried.
    case lost
    /// No response was received in time after the request may have been sent.
    case timedOut
    /// The server asked for fewer requests at the protocol level.
    case overloaded
    /// A retry would fail in the same way, as for an untrusted certificate.
    case refused
    /// The response is not HTTP.
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

/// A failure of a transport: it got no usable response.
public struct TransportFailure: Error, Sendable, Equatable {
    /// The kind, which decides whether to retry.
    public var kind: FailureKind
    /// What happened, as text for a person, without any secret.
    public var reason: String

    /// A failure.
    public init(_ kind: FailureKind, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    fileprivate var native: AcsAuthNative.TransportAnswer { .failure(kind: kind.native, reason: reason) }
}

/// The library sends on a thread of its own, which may wait for a task.
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
