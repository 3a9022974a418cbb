internal import AcsAuthNative

/// The endpoint of an ACS resource.
public struct Endpoint: Sendable, Equatable, CustomStringConvertible {
    let native: AcsAuthNative.Endpoint
    /// The endpoint's URL without a trailing slash: "https://host" or "https://host:port".
    public let url: String

    init(_ endpoint: AcsAuthNative.Endpoint) {
        native = endpoint
        url = endpoint.url()
    }

    /// Parses an endpoint such as "https://contoso.communication.azure.com". The scheme defaults to https; http is
    /// accepted for loopback only.
    public static func parse(_ text: String) throws(AcsAuthError) -> Endpoint {
        try calling { Endpoint(try AcsAuthNative.Endpoint(text: text)) }
    }

    /// Like ``parse(_:)``, but accepts http for any host: use it only if something else protects the connection.
    public static func parseAllowingInsecure(_ text: String) throws(AcsAuthError) -> Endpoint {
        try calling { Endpoint(try AcsAuthNative.Endpoint.parseAllowingInsecure(text: text)) }
    }

    public static func == (one: Endpoint, other: Endpoint) -> Bool {
        one.url == other.url
    }

    public var description: String { url }
}

/// The access key of an ACS resource. It can't be read back, and prints without the key.
public struct AccessKey: Sendable, Redacted {
    let native: AcsAuthNative.AccessKey

    init(_ key: AcsAuthNative.AccessKey) {
        native = key
    }

    /// Parses a key as the Azure portal shows it: standard base64 with padding.
    public init(_ text: String) throws(AcsAuthError) {
        native = try calling { try AcsAuthNative.AccessKey(text: text) }
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}

/// The connection string of an ACS resource, split into its parts. It prints without the key.
public struct ConnectionString: Sendable, Redacted {
    /// The resource's endpoint.
    public let endpoint: Endpoint
    /// The resource's access key.
    public let accessKey: AccessKey

    private init(_ parsed: AcsAuthNative.ConnectionString) {
        endpoint = Endpoint(parsed.endpoint())
        accessKey = AccessKey(parsed.accessKey())
    }

    /// Parses "endpoint=https://…;accesskey=…". The parts may be in any order, and their names in any case.
    public static func parse(_ text: String) throws(AcsAuthError) -> ConnectionString {
        try calling { ConnectionString(try AcsAuthNative.ConnectionString(text: text)) }
    }

    /// Like ``parse(_:)``, but accepts http for any host: use it only if something else protects the connection.
    public static func parseAllowingInsecure(_ text: String) throws(AcsAuthError) -> ConnectionString {
        try calling { ConnectionString(try AcsAuthNative.ConnectionString.parseAllowingInsecure(text: text)) }
    }

    var shown: KeyValuePairs<String, Any> { ["endpoint": endpoint] }
}
