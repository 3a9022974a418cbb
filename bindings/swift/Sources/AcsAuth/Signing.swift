internal import AcsAuthNative
import Foundation

/// A request to sign with ``signRequest(_:key:now:)``. It prints without the body.
public struct SignableRequest: Sendable, Equatable, Redacted {
    /// The method, case-insensitive.
    public var method: String
    /// The absolute URL. Its path and query are signed unchanged.
    public var url: String
    /// The body's bytes; empty if there is none.
    public var body: Data

    /// Creates a request to sign.
    public init(method: String, url: String, body: Data = .init()) {
        self.method = method
        self.url = url
        self.body = body
    }

    var shown: KeyValuePairs<String, Any> { ["method": method, "url": url] }
}

/// The headers that sign a request, and what was signed. It prints without the signature, which can be replayed for some
/// minutes.
public struct SignedHeaders: Sendable, Equatable, Redacted {
    /// The value of the header x-ms-date: the time in RFC 1123 form, in GMT.
    public let xMsDate: String
    /// The value of the header x-ms-content-sha256: the body's SHA-256 in base64.
    public let xMsContentSha256: String
    /// The value of the header authorization.
    public let authorization: String
    /// The value that the Host header must have. HTTP libraries set it from the URL.
    public let host: String
    /// The request target to send: path and query, with percent-encoding unchanged.
    public let target: String
    /// The text that was signed, for comparing it with what the service expects. It contains no secret.
    public let stringToSign: String

    /// The three headers to add to the request.
    public var headers: [Header] {
        [
            Header("x-ms-date", xMsDate), Header("x-ms-content-sha256", xMsContentSha256),
            Header("authorization", authorization),
        ]
    }

    var shown: KeyValuePairs<String, Any> {
        ["xMsDate": xMsDate, "xMsContentSha256": xMsContentSha256, "host": host, "target": target]
    }
}

/// Returns the headers that sign a request with an access key at this time. The request isn't changed.
///
/// A bare "?" at the end of the URL is not signed and must not be sent. Sign again for each attempt: the service rejects
/// an old date. Throws `invalidArgument` if the method or the URL is invalid; `target` names it.
public func signRequest(
    _ request: SignableRequest, key: AccessKey, now: Date = .now
) throws(AcsAuthError) -> SignedHeaders {
    let now = try now.unixSeconds("now")
    let signed = try calling {
        try AcsAuthNative.signRequest(
            request: .init(method: request.method, url: request.url, body: request.body), key: key.native, now: now)
    }
    return SignedHeaders(
        xMsDate: signed.xMsDate, xMsContentSha256: signed.xMsContentSha256, authorization: signed.authorization,
        host: signed.host, target: signed.target, stringToSign: signed.stringToSign)
}
