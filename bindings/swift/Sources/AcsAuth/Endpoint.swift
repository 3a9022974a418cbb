internal import AcsAuthNative

/// The address of an ACS resource.
public struct Endpoint: Sendable, Equatable, CustomStringConvertible {
    let native: AcsAuthNative.Endpoint
    /// "https://host" or "https://host:port", to which a request target is appended as it is.
    public let url: String

    init(_ endpoint: AcsAuthNative.Endpoint) {
        native = endpoint
        url = endpoint.url()
    }

    /// Reads an endpoint such as "https://contoso.communication.azure.com". Without a scheme it is https; http is taken
    /// for loopback only.
    public static func parse(_ text: String) throws(AcsAuthError) -> Endpoint {
        try calling { Endpoint(try AcsAuthNative.Endpoint(text: text)) }
    }

    /// As ``parse(_:)``, and takes http for any host: only where something else protects the connection.
    public static func parseAllowingInsecure(_ text: String) throws(AcsAuthError) -> Endpoint {
        try calling { Endpoint(try AcsAuthNative.Endpoint.parseAllowingInsecure(text: text)) }
    }

    public static func == (one: Endpoint, other: Endpoint) -> Bool {
        one.url == other.url
    }

    public var description: String { url }
}

/// An access key, ready to sign with. It cannot be read back.
public struct AccessKey: Sendable, Redacted {
    let native: AcsAuthNative.AccessKey

    init(_ key: AcsAuthNative.AccessKey) {
        native = key
    }

    /// Reads a key as the Azure portal shows it: standard base64 with its padding.
    public init(_ text: String) throws(AcsAuthError) {
        native = try calling { try AcsAuthNative.AccessKey(text: text) }
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}

/// A connection string in its parts.
public struct ConnectionString: Sendable, Redacted {
    /// Where the resource answers.
    public let endpoint: Endpoint
    /// The key that its requests are signed with.
    public let accessKey: AccessKey

    private init(_ parsed: AcsAuthNative.ConnectionString) {
        endpoint = Endpoint(parsed.endpoint())
        accessKey = AccessKey(parsed.accessKey())
    }

    /// Reads a connection string: its parts in any order, the case of their names ignored.
    public static func parse(_ text: String) throws(AcsAuthError) -> ConnectionString {
        try calling { ConnectionString(try AcsAuthNative.ConnectionString(text: text)) }
    }

    /// As ``parse(_:)``, and takes http for any host.
    public static func parseAllowingInsecure(_ text: String) throws(AcsAuthError) -> ConnectionString {
        try calling { ConnectionString(try AcsAuthNative.ConnectionString.parseAllowingInsecure(text: text)) }
    }

    var shown: KeyValuePairs<String, Any> { ["endpoint": endpoint] }
}
