internal import AcsAuthNative
import Foundation

/// How to treat a Teams token that the token check rejects.
public enum TokenCheck: Sendable, CaseIterable {
    /// The token is not checked.
    case off
    /// The token is sent. If the service rejects it, a warning is logged and the error's reason includes what the check
    /// found.
    case warn
    /// The token is rejected and not sent.
    case enforce

    var native: AcsAuthNative.TokenCheck {
        switch self {
        case .off: .off
        case .warn: .warn
        case .enforce: .enforce
        }
    }
}

/// The proxy for requests. It prints without the URL, which may contain a password.
public enum Proxy: Sendable, Equatable, Redacted {
    /// The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback.
    case environment
    /// No proxy.
    case direct
    /// The proxy at this URL, which may contain a user and a password.
    case url(String)

    var native: AcsAuthNative.Proxy {
        switch self {
        case .environment: .environment
        case .direct: .direct
        case .url(let url): .url(url: url)
        }
    }

    var shown: KeyValuePairs<String, Any> {
        switch self {
        case .environment: ["kind": "environment"]
        case .direct: ["kind": "direct"]
        case .url: ["kind": "url"]
        }
    }
}

/// How failed requests are retried.
///
/// The backoff is a random time between zero and an upper bound, which doubles with each retry. If the service asks for a
/// wait (Retry-After and similar headers), that one is used instead.
public struct RetryPolicy: Sendable, Equatable {
    /// How often a request is sent at most, including the first time. Default 3.
    public var maxAttempts: UInt32
    /// The upper bound of the first backoff. Default 50 ms.
    public var baseDelay: Duration
    /// The upper bound of the first backoff after a 429. Default 1 s.
    public var throttledDelay: Duration
    /// The upper bound of every computed backoff. Default 20 s.
    public var maxDelay: Duration
    /// The timeout of one attempt; the last one gets all the time left. Default 3 s.
    public var attemptTimeout: Duration

    /// Creates a policy. The defaults apply to what is omitted.
    public init(
        maxAttempts: UInt32 = 3, baseDelay: Duration = .milliseconds(50), throttledDelay: Duration = .seconds(1),
        maxDelay: Duration = .seconds(20), attemptTimeout: Duration = .seconds(3)
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelay = baseDelay
        self.throttledDelay = throttledDelay
        self.maxDelay = maxDelay
        self.attemptTimeout = attemptTimeout
    }

    func native() throws(AcsAuthError) -> AcsAuthNative.RetryPolicy {
        .init(
            maxAttempts: maxAttempts, baseDelayMs: try baseDelay.milliseconds("baseDelay"),
            throttledDelayMs: try throttledDelay.milliseconds("throttledDelay"),
            maxDelayMs: try maxDelay.milliseconds("maxDelay"),
            attemptTimeoutMs: try attemptTimeout.milliseconds("attemptTimeout"))
    }
}

/// The options of a client. `nil` means the default. It prints without keys and certificates.
public struct ClientOptions: Sendable, Redacted {
    /// The cloud whose names the token check expects in tokens. Default: the endpoint's cloud.
    public var cloud: Cloud?
    /// The api-version of all operations, such as one of ``ApiVersion``. Default ``defaultApiVersion``; operations of
    /// Teams Phone extensibility use at least ``teamsExtensionApiVersion``.
    public var apiVersion: String?
    /// A name to prepend to the User-Agent, at most 24 characters. Default: none.
    public var applicationId: String?
    /// A text to prepend to the User-Agent, before `applicationId`: visible ASCII of any length, with spaces inside.
    /// Default: none.
    public var userAgent: String?
    /// Headers to add to every request; a name may occur more than once. The signature doesn't cover them. "content-type"
    /// and "accept" replace the library's, and "user-agent" replaces the library's whole value. Signed headers,
    /// credentials, "x-ms-client-request-id", and headers that describe the body or the connection are rejected when the
    /// client is created.
    public var headers: [Header]
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    public var rootCertificatesPem: Data?
    /// A client certificate for a gateway that asks for one: the chain and its private key in PEM form.
    public var clientIdentityPem: Data?
    /// The proxy for requests to the service. Default: the environment's proxy.
    public var proxy: Proxy?
    /// How to treat a Teams token that the token check rejects. Default: warn.
    public var tokenCheck: TokenCheck?
    /// Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default: no.
    public var allowInsecureEndpoint: Bool
    /// How failed requests are retried. Default: up to 3 attempts.
    public var retryPolicy: RetryPolicy?
    /// The deadline of a call, including all its attempts. Default 10 s.
    public var timeout: Duration?
    /// The timeout for opening a connection, including TLS. Default 5 s.
    public var connectTimeout: Duration?
    /// Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays one call.
    public var http2: Bool
    /// Replaces the library's HTTP stack; the connection options then have no effect. Default: none.
    public var transport: Transport?
    /// The resource's other access key: tried when the key in use is rejected, and then preferred until it is rejected
    /// in turn. Default: none.
    public var secondaryAccessKey: String?
    /// Allows the operations that exist only in this preview of the API. Default: none, so they fail without being
    /// sent.
    public var preview: PreviewApiVersion?

    /// Creates options. The defaults apply to what is omitted.
    public init(
        cloud: Cloud? = nil, apiVersion: String? = nil, applicationId: String? = nil, userAgent: String? = nil,
        headers: [Header] = [], rootCertificatesPem: Data? = nil, clientIdentityPem: Data? = nil, proxy: Proxy? = nil,
        tokenCheck: TokenCheck? = nil, allowInsecureEndpoint: Bool = false, retryPolicy: RetryPolicy? = nil,
        timeout: Duration? = nil, connectTimeout: Duration? = nil, http2: Bool = false, transport: Transport? = nil,
        secondaryAccessKey: String? = nil, preview: PreviewApiVersion? = nil
    ) {
        self.cloud = cloud
        self.apiVersion = apiVersion
        self.applicationId = applicationId
        self.userAgent = userAgent
        self.headers = headers
        self.rootCertificatesPem = rootCertificatesPem
        self.clientIdentityPem = clientIdentityPem
        self.proxy = proxy
        self.tokenCheck = tokenCheck
        self.allowInsecureEndpoint = allowInsecureEndpoint
        self.retryPolicy = retryPolicy
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.secondaryAccessKey = secondaryAccessKey
        self.http2 = http2
        self.transport = transport
        self.preview = preview
    }

    var shown: KeyValuePairs<String, Any> {
        [
            "apiVersion": apiVersion as Any, "applicationId": applicationId as Any,
            "userAgent": userAgent as Any, "headers": headers, "proxy": proxy as Any,
            "tokenCheck": tokenCheck as Any, "timeout": timeout as Any, "connectTimeout": connectTimeout as Any,
            "preview": preview as Any,
        ]
    }

    func native(
        connectionString: String? = nil, endpoint: String? = nil, accessKey: String? = nil
    ) throws(AcsAuthError) -> AcsAuthNative.ClientOptions {
        .init(
            connectionString: connectionString, endpoint: endpoint, accessKey: accessKey,
            secondaryAccessKey: secondaryAccessKey, cloud: cloud?.native,
            apiVersion: apiVersion, applicationId: applicationId, userAgent: userAgent,
            headers: headers.map(\.native), rootCertificatesPem: rootCertificatesPem,
            clientIdentityPem: clientIdentityPem, proxy: proxy?.native, tokenCheck: tokenCheck?.native,
            allowInsecureEndpoint: allowInsecureEndpoint, retryPolicy: try retryPolicy?.native(),
            timeoutMs: try timeout.milliseconds("timeout"),
            connectTimeoutMs: try connectTimeout.milliseconds("connectTimeout"), http2: http2,
            preview: preview?.rawValue)
    }
}
