// Each operation's request, and what came back, for a program with an HTTP library of its own. No I/O.
//
// Where a function takes an api_version, none is the default. token_expires_in is from 1 to 24 hours, parts
// of a minute dropped; none is the service's own, 24 hours.
#ifndef ACS_AUTH_PROTOCOL_HPP
#define ACS_AUTH_PROTOCOL_HPP

#include "endpoint.hpp"
#include "token.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The api-version that operations use unless told otherwise, and that of the Teams extension exchange.
inline constexpr std::string_view default_api_version = ACS_DEFAULT_API_VERSION;
inline constexpr std::string_view teams_extension_api_version = ACS_TEAMS_EXTENSION_API_VERSION;

/// Who answers for a prepared request.
enum class authentication : std::int32_t {
    /// The caller's own credential: sign the request, or add its bearer token.
    credential = ACS_AUTHENTICATION_CREDENTIAL,
    /// The user's Entra token, which already stands in the header authorization: send it as it is.
    user_token = ACS_AUTHENTICATION_USER_TOKEN,
};

/// Whether a prepared request may be sent again when its outcome is unknown.
enum class retryable : std::int32_t {
    always = ACS_RETRYABLE_ALWAYS,
    /// It creates something each time: only where it cannot have been processed.
    if_not_processed = ACS_RETRYABLE_IF_NOT_PROCESSED,
};

/// A request, complete but for its credential; wiped when it is destroyed, and not printable.
class prepared_request : public detail::handle<::acs_prepared_request, &::acs_prepared_request_free> {
public:
    using handle::handle;

    /// "GET", "POST" or "DELETE".
    [[nodiscard]] std::string_view method() const {
        return detail::view(::acs_prepared_request_method(get()));
    }

    /// The absolute URL. It is signed and must be sent byte for byte.
    [[nodiscard]] std::string_view url() const { return detail::view(::acs_prepared_request_url(get())); }

    /// The headers to send, their names in lower case, besides host, content-length of a body and the
    /// credential's. An empty POST has its own "content-length: 0": leave it out where the HTTP library sends
    /// it by itself.
    [[nodiscard]] std::vector<header> headers() const {
        std::vector<header> all;
        for (std::size_t i = 0; i < ::acs_prepared_request_header_count(get()); ++i) {
            const ::acs_header one = ::acs_prepared_request_header(get(), i);
            all.push_back({detail::view(one.name), detail::view(one.value)});
        }
        return all;
    }

    /// The body; it may hold the user's token.
    [[nodiscard]] std::string_view body() const { return detail::view(::acs_prepared_request_body(get())); }

    [[nodiscard]] acs::authentication authentication() const {
        return static_cast<acs::authentication>(::acs_prepared_request_authentication(get()));
    }
    [[nodiscard]] acs::retryable retryable() const {
        return static_cast<acs::retryable>(::acs_prepared_request_retryable(get()));
    }
};

std::ostream &operator<<(std::ostream &, const prepared_request &) = delete;

using api_version = std::optional<std::string>;
using token_lifetime = std::optional<std::chrono::seconds>;

inline result<prepared_request> try_prepare_create_user(endpoint_view endpoint,
                                                        const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    return detail::made<prepared_request>(
        [&](auto to, auto error) { return ::acs_prepare_create_user(endpoint.get(), v, to, error); });
}

inline result<prepared_request> try_prepare_create_user_and_token(endpoint_view endpoint,
                                                                  const text_list &scopes,
                                                                  token_lifetime token_expires_in = {},
                                                                  const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const auto list = t.add_all(scopes);
    return detail::made<prepared_request>([&](auto to, auto error) {
        return ::acs_prepare_create_user_and_token(endpoint.get(), list.data(), list.size(),
                                                   detail::count(token_expires_in), v, to, error);
    });
}

inline result<prepared_request> try_prepare_issue_token(endpoint_view endpoint, std::string_view user_id,
                                                        const text_list &scopes,
                                                        token_lifetime token_expires_in = {},
                                                        const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const char *id = t.add(user_id);
    const auto list = t.add_all(scopes);
    return detail::made<prepared_request>([&](auto to, auto error) {
        return ::acs_prepare_issue_token(endpoint.get(), id, list.data(), list.size(),
                                         detail::count(token_expires_in), v, to, error);
    });
}

inline result<prepared_request> try_prepare_revoke_tokens(endpoint_view endpoint, std::string_view user_id,
                                                          const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const char *id = t.add(user_id);
    return detail::made<prepared_request>(
        [&](auto to, auto error) { return ::acs_prepare_revoke_tokens(endpoint.get(), id, v, to, error); });
}

inline result<prepared_request> try_prepare_delete_user(endpoint_view endpoint, std::string_view user_id,
                                                        const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const char *id = t.add(user_id);
    return detail::made<prepared_request>(
        [&](auto to, auto error) { return ::acs_prepare_delete_user(endpoint.get(), id, v, to, error); });
}

inline result<prepared_request> try_prepare_exchange_teams_user(endpoint_view endpoint,
                                                                std::string_view aad_token,
                                                                std::string_view client_id,
                                                                std::string_view user_object_id,
                                                                const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const char *token = t.add(aad_token);
    const char *client = t.add(client_id);
    const char *user = t.add(user_object_id);
    return detail::made<prepared_request>([&](auto to, auto error) {
        return ::acs_prepare_exchange_teams_user(endpoint.get(), token, client, user, v, to, error);
    });
}

inline result<prepared_request> try_prepare_exchange_teams_extension(endpoint_view endpoint,
                                                                     std::string_view aad_token,
                                                                     const api_version &version = {}) {
    detail::texts t;
    const char *v = t.add(version);
    const char *token = t.add(aad_token);
    return detail::made<prepared_request>([&](auto to, auto error) {
        return ::acs_prepare_exchange_teams_extension(endpoint.get(), token, v, to, error);
    });
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)

inline prepared_request prepare_create_user(endpoint_view endpoint, const api_version &version = {}) {
    return try_prepare_create_user(endpoint, version).value();
}

inline prepared_request prepare_create_user_and_token(endpoint_view endpoint, const text_list &scopes,
                                                      token_lifetime token_expires_in = {},
                                                      const api_version &version = {}) {
    return try_prepare_create_user_and_token(endpoint, scopes, token_expires_in, version).value();
}

inline prepared_request prepare_issue_token(endpoint_view endpoint, std::string_view user_id,
                                            const text_list &scopes, token_lifetime token_expires_in = {},
                                            const api_version &version = {}) {
    return try_prepare_issue_token(endpoint, user_id, scopes, token_expires_in, version).value();
}

inline prepared_request prepare_revoke_tokens(endpoint_view endpoint, std::string_view user_id,
                                              const api_version &version = {}) {
    return try_prepare_revoke_tokens(endpoint, user_id, version).value();
}

inline prepared_request prepare_delete_user(endpoint_view endpoint, std::string_view user_id,
                                            const api_version &version = {}) {
    return try_prepare_delete_user(endpoint, user_id, version).value();
}

inline prepared_request prepare_exchange_teams_user(endpoint_view endpoint, std::string_view aad_token,
                                                    std::string_view client_id,
                                                    std::string_view user_object_id,
                                                    const api_version &version = {}) {
    return try_prepare_exchange_teams_user(endpoint, aad_token, client_id, user_object_id, version).value();
}

inline prepared_request prepare_exchange_teams_extension(endpoint_view endpoint, std::string_view aad_token,
                                                         const api_version &version = {}) {
    return try_prepare_exchange_teams_extension(endpoint, aad_token, version).value();
}

#endif

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
