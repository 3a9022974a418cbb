// acs::error, and the handling of exceptions that callbacks throw.
#ifndef ACS_AUTH_ERROR_HPP
#define ACS_AUTH_ERROR_HPP

#include "config.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// What went wrong. The numbers are those of acs_status; more may be added, so have a default case.
enum class error_kind : std::int32_t {
    invalid_argument = ACS_STATUS_INVALID_ARGUMENT,
    invalid_connection_string = ACS_STATUS_INVALID_CONNECTION_STRING,
    entra_token_invalid = ACS_STATUS_ENTRA_TOKEN_INVALID,
    entra_token_rejected = ACS_STATUS_ENTRA_TOKEN_REJECTED,
    validation_failed = ACS_STATUS_VALIDATION_FAILED,
    credential_denied = ACS_STATUS_CREDENTIAL_DENIED,
    not_found = ACS_STATUS_NOT_FOUND,
    throttled = ACS_STATUS_THROTTLED,
    service_error = ACS_STATUS_SERVICE_ERROR,
    transport_error = ACS_STATUS_TRANSPORT_ERROR,
    timeout = ACS_STATUS_TIMEOUT,
    cancelled = ACS_STATUS_CANCELLED,
    unexpected_response = ACS_STATUS_UNEXPECTED_RESPONSE,
    unauthorized = ACS_STATUS_UNAUTHORIZED,
    forbidden = ACS_STATUS_FORBIDDEN,
    internal = ACS_STATUS_INTERNAL,
};

/// The kind's name in every language, such as "EntraTokenRejected".
[[nodiscard]] inline const char *name(error_kind kind) noexcept {
    return ::acs_status_name(static_cast<std::int32_t>(kind));
}

class error;

namespace detail {

struct error_details {
    error_kind kind;
    std::optional<int> status;
    std::optional<std::string> code;
    std::optional<std::string> target;
    std::string reason;
    std::optional<std::chrono::milliseconds> retry_after;
    std::optional<std::string> client_request_id;
    std::optional<std::string> ms_cv;
};

error adopted(::acs_status status, ::acs_error *given);

} // namespace detail

/// Why a call failed. It contains no key and no token, so it may be logged: what() has everything in one
/// line.
class error : public std::runtime_error {
public:
    /// Creates an error of your own, for a token credential that fails. `reason` is text for a person,
    /// without any secret.
    error(error_kind kind, const std::string &reason)
        : error(std::string(acs::name(kind)) + ": " + reason,
                detail::error_details{kind, {}, {}, {}, reason, {}, {}, {}}) {}

    // Moving copies, so that a moved-from error can still be read.
    error(const error &) noexcept = default;
    error &operator=(const error &) noexcept = default;
    ~error() override = default;

    [[nodiscard]] error_kind kind() const noexcept { return details_->kind; }

    /// The HTTP status; none if no response was received.
    [[nodiscard]] std::optional<int> status() const noexcept { return details_->status; }

    /// The service's error code, such as "ValidationError", or the failed token check.
    [[nodiscard]] const std::optional<std::string> &code() const noexcept { return details_->code; }

    /// The field, argument or part that the error is about. The service's casing varies: compare
    /// case-insensitively.
    [[nodiscard]] const std::optional<std::string> &target() const noexcept { return details_->target; }

    /// What happened and what to do, as text for a person.
    [[nodiscard]] const std::string &reason() const noexcept { return details_->reason; }

    /// How long to wait before the next try.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept {
        return details_->retry_after;
    }

    /// The x-ms-client-request-id of the request, the same for all its attempts.
    [[nodiscard]] const std::optional<std::string> &client_request_id() const noexcept {
        return details_->client_request_id;
    }

    /// The service's MS-CV correlation vector, which Microsoft's support asks for.
    [[nodiscard]] const std::optional<std::string> &ms_cv() const noexcept { return details_->ms_cv; }

private:
    friend error detail::adopted(::acs_status status, ::acs_error *given);

    error(const std::string &message, detail::error_details details)
        : std::runtime_error(message), details_(std::make_shared<detail::error_details>(std::move(details))) {
    }

    std::shared_ptr<const detail::error_details> details_;
};

namespace detail {

inline std::optional<std::string> copied(const char *text) {
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

/// Converts an error of the C interface and frees it. For NULL, only the status is known.
inline error adopted(::acs_status status, ::acs_error *given) {
    struct freeing {
        void operator()(::acs_error *e) const noexcept { ::acs_error_free(e); }
    };
    const std::unique_ptr<::acs_error, freeing> owned(given);
    if (!owned) {
        return error(static_cast<error_kind>(status), "The library gave no details.");
    }
    const ::acs_error *e = owned.get();
    const std::int32_t http_status = ::acs_error_http_status(e);
    const std::int64_t retry_after = ::acs_error_retry_after_ms(e);
    error_details details{
        static_cast<error_kind>(::acs_error_kind(e)),
        http_status == 0 ? std::nullopt : std::optional<int>(http_status),
        copied(::acs_error_code(e)),
        copied(::acs_error_target(e)),
        ::acs_error_reason(e),
        retry_after < 0 ? std::nullopt : std::optional<std::chrono::milliseconds>(retry_after),
        copied(::acs_error_client_request_id(e)),
        copied(::acs_error_ms_cv(e)),
    };
    return error(::acs_error_message(e), std::move(details));
}

} // namespace detail

#if !defined(ACS_AUTH_NO_EXCEPTIONS)

/// Receives exceptions that the host's callbacks threw. `where` names the callback: "completion", "response",
/// "token credential", "transport", "observer", "log" or "executor".
using callback_exception_hook = void (*)(const char *where, std::exception_ptr thrown) noexcept;

namespace detail {
inline std::atomic<callback_exception_hook> hook{nullptr};
} // namespace detail

/// Sets the program's hook for exceptions of callbacks. An exception cannot pass through the library, so
/// it ends at the callback and is passed to this hook; without a hook it is dropped. Returns the former
/// hook.
inline callback_exception_hook on_callback_exception(callback_exception_hook hook) noexcept {
    return detail::hook.exchange(hook);
}

#endif

namespace detail {

/// Calls the host's function from a callback of the C interface, out of which nothing may be thrown. Returns
/// whether the function returned normally.
template <class F>
bool guarded(const char *where, F &&f) noexcept {
#if defined(ACS_AUTH_NO_EXCEPTIONS)
    static_cast<void>(where);
    f();
    return true;
#else
    try {
        f();
        return true;
    } catch (...) {
        if (const auto told = hook.load()) {
            told(where, std::current_exception());
        }
        return false;
    }
#endif
}

[[noreturn]] inline void raise(const error &e) {
#if defined(ACS_AUTH_NO_EXCEPTIONS)
    ACS_AUTH_FAIL(e);
    std::abort();
#else
    throw error(e);
#endif
}

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
