// Verifies the bearer tokens of a back end's callers: signature, issuer, audience, lifetime, tenant,
// application and scope.
#ifndef ACS_AUTH_VERIFIER_HPP
#define ACS_AUTH_VERIFIER_HPP

#include "client_options.hpp"
#include "operation.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

enum class token_version : std::int32_t {
    /// Names the application in appid.
    v1 = ACS_TOKEN_VERSION_1,
    /// Names the application in azp.
    v2 = ACS_TOKEN_VERSION_2,
};

/// The caller, as named by a verified token. Identify a user only by tenant and object id together.
class verified_token : public detail::handle<::acs_verified_token, &::acs_verified_token_free> {
public:
    using handle::handle;

    [[nodiscard]] std::string_view tenant_id() const {
        return detail::view(::acs_verified_token_tenant_id(get()));
    }
    [[nodiscard]] std::string_view object_id() const {
        return detail::view(::acs_verified_token_object_id(get()));
    }

    /// The application that calls on behalf of the user.
    [[nodiscard]] std::string_view client_id() const {
        return detail::view(::acs_verified_token_client_id(get()));
    }

    /// The token's permissions.
    [[nodiscard]] std::vector<std::string_view> scopes() const {
        std::vector<std::string_view> all;
        for (std::size_t i = 0; i < ::acs_verified_token_scope_count(get()); ++i) {
            all.push_back(detail::view(::acs_verified_token_scope(get(), i)));
        }
        return all;
    }

    [[nodiscard]] token_version version() const {
        return static_cast<token_version>(::acs_verified_token_version(get()));
    }

    /// When the token expires. The verifier accepts it until then plus the clock skew.
    [[nodiscard]] time_point expires_on() const {
        return detail::from_unix(::acs_verified_token_expires_on(get()));
    }
};

namespace detail {

template <>
struct taking<verified_token> {
    static ::acs_verified_token *from(::acs_completion *c) noexcept {
        return ::acs_completion_take_verified_token(c);
    }
};

} // namespace detail

/// The options of a verifier. Set a tenant, an audience and an application, or allow any tenant or
/// application. Members without a value have their defaults.
struct verifier_options {
    /// The cloud of the users, null for the public one; it may be destroyed once the verifier is created.
    const acs::cloud *cloud = nullptr;
    /// The tenants whose users may call, by their GUIDs.
    std::vector<std::string> tenant_ids{};
    /// The accepted audiences: the API's client id (version 2 tokens) and "api://…" (version 1).
    std::vector<std::string> audiences{};
    /// The client ids of the applications that may call.
    std::vector<std::string> allowed_client_ids{};
    /// The permission that a token must have. Default "access_as_user".
    std::optional<std::string> required_scope{};
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    std::optional<std::string> root_certificates_pem{};
    /// Default proxy::environment.
    std::optional<acs::proxy> proxy{};
    /// The proxy, for proxy::url only.
    std::optional<std::string> proxy_url{};
    /// Allows users of every tenant. Default false.
    std::optional<bool> allow_any_tenant{};
    /// Allows every application. Default false.
    std::optional<bool> allow_any_client{};
    /// The tolerated clock skew. Default five minutes.
    std::optional<std::chrono::seconds> clock_skew{};
    /// The longest accepted lifetime of a token, at least 1 s. Default 28 hours.
    std::optional<std::chrono::seconds> max_lifetime{};
};

/// Verifies bearer tokens. It fetches Entra's keys when they are needed and caches them. Any threads may
/// use it at once.
class verifier : public detail::handle<::acs_verifier, &::acs_verifier_free> {
public:
    using handle::handle;

    /// Creates a verifier. It doesn't fetch keys yet. Fails with error_kind::invalid_argument, whose target
    /// names the option.
    static result<verifier> try_create(const verifier_options &options) {
        detail::texts t;
        const auto tenants = t.add_all(options.tenant_ids);
        const auto audiences = t.add_all(options.audiences);
        const auto clients = t.add_all(options.allowed_client_ids);
        ::acs_verifier_options c;
        ::acs_verifier_options_init(&c, sizeof c);
        c.cloud = options.cloud == nullptr ? nullptr : options.cloud->get();
        c.tenant_ids = tenants.data();
        c.tenant_id_count = tenants.size();
        c.audiences = audiences.data();
        c.audience_count = audiences.size();
        c.allowed_client_ids = clients.data();
        c.allowed_client_id_count = clients.size();
        c.required_scope = t.add(options.required_scope);
        c.root_certificates_pem = t.add(options.root_certificates_pem);
        c.proxy_url = t.add(options.proxy_url);
        c.proxy = detail::number(options.proxy);
        c.allow_any_tenant = detail::number(options.allow_any_tenant);
        c.allow_any_client = detail::number(options.allow_any_client);
        c.clock_skew_s = detail::count(options.clock_skew);
        c.max_lifetime_s = detail::count(options.max_lifetime);
        return detail::made<verifier>([&](auto to, auto error) { return ::acs_verifier_new(&c, to, error); });
    }

    // Generated by `make header`, the operations: do not edit.

    /// Verifies a bearer token, passed without the word "Bearer".
    ///
    /// The error is for the log. Tell the caller only its kind, not which check failed.
    ///
    /// Errors: error_kind::unauthorized if the token is not valid for this API; error_kind::forbidden if it
    /// is valid but its tenant, application or permissions are not allowed; the code names the check.
    /// error_kind::transport_error with the code "keys_unreachable" if the key is unknown and Entra cannot be
    /// reached.
    result<verified_token> try_verify(std::string_view bearer_token) const {
        return detail::called<verified_token>(&::acs_verifier_verify, get(), bearer_token);
    }
    [[nodiscard]] auto verify_async(std::string_view bearer_token) const {
        return detail::submitted<verified_token>(&::acs_verifier_verify_submit, get(), bearer_token);
    }

    /// Reports whether the keys for verification are available. Fetches them if they are not.
    ///
    /// Errors: error_kind::invalid_argument.
    result<bool> try_keys_reachable() const {
        return detail::called<bool>(&::acs_verifier_keys_reachable, get());
    }
    [[nodiscard]] auto keys_reachable_async() const {
        return detail::submitted<bool>(&::acs_verifier_keys_reachable_submit, get());
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    [[nodiscard]] verified_token verify(std::string_view bearer_token) const {
        return try_verify(bearer_token).value();
    }
    [[nodiscard]] bool keys_reachable() const { return try_keys_reachable().value(); }
#endif

    // The end of the operations.

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static verifier create(const verifier_options &options) { return try_create(options).value(); }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
