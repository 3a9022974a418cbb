// The back end's endpoint, for any HTTP server: /api/token/teams, /healthz, and /api/user and /api/token
// where Microsoft Graph may be called.
//
// It verifies the caller's bearer token, compares it with the Teams token, explains a bad one, caches, lets a
// thousand callers with one token make one exchange, and answers with application/problem+json. There is
// always an answer.
#ifndef ACS_AUTH_HANDLER_HPP
#define ACS_AUTH_HANDLER_HPP

#include "handler_options.hpp"
#include "operation.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// A request as the host's HTTP server has read it; it refers to its texts, which need not be UTF-8.
struct request {
    /// The method, such as "POST".
    std::string_view method{};
    /// The request target as it came, such as "/api/token/teams".
    std::string_view path{};
    std::vector<header> headers{};
    /// The body. More than 16 KiB is answered with 413.
    std::string_view body{};
};

/// A response, to be sent as it is; wiped when it is destroyed, and not printable.
class response : public detail::handle<::acs_response, &::acs_response_free> {
public:
    using handle::handle;

    /// The HTTP status.
    [[nodiscard]] int status() const { return ::acs_response_status(get()); }

    /// The headers, their names in lower case. The length of the body is the HTTP server's to add.
    [[nodiscard]] std::vector<header> headers() const {
        std::vector<header> all;
        for (std::size_t i = 0; i < ::acs_response_header_count(get()); ++i) {
            const ::acs_header one = ::acs_response_header(get(), i);
            all.push_back({detail::view(one.name), detail::view(one.value)});
        }
        return all;
    }

    /// The first value of a header, whose name's case does not matter.
    [[nodiscard]] std::optional<std::string_view> header_value(std::string_view name) const {
        detail::texts t;
        return detail::optional_view(::acs_response_header_value(get(), t.add(name)));
    }

    /// The body; it may hold a token.
    [[nodiscard]] std::string_view body() const { return detail::view(::acs_response_body(get())); }
};

std::ostream &operator<<(std::ostream &, const response &) = delete;

namespace detail {

template <>
struct taking<response> {
    static ::acs_response *from(::acs_completion *c) noexcept { return ::acs_completion_take_response(c); }
};

/// A request as C has it: copies, for as long as the call needs them. Moving leaves the copies where they
/// are.
class c_request {
public:
    explicit c_request(const request &given)
        : headers_(texts_.add_headers(given.headers)), body_(given.body) {
        ::acs_request_init(&c_, sizeof c_);
        c_.method = texts_.add(given.method);
        c_.path = texts_.add(given.path);
        c_.headers = headers_.data();
        c_.header_count = headers_.size();
        c_.body = bytes(body_.expose());
    }

    [[nodiscard]] const ::acs_request *get() const noexcept { return &c_; }

private:
    texts texts_;
    std::vector<::acs_header> headers_;
    secret body_;
    ::acs_request c_;
};

} // namespace detail

/// A handler. Any threads may use it at once. Requests that are under way when it is destroyed are answered
/// still.
class handler : public detail::handle<::acs_handler, &::acs_handler_free> {
public:
    using handle::handle;

    /// Makes a handler. Connects to nothing yet. Fails as error_kind::invalid_argument or
    /// invalid_connection_string, whose target names the option, or the setting as it was written; no value
    /// is shown that may be secret.
    static result<handler> try_create(const handler_options &options) {
        detail::c_handler_options c(options);
        auto created =
            detail::made<handler>([&](auto to, auto error) { return ::acs_handler_new(c.get(), to, error); });
        if (created) {
            c.kept();
        }
        return created;
    }

    /// Answers a request. A rejection is a response, not an error.
    result<response> try_handle(const request &request) const {
        const detail::c_request c(request);
        return detail::made<response>(
            [&](auto to, auto error) { return ::acs_handler_handle(get(), c.get(), to, error); });
    }
    [[nodiscard]] auto handle_async(const request &request) const {
        return detail::operation_of<response>(
            [handler = get(), c = detail::c_request(request)](auto to, auto call, auto error) {
                return ::acs_handler_handle_submit(handler, c.get(), to, call, error);
            });
    }

    /// Replaces the access key, and the secondary one if it is given. The next signature uses the new
    /// key, and tokens cached for the former one are not returned any more. A forked child uses it too.
    result<void> try_update_access_key(const secret &access_key,
                                       const std::optional<secret> &secondary_access_key = {}) const {
        detail::texts t;
        const char *primary = t.add(access_key.expose());
        const char *secondary = t.add(secondary_access_key);
        return detail::done([&](auto error) {
            return ::acs_handler_update_access_key(get(), primary, secondary, error);
        });
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void update_access_key(const secret &access_key,
                           const std::optional<secret> &secondary_access_key = {}) const {
        try_update_access_key(access_key, secondary_access_key).value();
    }
    static handler create(const handler_options &options) { return try_create(options).value(); }
    [[nodiscard]] response handle(const request &request) const { return try_handle(request).value(); }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
