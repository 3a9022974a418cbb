internal import AcsAuthNative
import Foundation

/// How to treat a Teams token that the token check rejects.
public enum TokenCheck: Sendable, CaseIterable {
    /// It is not checked.
    case off
    /// The service decides; when it rejects the token, a warning is logged and the error says what was found.
    case warn
    /// It is rejected and not sent.
    case enforce

    var native: AcsAuthNative.TokenCheck {
        switch self {
        case .off: .off
        case .warn: .warn
        case .enforce: .enforce
        }
    }
}

/// How the service is reached. It prints without the URL, which may hold a password.
public enum Proxy: Sendable, Equatable, Redacted {
    /// By the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback.
    case environment
    /// Without a proxy.
    case direct
    /// By this proxy.
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

/// How failed requests are tried again.
public struct RetryPolicy: Sendable, Equatable {
    /// How often a request is sent at most, the first time included.
    public var maxAttempts: UInt32
    /// The base of the wait before another try; doubled each time, and jittered.
    public var baseDelay: Duration
    /// The same where the service throttled the call.
    public var throttledDelay: Duration
    /// The longest such wait.
    public var maxDelay: Duration
    /// How long one attempt may take at most; the last has all the time left.
    public var attemptTimeout: Duration

    /// A policy; what is left out is as usual.
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

/// The options of a client; `nil` is as usual. It prints without keys and certificates.
public struct ClientOptions: Sendable, Redacted {
    /// The cloud whose names the token check expects in tokens. Default: the one that the endpoint belongs to.
    public var cloud: Cloud?
    /// The api-version of all operations, such as one of ``ApiVersion``. Default ``defaultApiVersion``; those of Teams Phone
    /// extensibility use at least ``teamsExtensionApiVersion``.
    public var apiVersion: String?
    /// A name that is put in front of the User-Agent, at most 24 characters. Default: none.
    public var applicationId: String?
    /// A text that is put in front of the User-Agent, and of `applicationId`: visible ASCII of any length, with blanks
    /// inside. Default: none.
    public var userAgent: String?
    /// Headers to add to every request; a name may come more than once. They are not signed. "content-type" and "accept"
    /// replace the library's, and "user-agent" the whole of it. Headers that are signed, hold credentials, or describe the
    /// body or the connection are rejected.
    public var headers: [Header]
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    public var rootCertificatesPem: Data?
    /// A certificate chain and its private key in PEM form, for a gateway that asks for one.
    public var clientIdentityPem: Data?
    /// Default: the environment's proxy.
    public var proxy: Proxy?
    /// Default: warn.
    public var tokenCheck: TokenCheck?
    /// Takes an http endpoint that is not loopback: users' tokens then go in clear text. Default: no.
    public var allowInsecureEndpoint: Bool
    /// How failed requests are tried again.
    public var retryPolicy: RetryPolicy?
    /// The deadline of a call with all its attempts. Default 10 s.
    public var timeout: Duration?
    /// How long making a connection may take, TLS included. Default 5 s.
    public var connectTimeout: Duration?
    /// Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays one call.
    public var http2: Bool
    /// Sends the requests in place of the library's HTTP stack. Default: none.
    public var transport: Transport?
    /// The resource's other access key: tried when the one in use is rejected, and then preferred until it is in turn.
    public var secondaryAccessKey: String?
    /// Allows the operations that only this preview of the API has. Default: none, so that they fail without being sent.
    public var preview: PreviewApiVersion?

    /// The usual options, but for those that are given.
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
