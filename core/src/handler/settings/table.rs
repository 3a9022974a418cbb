//! The table of settings: type, names and description of each.
//!
//! From this table, macros generate the settings' keys and the builder's typed methods, and `make header`
//! generates `names.md` and the keywords for Python's type checkers.

use crate::error::OptionName;

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One text.
    Text,
    /// A list of texts: separated by commas or spaces in the environment, an array in TOML.
    List,
    /// A whole number that is not negative.
    Number,
    /// A number of milliseconds.
    Millis,
    /// `true` or `false`.
    Flag,
}

/// A setting and its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingName {
    /// The name in TOML; a dot stands for a table.
    pub toml: &'static str,
    /// The environment variables. The first one that is set is used. The first in the list is this
    /// library's own, the others are those of Microsoft's sample.
    pub environment: &'static [&'static str],
    /// The description, in Markdown.
    pub about: &'static str,
}

/// Each entry has the key, the type, the builder's method if it is generated, the name in TOML, the options
/// of the handler's parts that it sets, the variables, and the description. The options that no setting sets
/// precede the entries.
macro_rules! settings {
    (
        unset { $($unset:ident)+ }
        $(
            $key:ident $form:ident $($method:ident)? $toml:literal $(sets $($option:ident)|+)?
            [$($env:literal),+] $about:literal;
        )+
    ) => {
        /// A setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Key {
            $($key,)+
        }

        impl Key {
            pub(super) const ALL: &'static [Self] = &[$(Self::$key,)+];

            pub(super) const fn form(self) -> Form {
                match self {
                    $(Self::$key => Form::$form,)+
                }
            }

            /// The setting that sets this option of one of the handler's parts.
            pub(crate) const fn of_option(option: OptionName) -> Option<Self> {
                match option {
                    $($($(OptionName::$option)|+ => Some(Self::$key),)?)+
                    $(OptionName::$unset)|+ => None,
                }
            }

            pub(crate) const fn names(self) -> &'static SettingName {
                match self {
                    $(Self::$key => &SettingName { toml: $toml, environment: &[$($env),+], about: $about },)+
                }
            }
        }

        /// Generates the builder's typed methods with its macro `method`, for the settings that name one.
        macro_rules! typed_methods {
            () => {
                $($(method! { $form $method $key $toml $about })?)+
            };
        }
        pub(crate) use typed_methods;
    };
}
settings! {
    unset {
        Credential ApiVersion Preview ApplicationId UserAgent Headers Proxy ClientIdentityPem Tls MaxTtl NegativeTtl
        RedisConnectTimeout RedisBreakerMaxFailures RedisBreakerResetTimeout RedisBreakerMaxResetTimeout ClockSkew MaxLifetime GraphScopes
    }
    ConnectionString Text connection_string "connection_string" sets ConnectionString | AccessKey
        ["ACS_AUTH_CONNECTION_STRING", "communicationServices_connectionString", "CommunicationServices__ConnectionString"]
        "The connection string of the ACS resource. Secret.";
    AccessKeySecondary Text secondary_access_key "secondary_access_key" sets SecondaryAccessKey
        ["ACS_AUTH_SECONDARY_ACCESS_KEY"]
        "The resource's other access key. It is tried when the connection string's key is rejected, and then preferred until \
         it is rejected in turn. Secret.";
    Endpoint Text endpoint "endpoint" sets Endpoint ["ACS_AUTH_ENDPOINT"]
        "The endpoint of the ACS resource instead of a connection string, for a token credential that the program sets.";
    AllowInsecureEndpoint Flag allow_insecure_endpoint "allow_insecure_endpoint"
        ["ACS_AUTH_ALLOW_INSECURE_ENDPOINT"]
        "Accepts an `http` endpoint that is not loopback. Default `false`.";
    ApiClientId Text api_client_id "api_client_id" sets ClientId
        ["ACS_AUTH_API_CLIENT_ID", "azureActiveDirectory_clientId", "AzureActiveDirectory__ClientId"]
        "The client id of this API's own registration.";
    Audiences List audiences "audiences" sets Audience ["ACS_AUTH_AUDIENCES"]
        "The audiences of bearer tokens. Default: `api_client_id` and `api://` followed by it.";
    TenantIds List tenant_ids "tenant_ids" sets TenantId
        ["ACS_AUTH_TENANT_IDS", "azureActiveDirectory_tenantId", "AzureActiveDirectory__TenantId"]
        "The tenants (GUIDs) whose users may call.";
    RequiredScope Text required_scope "required_scope" sets RequiredScope ["ACS_AUTH_REQUIRED_SCOPE"]
        "The permission that a bearer token must have. Default `access_as_user`.";
    AllowedClientIds List allowed_client_ids "allowed_client_ids" sets AllowedClientId
        ["ACS_AUTH_ALLOWED_CLIENT_IDS"]
        "The client ids of the applications that may call. Default: `teams_client_ids`.";
    TeamsClientIds List teams_client_ids "teams_client_ids" ["ACS_AUTH_TEAMS_CLIENT_IDS"]
        "The client ids of the applications that users' Teams tokens are issued to: the pages or apps that sign them in.";
    TeamsExtension Flag teams_extension "teams_extension" ["ACS_AUTH_TEAMS_EXTENSION"]
        "Serves `/api/token/teams-extension`, the exchange of Teams Phone extensibility. Default `false`.";
    Cloud Text "cloud" ["ACS_AUTH_CLOUD"]
        "`public`, `us_government` or `china`. Default: the endpoint's.";
    Authority Text authority "authority" sets Cloud | Authority
        ["ACS_AUTH_AUTHORITY", "AzureActiveDirectory__Instance"]
        "The address of Entra ID instead of the cloud's: `https://login.microsoftonline.com`, or an emulator.";
    CorsOrigins List cors_origins "cors_origins" ["ACS_AUTH_CORS_ORIGINS"]
        "The origins whose pages may call: `https://calls.contoso.example`. Default: none.";
    TimeoutMs Millis timeout "timeout_ms" ["ACS_AUTH_TIMEOUT_MS"]
        "The timeout of a request to the handler, in milliseconds. Default 15000.";
    ServiceTimeoutMs Millis service_timeout "service_timeout_ms" sets Timeout ["ACS_AUTH_SERVICE_TIMEOUT_MS"]
        "The timeout of a call to ACS, including its retries, in milliseconds. Default 10000.";
    ConnectTimeoutMs Millis connect_timeout "connect_timeout_ms" ["ACS_AUTH_CONNECT_TIMEOUT_MS"]
        "The timeout for opening a connection, in milliseconds. Default 5000.";
    AttemptTimeoutMs Millis attempt_timeout "attempt_timeout_ms" sets RetryPolicy
        ["ACS_AUTH_ATTEMPT_TIMEOUT_MS"]
        "The timeout of one attempt of a call, in milliseconds; the last one gets all the time left. Default 3000.";
    Http2 Flag http2 "http2" ["ACS_AUTH_HTTP2"]
        "Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default `false`.";
    TokenCheck Text "token_check" ["ACS_AUTH_TOKEN_CHECK"]
        "How to treat a Teams token that the token check rejects: `enforce` (default), `warn`, or `off`, which needs \
         exactly one of `teams_client_ids`.";
    RootCertificates Text root_certificates_pem "root_certificates_pem" sets RootCertificatesPem
        ["ACS_AUTH_ROOT_CERTIFICATES_PEM"]
        "Certificate authorities to trust in addition to the system's, as PEM text and not as a path.";
    CacheBytes Number cache_bytes "cache_bytes" ["ACS_AUTH_CACHE_BYTES"]
        "The maximum size of the memory cache, in bytes; 0 turns it off. Default 67108864, about 15,000 tokens.";
    LimitExchanges Number limit "limit.exchanges" sets Limit | LimitBurst ["ACS_AUTH_LIMIT_EXCHANGES"]
        "The maximum number of exchanges in `limit.window_ms`. Default 400, 80 % of what ACS documents.";
    LimitWindowMs Millis limit_window "limit.window_ms" sets LimitWindow ["ACS_AUTH_LIMIT_WINDOW_MS"]
        "The window of `limit.exchanges`, in milliseconds, from 1,000 to 3,600,000. Default 30000.";
    LimitPerUser Number user_limit "limit.per_user" ["ACS_AUTH_LIMIT_PER_USER"]
        "The maximum number of new exchanges of one user in `limit.window_ms`; 0 means no limit. Default 25.";
    LimitIdentityPerUser Number limit_identity_per_user "limit.identity_per_user"
        ["ACS_AUTH_LIMIT_IDENTITY_PER_USER"]
        "How many operations of `/api/user` and `/api/token` one user may start in `limit.identity_window_ms`; 0 means no \
         limit. Cached tokens don't count. Default 20.";
    LimitIdentityCreations Number limit_identity_creations "limit.identity_creations"
        ["ACS_AUTH_LIMIT_IDENTITY_CREATIONS"]
        "The maximum number of identities that `/api/user` creates in `limit.identity_window_ms`. Default 800, 80 % of what ACS \
         documents.";
    LimitIdentityDeletions Number limit_identity_deletions "limit.identity_deletions"
        ["ACS_AUTH_LIMIT_IDENTITY_DELETIONS"]
        "The maximum number of identities that `/api/user` deletes in `limit.identity_window_ms`. Default 400, 80 % of what ACS \
         documents.";
    LimitIdentityTokens Number limit_identity_tokens "limit.identity_tokens"
        ["ACS_AUTH_LIMIT_IDENTITY_TOKENS"]
        "The maximum number of tokens that `/api/token` issues in `limit.identity_window_ms`. Default 800, 80 % of what ACS \
         documents.";
    LimitIdentityWindowMs Millis limit_identity_window "limit.identity_window_ms"
        ["ACS_AUTH_LIMIT_IDENTITY_WINDOW_MS"]
        "The window of the four `limit.identity_` settings, in milliseconds, from 1,000 to 3,600,000. Default 30000.";
    RedisUrl Text redis_url "redis.url" sets RedisUrl | RedisUsername | RedisPassword ["ACS_AUTH_REDIS_URL"]
        "The Redis in which processes share their cache and limiter: `redis://host:6379`, `redis+cluster://host,host`, or \
         `redis+sentinel://host,host/service`; with `?auth=entra` it is authenticated with the \
         program's token credential. Secret. Needs the feature `redis`.";
    RedisSealingKeys List redis_sealing_keys "redis.sealing_keys" ["ACS_AUTH_REDIS_SEALING_KEYS"]
        "The key that seals tokens in Redis: 32 bytes in base64 (`openssl rand -base64 32`), followed by the former key while \
         there is one. The same in all processes. Secret.";
    RedisCacheSecret Text redis_cache_secret "redis.cache_secret" sets CacheSecret
        ["ACS_AUTH_REDIS_CACHE_SECRET"]
        "The secret from which the names of entries in Redis are derived: 32 bytes in base64, the same in all processes. Secret.";
    RedisKeyPrefix Text redis_key_prefix "redis.key_prefix" sets RedisKeyPrefix ["ACS_AUTH_REDIS_KEY_PREFIX"]
        "The prefix of all names in Redis. Default `acs-auth`.";
    RedisTimeoutMs Millis redis_timeout "redis.timeout_ms" sets RedisTimeout ["ACS_AUTH_REDIS_TIMEOUT_MS"]
        "The time limit of each access to Redis, in milliseconds. Default 50.";
    RedisLock Flag redis_lock "redis.lock" ["ACS_AUTH_REDIS_LOCK"]
        "Lets only one process at a time exchange a given token. Default `false`.";
    GraphClientSecret Text graph_client_secret "graph.client_secret" sets ClientSecret
        ["ACS_AUTH_GRAPH_CLIENT_SECRET", "azureActiveDirectory_clientSecret", "AzureActiveDirectory__ClientSecret"]
        "The client secret of `api_client_id`, for calling Microsoft Graph on behalf of users. It turns on `/api/user` and \
         `/api/token`. Secret.";
    GraphMappingKeys List graph_mapping_keys "graph.mapping_keys" ["ACS_AUTH_GRAPH_MAPPING_KEYS"]
        "The key that signs mappings in Microsoft Graph: 32 bytes in base64 (`openssl rand -base64 32`), followed by the former \
         key while there is one. The same in all processes. Required with `graph.client_secret`. Secret.";
    GraphAdoptUnsigned Flag graph_adopt_unsigned_mappings "graph.adopt_unsigned_mappings"
        ["ACS_AUTH_GRAPH_ADOPT_UNSIGNED_MAPPINGS"]
        "Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. While it is on, a user \
         can claim any identity of the resource whose id they know. Default `false`.";
    GraphExtensionName Text graph_extension_name "graph.extension_name" sets GraphExtensionName
        ["ACS_AUTH_GRAPH_EXTENSION_NAME", "Graph__ExtensionName"]
        "The open extension that stores a user's ACS identity. Default `com.contoso.identityMapping`.";
    GraphBaseUrl Text graph_base_url "graph.base_url" sets GraphUrl
        ["ACS_AUTH_GRAPH_BASE_URL", "Graph__BaseUrl"]
        "The address of Microsoft Graph. Default: the cloud's.";
    TokenScopes List token_scopes "token_scopes" ["ACS_AUTH_TOKEN_SCOPES"]
        "The scopes of the tokens of `/api/token`. Default `voip` and `chat`.";
}
