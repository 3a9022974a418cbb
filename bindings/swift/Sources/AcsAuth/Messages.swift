internal import AcsAuthNative
import Foundation

/// A header of an HTTP message. Names are case-insensitive. It prints without the value.
public struct Header: Sendable, Hashable, Redacted {
    /// The name.
    public var name: String
    /// The value.
    public var value: String

    /// Creates a header.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    init(_ header: AcsAuthNative.Header) {
        self.init(header.name, header.value)
    }

    var native: AcsAuthNative.Header { .init(name: name, value: value) }

    var shown: KeyValuePairs<String, Any> { ["name": name] }
}

extension [Header] {
    /// Returns the first value of a header, or `nil` if there is none; the name is case-insensitive.
    func value(of name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An HTTP request, as received by a server. It prints without path, body and values of headers, which may be tokens.
public struct Request: Sendable, Equatable, Redacted {
    /// The method, as sent: "GET".
    public var method: String
    /// The path as sent, not decoded, with or without the query: "/api/token/teams".
    public var path: String
    /// All headers, with names in any case. A header that was sent twice is in the list twice.
    public var headers: [Header]
    /// The body; no route reads it.
    public var body: Data

    /// Creates a request.
    public init(method: String, path: String, headers: [Header] = [], body: Data = .init()) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }

    var shown: KeyValuePairs<String, Any> { ["headers": headers] }
}

/// An HTTP response, to be sent unchanged; the server adds Content-Length and Date. It prints without the body and the
/// values of headers. If an exchange succeeded, the body contains the ACS token.
public struct Response: Sendable, Equatable, Redacted {
    /// The HTTP status.
    public var status: Int
    /// The headers, their names in lower case.
    public var headers: [Header]
    /// The body.
    public var body: Data

    /// Returns the first value of a header, or `nil` if there is none; the name is case-insensitive.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }

    var shown: KeyValuePairs<String, Any> { ["status": status, "headers": headers] }
}
