// Signs a request that is sent by other means. No I/O.
#ifndef ACS_AUTH_SIGNING_HPP
#define ACS_AUTH_SIGNING_HPP

#include "endpoint.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The headers that sign a request, and how they were computed.
class signed_headers : public detail::handle<::acs_signed_headers, &::acs_signed_headers_free> {
public:
    using handle::handle;

    /// The value of the header x-ms-date: the time in RFC 1123 form, in GMT.
    [[nodiscard]] std::string_view x_ms_date() const {
        return detail::view(::acs_signed_headers_x_ms_date(get()));
    }

    /// The value of the header x-ms-content-sha256: the body's SHA-256 in base64.
    [[nodiscard]] std::string_view x_ms_content_sha256() const {
        return detail::view(::acs_signed_headers_x_ms_content_sha256(get()));
    }

    /// The value of the header authorization. It can be replayed for some minutes: don't log it.
    [[nodiscard]] std::string_view authorization() const {
        return detail::view(::acs_signed_headers_authorization(get()));
    }

    /// The value that the Host header must have; every HTTP library sends it by itself.
    [[nodiscard]] std::string_view host() const { return detail::view(::acs_signed_headers_host(get())); }

    /// The request target to send: path and query, with percent-encoding unchanged.
    [[nodiscard]] std::string_view target() const { return detail::view(::acs_signed_headers_target(get())); }

    /// The signed text, to compare when a signature is rejected. It contains no secret.
    [[nodiscard]] std::string_view string_to_sign() const {
        return detail::view(::acs_signed_headers_string_to_sign(get()));
    }
};

std::ostream &operator<<(std::ostream &, const signed_headers &) = delete;

/// Signs a request with the access key, for the time at which it is sent.
///
/// `method`: case-insensitive. `url`: absolute; it must be sent byte for byte, so keep the HTTP
/// library from normalising it and from following redirects. `body`: what will be sent, or none. Sign
/// each attempt again.
inline result<signed_headers> try_sign_request(access_key_view key, std::string_view method,
                                               std::string_view url, std::string_view body = {},
                                               time_point now = std::chrono::system_clock::now()) {
    detail::texts texts;
    const char *c_method = texts.add(method);
    const char *c_url = texts.add(url);
    return detail::made<signed_headers>([&](auto to, auto error) {
        return ::acs_sign_request(key.get(), c_method, c_url, detail::bytes(body), detail::to_unix(now), to,
                                  error);
    });
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
inline signed_headers sign_request(access_key_view key, std::string_view method, std::string_view url,
                                   std::string_view body = {},
                                   time_point now = std::chrono::system_clock::now()) {
    return try_sign_request(key, method, url, body, now).value();
}
#endif

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
