/// Options of a single call. The client's apply to those that are omitted. It prints without the headers' values.
public struct CallOptions: Sendable {
    /// The call's deadline, including all its attempts.
    public var timeout: Duration?
    /// The x-ms-client-request-id to send: 1 to 128 visible ASCII characters. Default: a random UUID.
    public var clientRequestId: String?
    /// Headers to add to the request; they replace the client's of the same names. As ``ClientOptions/headers``.
    public var headers: [Header]
    /// A text to prepend to the client's User-Agent.
    public var userAgent: String?
    /// How often the request is sent at most, the first time included.
    public var maxAttempts: UInt32?
    /// The timeout of one attempt; the last one gets all the time left.
    public var attemptTimeout: Duration?
    /// Called with the response of the call, whether the call succeeds or throws, before it does so and in the same
    /// task. It is not called if the last attempt got no response.
    public var onResponse: (@Sendable (CallResponse) -> Void)?

    /// The client's options, except for those that are passed.
    public init(
        timeout: Duration? = nil, clientRequestId: String? = nil, headers: [Header] = [], userAgent: String? = nil,
        maxAttempts: UInt32? = nil, attemptTimeout: Duration? = nil, onResponse: (@Sendable (CallResponse) -> Void)? = nil
    ) {
        self.timeout = timeout
        self.clientRequestId = clientRequestId
        self.headers = headers
        self.userAgent = userAgent
        self.maxAttempts = maxAttempts
        self.attemptTimeout = attemptTimeout
        self.onResponse = onResponse
    }
}

/// The response of a call's last attempt, for successes and error responses alike. It doesn't include the body, which
/// may contain a token and is the call's result. It prints without the headers' values.
public struct CallResponse: Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// The headers, their names in lower case.
    public let headers: [Header]
    /// The x-ms-client-request-id that all attempts sent.
    public let clientRequestId: String
    /// The number of attempts of the call.
    public let attempts: Int

    /// Returns the first value of a header; the name is case-insensitive.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }
}
