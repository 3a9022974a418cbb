internal import AcsAuthNative
import Foundation

/// A key with which values are encrypted (AES-256-GCM) before they are sent to Redis. It can't be read back.
public struct SealingKey: Sendable, Redacted {
    let native: AcsAuthNative.SealingKey

    private init(_ key: AcsAuthNative.SealingKey) {
        native = key
    }

    /// Creates a key from 32 random bytes in base64, as printed by `openssl rand -base64 32`.
    public static func fromBase64(_ text: String) throws(AcsAuthError) -> SealingKey {
        try calling { SealingKey(try AcsAuthNative.SealingKey(text: text)) }
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}

/// The Redis in which processes share their cache and limit: one server, a cluster or a primary monitored by sentinels,
/// version 6.0 or later. Members that are `nil` have their defaults. It prints without the URL and the password.
///
/// Values are always encrypted, but over redis:// the password is sent in clear text: use rediss:// if the network is not
/// your own. While Redis is unavailable, each process continues with its own cache and limit. After some failures in a row,
/// a breaker opens: Redis is then not used for a while.
public struct RedisOptions: Sendable, Redacted {
    /// The URL: "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]". "rediss" instead of "redis" means TLS. It may
    /// contain a user and a password, percent-encoded. With "?auth=entra", the password is a token of the client's token
    /// credential.
    public var url: String
    /// The key that values are encrypted with, the same in all processes.
    public var sealingKey: SealingKey
    /// The former key: values encrypted with it can still be read. Default: none.
    public var previousSealingKey: SealingKey?
    /// The user name, unless the URL has one.
    public var username: String?
    /// The password, unless the URL has one.
    public var password: String?
    /// The prefix of all key and channel names: at most 64 letters, digits, ".", "_", "-" and ":". Processes with the same
    /// prefix share entries and the limit. Default "acs-auth".
    public var keyPrefix: String?
    /// Certificate authorities to trust in addition to the system's, each in PEM form.
    public var rootCertificatesPem: [Data] = []
    /// The timeout of a command, including the wait for a connection. Default 50 ms.
    public var timeout: Duration?
    /// The timeout for opening a connection, including TLS and authentication. Default 1 s.
    public var connectTimeout: Duration?
    /// The number of consecutive failures after which the breaker opens. Default 3.
    public var breakerMaxFailures: UInt32?
    /// How long the breaker stays open at first; doubled at each further failure. Default 200 ms.
    public var breakerResetTimeout: Duration?
    /// How long the breaker stays open at most. Default 5 s.
    public var breakerMaxResetTimeout: Duration?

    /// Creates options with defaults for everything else.
    public init(url: String, sealingKey: SealingKey) {
        self.url = url
        self.sealingKey = sealingKey
    }

    var shown: KeyValuePairs<String, Any> { ["keyPrefix": keyPrefix as Any, "timeout": timeout as Any] }

    func native() throws(AcsAuthError) -> AcsAuthNative.RedisOptions {
        .init(
            url: url, sealingKey: sealingKey.native, previousSealingKey: previousSealingKey?.native,
            username: username, password: password, keyPrefix: keyPrefix, rootCertificatesPem: rootCertificatesPem,
            timeoutMs: try timeout.milliseconds("timeout"),
            connectTimeoutMs: try connectTimeout.milliseconds("connectTimeout"), breakerMaxFailures: breakerMaxFailures,
            breakerResetTimeoutMs: try breakerResetTimeout.milliseconds("breakerResetTimeout"),
            breakerMaxResetTimeoutMs: try breakerMaxResetTimeout.milliseconds("breakerMaxResetTimeout"))
    }
}
