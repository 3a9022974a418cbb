// The library as a whole: its version, its log and its threads.
#ifndef ACS_AUTH_LIBRARY_HPP
#define ACS_AUTH_LIBRARY_HPP

#include "handle.hpp"
#include "user_data.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The version of the loaded library, such as "0.1.0".
[[nodiscard]] inline std::string_view version() noexcept { return detail::view(::acs_version()); }

/// Whether a program compiled for one ABI works with a library that has another: the same major version,
/// and the same or a higher minor version. Numbers are major << 16 | minor.
[[nodiscard]] constexpr bool is_compatible(std::uint32_t compiled_for, std::uint32_t library) noexcept {
    return (compiled_for >> 16U) == (library >> 16U) && (compiled_for & 0xffffU) <= (library & 0xffffU);
}

/// Whether this program works with the loaded library. A program that loads the library at run time must
/// check this first.
[[nodiscard]] inline bool is_compatible() noexcept {
    return is_compatible(ACS_ABI_VERSION, ::acs_abi_version());
}

enum class log_level : std::int32_t {
    off = ACS_LOG_OFF,
    /// Bugs.
    error = ACS_LOG_ERROR,
    /// What an operator should know: rejected callers, failed exchanges, a wrong clock.
    warn = ACS_LOG_WARN,
    /// Events worth counting.
    info = ACS_LOG_INFO,
    /// Each call, attempt and response.
    debug = ACS_LOG_DEBUG,
    /// Everything.
    trace = ACS_LOG_TRACE,
};

/// A field of a record, such as "client_request_id".
struct log_field {
    std::string_view name;
    std::string_view value;
};

/// A log record. It contains no key and no token. Its texts are valid during the call that receives it.
class log_record {
public:
    explicit log_record(const ::acs_log_record *borrowed) noexcept : borrowed_(borrowed) {}

    [[nodiscard]] log_level level() const noexcept { return static_cast<log_level>(borrowed_->level); }

    /// Where it comes from, such as "acs_auth::handler".
    [[nodiscard]] std::string_view target() const noexcept { return detail::view(borrowed_->target); }

    /// What happened, as text for a person.
    [[nodiscard]] std::string_view message() const noexcept { return detail::view(borrowed_->message); }

    /// When it was created.
    [[nodiscard]] std::chrono::system_clock::time_point time() const noexcept {
        using clock = std::chrono::system_clock;
        return clock::time_point(std::chrono::duration_cast<clock::duration>(
            std::chrono::microseconds(borrowed_->time_us)));
    }

    /// The fields of the record, followed by those of the operation it belongs to.
    [[nodiscard]] std::vector<log_field> fields() const {
        std::vector<log_field> all;
        for (std::size_t i = 0; i < borrowed_->field_count; ++i) {
            all.push_back(
                {detail::view(borrowed_->fields[i].name), detail::view(borrowed_->fields[i].value)});
        }
        return all;
    }

private:
    const ::acs_log_record *borrowed_;
};

/// Sends the log to a function, replacing the former one. There is one function for the whole library; it
/// receives records up to this level, on a library thread, one record at a time. A slow function delays no
/// call. Up to 1024 records, or 1 MiB of them, are queued; further ones are dropped and replaced by a record
/// with their number. Exceptions that the function throws are dropped: see on_callback_exception. A replaced
/// function may still be called, and is destroyed, after this has returned. A null function, or
/// log_level::off, turns the log off.
inline result<void> try_set_log(log_level level, std::function<void(const log_record &)> write) {
    using writing = detail::shared_user_data<std::function<void(const log_record &)>>;
    if (!write) {
        return detail::done(
            [](auto error) { return ::acs_log_set(ACS_LOG_OFF, nullptr, nullptr, nullptr, error); });
    }
    writing shared(std::make_shared<std::function<void(const log_record &)>>(std::move(write)));
    const ::acs_log_callback callback = [](void *user_data, const ::acs_log_record *record) {
        detail::guarded("log", [&] { writing::of(user_data)(log_record(record)); });
    };
    auto outcome = detail::done([&](auto error) {
        return ::acs_log_set(static_cast<std::int32_t>(level), callback, shared.get(), &writing::release,
                             error);
    });
    if (outcome) {
        shared.commit();
    }
    return outcome;
}

/// Sets the number of worker threads: 1 (default) to 64. It takes effect when the threads next start. One
/// thread handles some thousand exchanges a second; more are useful if callbacks take long.
inline result<void> try_set_worker_threads(int count) {
    return detail::done([&](auto error) { return ::acs_set_worker_threads(count, error); });
}

/// Ends the library's threads. Operations in progress complete with error_kind::cancelled before this
/// returns, and blocking calls fail with it. Everything can be used afterwards: the threads then start again,
/// clients open new connections, and caches begin empty. `timeout` is how long to wait for running callbacks;
/// default 5 s.
///
/// Fails with error_kind::invalid_argument in a callback of the library, and with timeout if callbacks are
/// still running.
inline result<void> try_shutdown(std::optional<std::chrono::milliseconds> timeout = {}) {
    return detail::done([&](auto error) { return ::acs_shutdown(detail::count(timeout), error); });
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)

inline void set_log(log_level level, std::function<void(const log_record &)> write) {
    try_set_log(level, std::move(write)).value();
}
inline void set_worker_threads(int count) { try_set_worker_threads(count).value(); }
inline void shutdown(std::optional<std::chrono::milliseconds> timeout = {}) { try_shutdown(timeout).value(); }

#endif

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
