internal import AcsAuthNative
import Foundation

/// What values are sealed with (AES-256-GCM) before they leave the process. It cannot be read back.
public struct SealingKey: Sendable, Redacted {
    let native: AcsAuthNative.SealingKey

    private init(_ key: AcsAuthNative.SealingKey) {
        native = key
    }

    /// Reads 32 random bytes in standard base64, such as "openssl rand -base64 32" prints.
    public static func fromBase64(_ text: String) throws(AcsAuthError) -> SealingKey {
        try calling { SealingKey(try AcsAuthNative.SealingKey(text: text)) }
    }

    var shown: KeyValuePairs<String, Any> { [:] }
}

/// The Redis that several processes share a cache and a limiter in: one server, a cluster or a primary
/// that sentinels watch, version 6.0 or later; `nil` is as usual.
/// It prints without the URL and the password.
///
/// Values are sealed whatever the connection is, but a password goes over redis:// in clear text: use rediss:// where the
/// network is not your own.
public struct RedisOptions: Sendable, Redacted {
    /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of "redis" means TLS. It may
    /// hold a user and a password, percent-encoded. With "?auth=entra" the password is a token of the client's token
    /// credential.
    public var url: String
    /// What values are sealed with, the same in all processes.
    public var sealingKey: SealingKey
    /// The former key, while what was sealed with it is still to be read.
    public var previousSealingKey: SealingKey?
    /// The user, unless the URL has one.
    public var username: String?
    /// The password, unless the URL has one.
    public var password: String?
    /// What all key and channel names begin with: letters, digits, ".", "_", "-" and ":", at most 64. Default "acs-auth".
    public var keyPrefix: String?
    /// More certificate authorities to trust, each in PEM form.
    public var rootCertificatesPem: [Data] = []
    /// How long any single use of Redis may take. Default 50 ms.
    public var timeout: Duration?
    /// How long making a connection may take in the background. Default 1 s.
    public var connectTimeout: Duration?
    /// After this many failures in a row it is left alone for a while. Default 3.
    public var breakerMaxFailures: UInt32?
    /// How long Redis is left alone first when it fails; doubled at each further failure. Default 200 ms.
    public var breakerResetTimeout: Duration?
    /// How long it is left alone at most. Default 5 s.
    public var breakerMaxResetTimeout: Duration?

    /// The usual options for a server.
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
