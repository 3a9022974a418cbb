/// The options of a single call. The client's options apply to what is omitted. It prints without the headers' values.
public struct CallOptions: Sendable {
    /// The call's deadline, including all its attempts.
    public var timeout: Duration?
    /// The x-ms-client-request-id to send: 1 to 128 visible ASCII characters. Default: a random UUID.
    public var clientRequestId: String?
    /// Headers to add to the request; they replace the client's headers with the same names. Some cannot be set: see
    /// ``ClientOptions/headers``.
    public var headers: [Header]
    /// A text to prepend to the client's User-Agent. Default: none.
    public var userAgent: String?
    /// How often the request is sent at most, including the first time.
    public var maxAttempts: UInt32?
    /// The timeout of one attempt; the last one gets all the time left.
    public var attemptTimeout: Duration?
    /// Receives the response of the call's last attempt, in the same task and before the call returns or throws. It isn't
    /// called if that attempt got no response.
    public var onResponse: (@Sendable (CallResponse) -> Void)?

    /// Creates options. The client's options apply to what is omitted.
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

/// The response to a call's last attempt, whether it is a success or an error. It doesn't have the body, which may contain
/// a token. It prints without the headers' values.
public struct CallResponse: Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// The headers, their names in lower case.
    public let headers: [Header]
    /// The x-ms-client-request-id that all attempts sent.
    public let clientRequestId: String
    /// The number of attempts of the call.
    public let attempts: Int

    /// Returns the first value of a header, or `nil` if there is none; the name is case-insensitive.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }
}
