// What a host may count and time: a function that is told what happens in an exchanger or handler.
#ifndef ACS_AUTH_OBSERVER_HPP
#define ACS_AUTH_OBSERVER_HPP

#include "handle.hpp"
#include "user_data.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// More kinds may be added.
enum class event_kind : std::int32_t {
    /// A token was found in this process's cache.
    cache_hit = ACS_EVENT_CACHE_HIT,
    /// A token was found in the cache that processes share.
    shared_cache_hit = ACS_EVENT_SHARED_CACHE_HIT,
    /// A caller got what another one's exchange brought.
    coalesced = ACS_EVENT_COALESCED,
    /// A cached rejection was returned.
    negative_cache_hit = ACS_EVENT_NEGATIVE_CACHE_HIT,
    /// An exchange waited for the limit, or was given up for it.
    limited = ACS_EVENT_LIMITED,
    /// The service said 429: all exchanges pause.
    paused = ACS_EVENT_PAUSED,
    /// The service was asked for a token.
    exchanged = ACS_EVENT_EXCHANGED,
    /// A user was signed out.
    signed_out = ACS_EVENT_SIGNED_OUT,
    /// A request was answered by the handler.
    request_completed = ACS_EVENT_REQUEST_COMPLETED,
    /// Events are missing here, because the observer was slower than they came.
    dropped = ACS_EVENT_DROPPED,
};

/// What happened. Members that do not belong to the kind are empty.
struct event {
    event_kind kind;
    /// Of exchanged: how it failed; none for success.
    std::optional<error_kind> error;
    /// Of limited: its deadline was too close, so that it was not made.
    bool rejected;
    /// Of answered: the HTTP status of the response.
    int status;
    /// Of limited and paused: for how long.
    std::chrono::microseconds wait;
    /// Of exchanged, retries included, and answered: how long it took.
    std::chrono::microseconds took;
    /// Of answered: the route, such as "/api/token/teams"; "other" for what is none. It lives as long as the
    /// call.
    std::string_view route;
    /// Of dropped: how many events are missing.
    std::int64_t count;
};

/// Who is told: a function `void f(const acs::event &)`. It is called on a thread of the library's own, one
/// event at a time; a slow one delays no call, and misses those that find 4096 waiting. Where several
/// exchangers and handlers have it, each calls it by itself. Events that are queued when one of them is
/// destroyed are delivered afterwards, so the function must own or share what it uses; it is destroyed
/// after its last call, and at the latest by acs::shutdown(). What it throws is dropped: see
/// on_callback_exception. Copies share the function.
class observer {
public:
    using function = std::function<void(const event &)>;

    template <class F, class = std::enable_if_t<std::is_invocable_v<F &, const event &>>>
    observer(F told) : told_(std::make_shared<function>(std::move(told))) {}

    /// For the wrapper itself.
    [[nodiscard]] const std::shared_ptr<function> &told() const noexcept { return told_; }

private:
    std::shared_ptr<function> told_;
};

namespace detail {

/// An observer as C has it, for the time of a call.
class c_observer {
public:
    explicit c_observer(const std::optional<observer> &given)
        : user_data_(given ? given->told() : nullptr), is_given_(given.has_value()) {
        ::acs_observer_init(&c_, sizeof c_);
        c_.on_event = [](void *user_data, const ::acs_event *e) {
            guarded("observer", [&] { told::of(user_data)(happened(*e)); });
        };
        c_.user_data = user_data_.get();
        c_.release = &told::release;
    }

    [[nodiscard]] const ::acs_observer *get() const noexcept { return is_given_ ? &c_ : nullptr; }
    void commit() noexcept { user_data_.commit(); }

private:
    using told = shared_user_data<observer::function>;

    static event happened(const ::acs_event &e) {
        return {static_cast<event_kind>(e.kind),
                e.error == ACS_STATUS_OK ? std::nullopt : std::optional(static_cast<error_kind>(e.error)),
                e.rejected != 0,
                e.status,
                std::chrono::microseconds(e.wait_us),
                std::chrono::microseconds(e.took_us),
                view(e.route),
                e.count};
    }

    told user_data_;
    bool is_given_;
    ::acs_observer c_;
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
