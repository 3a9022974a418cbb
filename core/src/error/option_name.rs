//! The names of builders' options in errors.

macro_rules! option_names {
    ($($variant:ident = $name:literal,)+) => {
        /// An option of a builder. The handler uses it to name the setting that caused an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[cfg_attr(
            not(all(feature = "handler", feature = "redis")),
            allow(dead_code, reason = "each feature uses a part of it")
        )]
        pub(crate) enum OptionName {
            $($variant,)+
        }

        impl OptionName {
            /// The name, which is an error's `target`.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

option_names! {
    // Of the client.
    ConnectionString = "connection_string",
    Endpoint = "endpoint",
    AccessKey = "accesskey",
    Credential = "credential",
    SecondaryAccessKey = "secondary_access_key",
    ApiVersion = "api_version",
    Preview = "preview",
    ApplicationId = "application_id",
    UserAgent = "user_agent",
    Headers = "headers",
    RetryPolicy = "retry_policy",
    // Of connections.
    Proxy = "proxy",
    RootCertificatesPem = "root_certificates_pem",
    ClientIdentityPem = "client_identity_pem",
    Tls = "tls",
    // Of the exchanger.
    Timeout = "timeout",
    MaxTtl = "max_ttl",
    NegativeTtl = "negative_ttl",
    Limit = "limit",
    LimitBurst = "limit_burst",
    LimitWindow = "limit_window",
    CacheSecret = "cache_secret",
    RedisUrl = "redis_url",
    RedisUsername = "redis_username",
    RedisPassword = "redis_password",
    RedisKeyPrefix = "redis_key_prefix",
    RedisTimeout = "redis_timeout",
    RedisConnectTimeout = "redis_connect_timeout",
    RedisBreakerMaxFailures = "redis_breaker_max_failures",
    RedisBreakerResetTimeout = "redis_breaker_reset_timeout",
    RedisBreakerMaxResetTimeout = "redis_breaker_max_reset_timeout",
    // Of the verifier.
    TenantId = "tenant_id",
    Audience = "audience",
    AllowedClientId = "allowed_client_id",
    RequiredScope = "required_scope",
    ClockSkew = "clock_skew",
    MaxLifetime = "max_lifetime",
    Cloud = "cloud",
    // Of the identity mapping.
    ClientId = "client_id",
    ClientSecret = "client_secret",
    GraphScopes = "graph_scopes",
    GraphExtensionName = "graph_extension_name",
    GraphUrl = "graph_url",
    Authority = "authority",
}
