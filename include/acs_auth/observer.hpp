// Events to count and time: a function that receives the events of an exchanger or handler.
#ifndef ACS_AUTH_OBSERVER_HPP
#define ACS_AUTH_OBSERVER_HPP

#include "handle.hpp"
#include "user_data.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The kind of an event. More kinds may be added, so have a default case.
enum class event_kind : std::int32_t {
    /// A token was found in this process's cache.
    cache_hit = ACS_EVENT_CACHE_HIT,
    /// A token was found in the shared cache.
    shared_cache_hit = ACS_EVENT_SHARED_CACHE_HIT,
    /// A caller got the result of another caller's exchange.
    coalesced = ACS_EVENT_COALESCED,
    /// A cached rejection was returned.
    negative_cache_hit = ACS_EVENT_NEGATIVE_CACHE_HIT,
    /// An exchange waited for the limit, or was rejected because of it.
    limited = ACS_EVENT_LIMITED,
    /// The service returned 429: all exchanges pause.
    paused = ACS_EVENT_PAUSED,
    /// A token was exchanged, or the exchange failed.
    exchanged = ACS_EVENT_EXCHANGED,
    /// A user was signed out.
    signed_out = ACS_EVENT_SIGNED_OUT,
    /// The handler answered a request.
    request_completed = ACS_EVENT_REQUEST_COMPLETED,
    /// Events were dropped here because the observer was too slow.
    dropped = ACS_EVENT_DROPPED,
};

/// An event. Members that don't belong to its kind are empty.
struct event {
    event_kind kind;
    /// For exchanged: how it failed; none for success.
    std::optional<error_kind> error;
    /// For limited: whether it was rejected because its deadline was too close.
    bool rejected;
    /// For request_completed: the HTTP status of the response.
    int status;
    /// For limited and paused: the wait.
    std::chrono::microseconds wait;
    /// For exchanged, including retries, and request_completed: the duration.
    std::chrono::microseconds took;
    /// For request_completed: the route, such as "/api/token/teams"; "other" for an unknown path. Valid only
    /// during the call of the observer.
    std::string_view route;
    /// For dropped: the number of dropped events.
    std::int64_t count;
};

/// A receiver of events: a function `void f(const acs::event &)`. It is called on a library thread, one event
/// at a time; a slow function delays no call. Up to 4096 events are queued; further ones are dropped and
/// replaced by an event of the kind dropped. If several exchangers and handlers use the same observer, each
/// calls it separately, so calls may overlap. Events that are queued when one of them is destroyed are still
/// delivered, so the function must own or share what it uses. It is destroyed after its last call, and by
/// the time that acs::shutdown() succeeds if its exchangers and handlers were destroyed before. Exceptions
/// that it throws are dropped: see on_callback_exception. Copies share the function.
class observer {
public:
    using function = std::function<void(const event &)>;

    template <class F, class = std::enable_if_t<std::is_invocable_v<F &, const event &>>>
    observer(F told) : told_(std::make_shared<function>(std::move(told))) {}

    /// For this wrapper's own use.
    [[nodiscard]] const std::shared_ptr<function> &told() const noexcept { return told_; }

private:
    std::shared_ptr<function> told_;
};

namespace detail {

/// An observer in its C form, for the duration of a call.
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
