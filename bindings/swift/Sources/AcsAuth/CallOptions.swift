/// The options of a single call; what is left out is the client's. It prints without the headers' values.
public struct CallOptions: Sendable {
    /// The call's deadline: how long it may take with all its attempts.
    public var timeout: Duration?
    /// The x-ms-client-request-id to send: 1 to 128 visible ASCII characters. Default: a random UUID.
    public var clientRequestId: String?
    /// Headers to add to the request; they replace those of the client of the same names. As ``ClientOptions/headers``.
    public var headers: [Header]
    /// A text that is put in front of the client's User-Agent.
    public var userAgent: String?
    /// How often the request is sent at most, the first time included.
    public var maxAttempts: UInt32?
    /// How long one attempt may take at most; the last has all the time left.
    public var attemptTimeout: Duration?
    /// Called with the response of the call, whether the call succeeds or throws, before it does so and in the same task. It
    /// is not called where the last attempt got no response.
    public var onResponse: (@Sendable (CallResponse) -> Void)?

    /// The client's options, but for those that are given.
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

/// The response of a call's last attempt, for successes and error responses alike. The body isn't part of it: it may hold a
/// token, and is the call's result. It prints without the headers' values.
public struct CallResponse: Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// The headers, their names in lower case.
    public let headers: [Header]
    /// The x-ms-client-request-id that all attempts sent.
    public let clientRequestId: String
    /// How many attempts the call made.
    public let attempts: Int

    /// The first value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }
}
