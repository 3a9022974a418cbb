internal import AcsAuthNative
import Foundation

/// An HTTP stack in place of the library's: a company's own, or in a test a closure that answers in process, so that nothing
/// reaches the network.
///
/// The library still signs, retries, and bounds the time: a transport sends one request once. The options of connections
/// (proxy, certificates, connect timeout, HTTP/2) are then its own matter. It sends the URL byte for byte, adds Host and
/// Content-Length by itself, follows no redirect, decompresses the body if it asked for compression, and logs neither headers
/// nor bodies.
public struct Transport: Sendable {
    private let sending: @Sendable (TransportRequest) async throws -> TransportResponse

    /// A transport that sends requests by this closure.
    ///
    /// Any status is a response. A request that got none throws ``TransportFailure``; another error fails the attempt as
    /// `lost`, and the reason names its type alone. The task is cancelled when the attempt's time is up.
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
    /// The absolute URL, to be sent byte for byte: it is signed.
    public let url: String
    /// The headers, names in lower case. Host and Content-Length are the HTTP stack's to add; an empty POST brings its own
    /// "content-length: 0". A value may be a token or a signature.
    public let headers: [Header]
    /// The body; it may hold a token.
    public let body: Data
    /// How long the attempt may still take: a timeout for the HTTP stack. The library ends the attempt then by itself.
    public let timeout: Duration
    /// How many bytes the response's body may have; a larger one fails the attempt.
    public let maxResponseBytes: Int

    fileprivate init(_ request: AcsAuthNative.TransportRequest) {
        method = request.method
        url = request.url
        headers = request.headers.map(Header.init)
        body = request.body
        timeout = Duration(ms: request.timeoutMs)
        maxResponseBytes = Int(clamping: request.maxResponseBytes)
    }

    /// The first value of a header, whatever the case of its name.
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
    /// The headers as they came, without Content-Encoding if the body was decompressed.
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

/// What a retry may conclude from a request that got no usable response.
public enum FailureKind: Sendable, CaseIterable {
    /// Nothing was sent: the request is tried again, a create too.
    case notSent
    /// The connection broke after the request may have been sent: what cannot be repeated is not.
    case lost
    /// No response came in time after the request may have been sent.
    case timedOut
    /// The server asked for fewer requests by its protocol.
    case overloaded
    /// Another try would fail in the same way, as for an untrusted certificate.
    case refused
    /// What came is no HTTP response.
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

/// That a transport got no usable response.
public struct TransportFailure: Error, Sendable, Equatable {
    /// What a retry may conclude.
    public var kind: FailureKind
    /// What happened, for a person, without any secret.
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
