// The response of a call, in addition to its result: status, headers, request id and attempts.
#ifndef ACS_AUTH_CALL_RESPONSE_HPP
#define ACS_AUTH_CALL_RESPONSE_HPP

#include "handle.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The response of a call's last attempt, for successes and error responses alike, without its body. It is
/// borrowed: it is valid during the call of a response_hook, or as long as the completion that it was read
/// from.
class call_response {
public:
    /// Refers to a response of the C interface.
    explicit call_response(const ::acs_call_response *borrowed) noexcept : borrowed_(borrowed) {}

    /// The HTTP status.
    [[nodiscard]] int status() const noexcept { return ::acs_call_response_status(borrowed_); }

    /// The headers, their names in lower case.
    [[nodiscard]] std::vector<header> headers() const {
        std::vector<header> all;
        for (std::size_t i = 0; i < ::acs_call_response_header_count(borrowed_); ++i) {
            const ::acs_header one = ::acs_call_response_header(borrowed_, i);
            all.push_back({detail::view(one.name), detail::view(one.value)});
        }
        return all;
    }

    /// Returns the first value of a header; the name is case-insensitive.
    [[nodiscard]] std::optional<std::string_view> header_value(std::string_view name) const {
        detail::texts t;
        return detail::optional_view(::acs_call_response_header_value(borrowed_, t.add(name)));
    }

    /// The x-ms-client-request-id that all attempts of the call sent.
    [[nodiscard]] std::string_view client_request_id() const noexcept {
        return detail::view(::acs_call_response_client_request_id(borrowed_));
    }

    /// The number of attempts of the call.
    [[nodiscard]] int attempts() const noexcept { return ::acs_call_response_attempts(borrowed_); }

private:
    const ::acs_call_response *borrowed_;
};

/// Called with the response of a call before its result is available: on the thread of the operation's
/// callback, or on the blocked thread. Not called if the last attempt got no response, or if the completion
/// is taken with a tag. Exceptions that it throws are dropped: see on_callback_exception.
using response_hook = std::function<void(const call_response &)>;

namespace detail {

inline void tell(const response_hook &to, const ::acs_call_response *response) noexcept {
    if (to && response != nullptr) {
        guarded("response", [&] { to(call_response(response)); });
    }
}

/// Finds the hook among the arguments of a call. call_options have a specialisation.
template <class T>
struct hook_of {
    static void find(const T &, response_hook &) noexcept {}
};

template <class... Given>
response_hook hook_among(const Given &...given) {
    response_hook found;
    (hook_of<Given>::find(given, found), ...);
    return found;
}

/// The place for the response of a blocking call. Its destructor calls the hook.
class awaited_response {
public:
    explicit awaited_response(response_hook to) noexcept : to_(std::move(to)) {}
    awaited_response(const awaited_response &) = delete;
    awaited_response &operator=(const awaited_response &) = delete;
    ~awaited_response() {
        tell(to_, given_);
        ::acs_call_response_free(given_);
    }

    template <class T>
    T placed(T argument) noexcept {
        return argument;
    }

    /// Returns a copy of the options that refers to this place.
    const ::acs_call_options *placed(const ::acs_call_options *options) noexcept {
        if (!to_) {
            return options;
        }
        options_ = *options;
        options_.response = &given_;
        return &options_;
    }

private:
    response_hook to_;
    ::acs_call_response *given_ = nullptr;
    ::acs_call_options options_{};
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
