// What came back for a prepared request. No I/O.
#ifndef ACS_AUTH_ANSWER_HPP
#define ACS_AUTH_ANSWER_HPP

#include "token.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// An answer as any HTTP library can hand it over. It refers to its texts.
struct raw_response {
    int status = 0;
    std::vector<header> headers{};
    /// The whole body.
    std::string_view body{};
    /// When it came, for a Retry-After that is a date. Default: now.
    std::optional<time_point> received_at{};
};

namespace detail {

class c_raw_response {
public:
    explicit c_raw_response(const raw_response &response) : headers_(texts_.add_headers(response.headers)) {
        ::acs_raw_response_init(&c_, sizeof c_);
        c_.status = response.status;
        c_.headers = headers_.data();
        c_.header_count = headers_.size();
        c_.body = bytes(response.body);
        if (response.received_at) {
            c_.received_at = to_unix(*response.received_at);
        }
    }

    [[nodiscard]] const ::acs_raw_response *get() const noexcept { return &c_; }

private:
    texts texts_;
    std::vector<::acs_header> headers_;
    ::acs_raw_response c_;
};

} // namespace detail

// Each gives the operation's result, or the error that the service's answer stands for.

inline result<user> try_parse_create_user(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::made<user>(
        [&](auto to, auto error) { return ::acs_parse_create_user(c.get(), to, error); });
}

inline result<user_token> try_parse_create_user_and_token(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::made<user_token>(
        [&](auto to, auto error) { return ::acs_parse_create_user_and_token(c.get(), to, error); });
}

inline result<token> try_parse_issue_token(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::made<token>(
        [&](auto to, auto error) { return ::acs_parse_issue_token(c.get(), to, error); });
}

inline result<void> try_parse_revoke_tokens(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::done([&](auto error) { return ::acs_parse_revoke_tokens(c.get(), error); });
}

inline result<void> try_parse_delete_user(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::done([&](auto error) { return ::acs_parse_delete_user(c.get(), error); });
}

inline result<token> try_parse_exchange_teams_user(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::made<token>(
        [&](auto to, auto error) { return ::acs_parse_exchange_teams_user(c.get(), to, error); });
}

inline result<user_token> try_parse_exchange_teams_extension(const raw_response &response) {
    const detail::c_raw_response c(response);
    return detail::made<user_token>(
        [&](auto to, auto error) { return ::acs_parse_exchange_teams_extension(c.get(), to, error); });
}

/// How long the headers of an answer ask to wait before the next try.
[[nodiscard]] inline std::optional<std::chrono::milliseconds> retry_after(const raw_response &response) {
    const std::int64_t wait = ::acs_retry_after_ms(detail::c_raw_response(response).get());
    return wait < 0 ? std::nullopt : std::optional<std::chrono::milliseconds>(wait);
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)

inline user parse_create_user(const raw_response &response) {
    return try_parse_create_user(response).value();
}

inline user_token parse_create_user_and_token(const raw_response &response) {
    return try_parse_create_user_and_token(response).value();
}

inline token parse_issue_token(const raw_response &response) {
    return try_parse_issue_token(response).value();
}

inline void parse_revoke_tokens(const raw_response &response) { try_parse_revoke_tokens(response).value(); }

inline void parse_delete_user(const raw_response &response) { try_parse_delete_user(response).value(); }

inline token parse_exchange_teams_user(const raw_response &response) {
    return try_parse_exchange_teams_user(response).value();
}

inline user_token parse_exchange_teams_extension(const raw_response &response) {
    return try_parse_exchange_teams_extension(response).value();
}

#endif

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
