// Exchanges of Teams users' tokens with everything a back end needs around them: the token check, a cache,
// request coalescing, and the service's limit.
//
// An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is returned
// only to a caller presenting the same Entra token. Concurrent requests for the same token are coalesced into
// one exchange. Exchanges stay within the service's limit of 500 in 30 s. A rejection of the token is cached
// for seconds; a service fault is not cached.
#ifndef ACS_AUTH_EXCHANGER_HPP
#define ACS_AUTH_EXCHANGER_HPP

#include "client.hpp"
#include "observer.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The Redis in which several processes share a cache and a limiter: one server, a cluster, or a primary
/// monitored by sentinels, version 6.0 or later. Members without a value have their defaults.
///
/// Values are always encrypted with sealing_key, but over redis:// the password is sent in clear text: use
/// rediss:// if the network is not your own.
struct redis_options {
    /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
    /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of "redis" means
    /// TLS. It may contain a user and a password, percent-encoded. With "?auth=entra" the password is a
    /// token of the client's token credential.
    secret url{};
    /// The user name and the password, unless the URL contains them.
    std::optional<std::string> username{};
    std::optional<secret> password{};
    /// The prefix of all key and channel names: letters, digits, '.', '_', '-' and ':', at most 64.
    /// Processes that share it share entries and the limit. Default "acs-auth".
    std::optional<std::string> key_prefix{};
    /// The key with which values are sealed (AES-256-GCM): 32 random bytes in base64, the same in all
    /// processes.
    std::optional<secret> sealing_key{};
    /// The former sealing_key, while values sealed with it are still to be read.
    std::optional<secret> previous_sealing_key{};
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    std::optional<std::string> root_certificates_pem{};
    /// The timeout of a single Redis operation. Default 50 ms.
    std::optional<std::chrono::milliseconds> timeout{};
    /// The timeout for opening a connection in the background. Default 1 s.
    std::optional<std::chrono::milliseconds> connect_timeout{};
    /// How long the breaker stays open at first; doubled at each further failure. Default 200 ms.
    std::optional<std::chrono::milliseconds> breaker_reset_timeout{};
    /// The maximum time for which the breaker stays open. Default 5 s.
    std::optional<std::chrono::milliseconds> breaker_max_reset_timeout{};
    /// The number of consecutive failures after which the breaker opens and Redis is not used for a while.
    /// Default 3.
    std::optional<int> breaker_max_failures{};
};

/// The options of an exchanger. Members without a value have their defaults.
struct exchanger_options {
    /// The Redis in which processes share their cache and limit. Needs a cache_secret.
    std::optional<redis_options> redis{};
    /// The observer, which receives events.
    std::optional<acs::observer> observer{};
    /// The 32 bytes from which cache keys are derived. Default: random, for this process only.
    std::optional<secret> cache_secret{};
    /// Default token_check::enforce.
    std::optional<acs::token_check> token_check{};
    /// Lets only one process at a time exchange a given token. Default false.
    std::optional<bool> distributed_lock{};
    /// The deadline of a call, including the waits for the limit and for other callers. Default 10 s.
    std::optional<std::chrono::milliseconds> timeout{};
    /// The approximate size of the memory cache in bytes; 0 turns it off. Default 67108864, some 15,000
    /// tokens.
    std::optional<std::int64_t> cache_bytes{};
    /// The maximum time for which a token is cached; 0 caches none. Default 24 hours. A token is evicted
    /// when it or its Entra token has less than two minutes left.
    std::optional<std::chrono::seconds> max_ttl{};
    /// How long a rejection is cached for the same token: 1 to 5 s, or 0 for never. Default 3 s.
    std::optional<std::chrono::milliseconds> negative_ttl{};
    /// The maximum number of exchanges started within limit_window, including retries. Default 400, 80 % of
    /// what the service documents. Without Redis, and while it is unavailable, each process counts for
    /// itself.
    std::optional<std::int64_t> limit{};
    /// The number of exchanges that may start at once after an idle period. Default an eighth of the limit.
    std::optional<std::int64_t> limit_burst{};
    /// The window of the limit. Default 30 s.
    std::optional<std::chrono::milliseconds> limit_window{};
    /// The maximum number of new exchanges of one user within limit_window; 0 means no limit. Default 25.
    /// Beyond it a call fails with error_kind::throttled and the code "user_limited", and uses nothing of the
    /// limit.
    std::optional<std::int64_t> user_limit{};
};

namespace detail {

/// The options of an exchanger in their C form, for the duration of a call.
class c_exchanger_options {
public:
    explicit c_exchanger_options(const exchanger_options &o) : observer_(o.observer) {
        ::acs_exchanger_options_init(&c_, sizeof c_);
        if (o.redis) {
            fill(*o.redis);
            c_.redis = &redis_;
        }
        c_.observer = observer_.get();
        if (o.cache_secret) {
            c_.cache_secret = bytes(o.cache_secret->expose());
        }
        c_.token_check = number(o.token_check);
        c_.distributed_lock = number(o.distributed_lock);
        c_.timeout_ms = count(o.timeout);
        c_.cache_bytes = number<std::int64_t>(o.cache_bytes);
        c_.max_ttl_s = count(o.max_ttl);
        c_.negative_ttl_ms = count(o.negative_ttl);
        c_.limit = number<std::int64_t>(o.limit);
        c_.limit_burst = number<std::int64_t>(o.limit_burst);
        c_.limit_window_ms = count(o.limit_window);
        c_.user_limit = number<std::int64_t>(o.user_limit);
    }

    [[nodiscard]] const ::acs_exchanger_options *get() const noexcept { return &c_; }
    void commit() noexcept { observer_.commit(); }

private:
    void fill(const redis_options &o) {
        ::acs_redis_options_init(&redis_, sizeof redis_);
        redis_.url = texts_.add(o.url.expose());
        redis_.username = texts_.add(o.username);
        redis_.password = texts_.add(o.password);
        redis_.key_prefix = texts_.add(o.key_prefix);
        redis_.sealing_key = texts_.add(o.sealing_key);
        redis_.previous_sealing_key = texts_.add(o.previous_sealing_key);
        redis_.root_certificates_pem = texts_.add(o.root_certificates_pem);
        redis_.timeout_ms = count(o.timeout);
        redis_.connect_timeout_ms = count(o.connect_timeout);
        redis_.breaker_reset_timeout_ms = count(o.breaker_reset_timeout);
        redis_.breaker_max_reset_timeout_ms = count(o.breaker_max_reset_timeout);
        redis_.breaker_max_failures = number<std::int32_t>(o.breaker_max_failures);
    }

    texts texts_;
    c_observer observer_;
    ::acs_redis_options redis_;
    ::acs_exchanger_options c_;
};

} // namespace detail

/// An exchanger. Any threads may use it at once. Calls in progress continue when it is destroyed.
class exchanger : public detail::handle<::acs_exchanger, &::acs_exchanger_free> {
public:
    using handle::handle;

    /// Creates an exchanger for the resource of a client, which may be destroyed afterwards. It doesn't
    /// connect yet. Fails with error_kind::invalid_argument, whose target names the option.
    static result<exchanger> try_create(const client &client, const exchanger_options &options = {}) {
        detail::c_exchanger_options c(options);
        auto created = detail::made<exchanger>(
            [&](auto to, auto error) { return ::acs_exchanger_new(client.get(), c.get(), to, error); });
        if (created) {
            c.commit();
        }
        return created;
    }

    // Generated by `make header`, the operations: do not edit.

    /// Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now.
    ///
    /// timeout: the deadline of this call only, or none for the exchanger's. Other callers waiting for the
    /// same exchange are not affected.
    ///
    /// Errors: as client::get_token_for_teams_user; error_kind::entra_token_invalid from the token check
    /// unless it is off or only warns; error_kind::throttled with the code "limited" if waiting for the limit
    /// leaves no time for the exchange before the deadline, and with the code "user_limited" if the user has
    /// used up user_limit.
    result<token> try_exchange(std::string_view aad_token, std::string_view client_id,
                               std::string_view user_object_id,
                               std::optional<std::chrono::milliseconds> timeout = {}) const {
        return detail::called<token>(&::acs_exchanger_exchange, get(), aad_token, client_id, user_object_id,
                                     timeout);
    }
    [[nodiscard]] auto exchange_async(std::string_view aad_token, std::string_view client_id,
                                      std::string_view user_object_id,
                                      std::optional<std::chrono::milliseconds> timeout = {}) const {
        return detail::submitted<token>(&::acs_exchanger_exchange_submit, get(), aad_token, client_id,
                                        user_object_id, timeout);
    }

    /// Returns the ACS token of Teams Phone extensibility for an Entra user's token, with the identity it
    /// belongs to: from the cache, or exchanged now.
    ///
    /// timeout: as for exchange, with which it shares the cache, the limit and coalescing. The user is the
    /// one named by the Entra token. If that token cannot be parsed, the user is unknown, and sign_out
    /// doesn't evict what was exchanged for it.
    ///
    /// Errors: as client::get_token_for_teams_extension_user and exchange.
    result<user_token> try_exchange_teams_extension(
        std::string_view aad_token, std::optional<std::chrono::milliseconds> timeout = {}) const {
        return detail::called<user_token>(&::acs_exchanger_exchange_teams_extension, get(), aad_token,
                                          timeout);
    }
    [[nodiscard]] auto exchange_teams_extension_async(
        std::string_view aad_token, std::optional<std::chrono::milliseconds> timeout = {}) const {
        return detail::submitted<user_token>(&::acs_exchanger_exchange_teams_extension_submit, get(),
                                             aad_token, timeout);
    }

    /// Evicts all tokens of a user, in this process and in those that share a cache with it. The tokens
    /// themselves stay valid until they expire.
    ///
    /// Errors: error_kind::transport_error if Redis is unreachable: other processes may still have the
    /// tokens.
    result<void> try_sign_out(std::string_view tenant_id, std::string_view user_object_id) const {
        return detail::called<void>(&::acs_exchanger_sign_out, get(), tenant_id, user_object_id);
    }
    [[nodiscard]] auto sign_out_async(std::string_view tenant_id, std::string_view user_object_id) const {
        return detail::submitted<void>(&::acs_exchanger_sign_out_submit, get(), tenant_id, user_object_id);
    }

    /// Reports whether the shared cache is available; none if there is none.
    ///
    /// Errors: error_kind::invalid_argument.
    result<std::optional<bool>> try_is_cache_reachable() const {
        return detail::called<std::optional<bool>>(&::acs_exchanger_is_cache_reachable, get());
    }
    [[nodiscard]] auto is_cache_reachable_async() const {
        return detail::submitted<std::optional<bool>>(&::acs_exchanger_is_cache_reachable_submit, get());
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    [[nodiscard]] token exchange(std::string_view aad_token, std::string_view client_id,
                                 std::string_view user_object_id,
                                 std::optional<std::chrono::milliseconds> timeout = {}) const {
        return try_exchange(aad_token, client_id, user_object_id, timeout).value();
    }
    [[nodiscard]] user_token exchange_teams_extension(
        std::string_view aad_token, std::optional<std::chrono::milliseconds> timeout = {}) const {
        return try_exchange_teams_extension(aad_token, timeout).value();
    }
    void sign_out(std::string_view tenant_id, std::string_view user_object_id) const {
        try_sign_out(tenant_id, user_object_id).value();
    }
    [[nodiscard]] std::optional<bool> is_cache_reachable() const { return try_is_cache_reachable().value(); }
#endif

    // The end of the operations.

    /// Replaces the access key of the client with which the exchanger was created, and its secondary access
    /// key if one is passed. The next signature uses the new key, and tokens cached for the former key
    /// are no longer returned. A forked child uses the new keys too. Fails with
    /// error_kind::invalid_connection_string for an invalid key and with invalid_argument if a token
    /// credential is used; no key is replaced then.
    result<void> try_update_access_key(const secret &access_key,
                                       const std::optional<secret> &secondary_access_key = {}) const {
        return detail::called<void>(&::acs_exchanger_update_access_key, get(), access_key,
                                    secondary_access_key);
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void update_access_key(const secret &access_key,
                           const std::optional<secret> &secondary_access_key = {}) const {
        try_update_access_key(access_key, secondary_access_key).value();
    }
    static exchanger create(const client &client, const exchanger_options &options = {}) {
        return try_create(client, options).value();
    }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
