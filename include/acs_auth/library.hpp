// The library as a whole: its version, its log and its threads.
#ifndef ACS_AUTH_LIBRARY_HPP
#define ACS_AUTH_LIBRARY_HPP

#include "handle.hpp"
#include "user_data.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The version of the library that the program runs with, such as "0.1.0".
[[nodiscard]] inline std::string_view version() noexcept { return detail::view(::acs_version()); }

/// Whether a program that was compiled for one ABI works with a library that has another: the same major
/// number, and no lower minor one. Numbers are major << 16 | minor.
[[nodiscard]] constexpr bool is_compatible(std::uint32_t compiled_for, std::uint32_t library) noexcept {
    return (compiled_for >> 16U) == (library >> 16U) && (compiled_for & 0xffffU) <= (library & 0xffffU);
}

/// Whether this program works with the library that it runs with. A program that loads the library at run
/// time asks this first.
[[nodiscard]] inline bool is_compatible() noexcept {
    return is_compatible(ACS_ABI_VERSION, ::acs_abi_version());
}

enum class log_level : std::int32_t {
    off = ACS_LOG_OFF,
    /// Bugs.
    error = ACS_LOG_ERROR,
    /// What an operator should know of: rejected callers, failed exchanges, a wrong clock.
    warn = ACS_LOG_WARN,
    /// What is worth counting.
    info = ACS_LOG_INFO,
    /// What fails, is tried again, is exchanged and is answered.
    debug = ACS_LOG_DEBUG,
    /// Everything.
    trace = ACS_LOG_TRACE,
};

/// A field of a record, such as "client_request_id".
struct log_field {
    std::string_view name;
    std::string_view value;
};

/// A record of the log. It holds no key and no token, and its texts live as long as the call that it is
/// handed to.
class log_record {
public:
    explicit log_record(const ::acs_log_record *borrowed) noexcept : borrowed_(borrowed) {}

    [[nodiscard]] log_level level() const noexcept { return static_cast<log_level>(borrowed_->level); }

    /// Where it comes from, such as "acs_auth::handler".
    [[nodiscard]] std::string_view target() const noexcept { return detail::view(borrowed_->target); }

    /// What happened, for a person.
    [[nodiscard]] std::string_view message() const noexcept { return detail::view(borrowed_->message); }

    /// When it was made.
    [[nodiscard]] std::chrono::system_clock::time_point time() const noexcept {
        using clock = std::chrono::system_clock;
        return clock::time_point(std::chrono::duration_cast<clock::duration>(
            std::chrono::microseconds(borrowed_->time_us)));
    }

    /// The fields of the record, and then those of the operation that it belongs to.
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

/// Sends the log to a function, in place of the one before: records of at most this level, of the whole
/// library. It is called on a thread of the library's own, one record at a time; a slow one delays no call,
/// and misses those that find 1024 or 1 MiB waiting, which a record counts. What it throws is dropped: see
/// on_callback_exception. It may be called, and lives, until calls of it have ended, which may be after this
/// has returned. A null function ends the log.
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

/// How many threads serve calls: 1 (default) to 64, from the next start of the threads on. One thread is
/// enough for some thousand exchanges a second; more are of use where callbacks take long.
inline result<void> try_set_worker_threads(int count) {
    return detail::done([&](auto error) { return ::acs_set_worker_threads(count, error); });
}

/// Ends the library's threads. Operations that are under way complete as error_kind::cancelled before it
/// returns, and calls that wait end so. Everything can be used afterwards: the threads then start anew, and
/// clients make new connections. A cache begins empty. `timeout` is how long to wait for callbacks that are
/// running; default 5 s.
///
/// Fails as error_kind::invalid_argument in a callback of the library, and as timeout when callbacks run on.
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
