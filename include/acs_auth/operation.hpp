// Calls that do not block.
//
// A function whose name ends in _async returns an acs::operation. It does nothing until it is started with a
// place for its result:
//
//     operation.start(callback)                callback(acs::result<T>), on a thread of the library
//     operation.via(queue).start(callback)     callback(acs::result<T>), where queue.dispatch() is called
//     operation.via(executor).start(callback)  callback(acs::result<T>), where executor(task) runs its task
//     operation.future()                       a std::future<T>
//     co_await operation                       T (C++20); via() determines where the coroutine continues
//
// Each completes exactly once, also when it is cancelled or the library is shut down. The arguments are
// copied when the operation is created. The object that it was created by (the client, the exchanger …) and
// its queue must live until it is started.
#ifndef ACS_AUTH_OPERATION_HPP
#define ACS_AUTH_OPERATION_HPP

#include "completion.hpp"

#include <future>

#if defined(ACS_AUTH_STOP_TOKENS)
#include <stop_token>
#endif

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

struct library_thread {};
struct on_queue {
    ::acs_queue *queue;
};
struct no_stop {};

/// A callback with its result. It runs once, however often it is called. It is copyable, as executors
/// require.
template <class T, class F>
class task {
public:
    task(F callback, result<T> outcome)
        : state_(std::make_shared<state>(std::move(callback), std::move(outcome))) {}

    void operator()() const {
        if (!state_->has_run.exchange(true)) {
            state_->callback(std::move(state_->outcome));
        }
    }

private:
    struct state {
        state(F f, result<T> r) : callback(std::move(f)), outcome(std::move(r)) {}

        F callback;
        result<T> outcome;
        std::atomic<bool> has_run{false};
    };

    std::shared_ptr<state> state_;
};

/// Passes a callback to an executor. If the executor throws, the callback runs on this thread instead, so
/// that it is always called.
template <class T, class Executor, class F>
class executing {
public:
    executing(Executor executor, F callback)
        : executor_(std::move(executor)), callback_(std::move(callback)) {}

    void operator()(result<T> outcome) {
        const task<T, F> work(std::move(callback_), std::move(outcome));
        if (!guarded("executor", [&] { executor_(work); })) {
            work();
        }
    }

private:
    Executor executor_;
    F callback_;
};

using shared_call = std::shared_ptr<const call>;

#if defined(ACS_AUTH_STOP_TOKENS)

/// Cancels a call when a stop is requested. It lives as long as the submission.
class stop_watch {
public:
    void watch(std::stop_token token, shared_call watched) {
        callback_.emplace(std::move(token), canceller{std::move(watched)});
    }

private:
    struct canceller {
        void operator()() const noexcept {
            // Cancelling may complete the call, which may destroy the stop_watch.
            const shared_call kept = watched;
            kept->cancel();
        }

        shared_call watched;
    };

    std::optional<std::stop_callback<canceller>> callback_;
};

#endif

/// Sets the promise's value or error.
template <class T>
void settle(std::promise<result<T>> &promise, result<T> outcome) {
    promise.set_value(std::move(outcome));
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
template <class T>
void settle(std::promise<T> &promise, result<T> outcome) {
    if (!outcome) {
        promise.set_exception(std::make_exception_ptr(outcome.error()));
    } else if constexpr (std::is_void_v<T>) {
        promise.set_value();
    } else {
        promise.set_value(*std::move(outcome));
    }
}
#endif

template <class Operation>
struct unthrowing {
    Operation operation;
};

} // namespace detail

/// A call that hasn't been started: see the top of this file. Use it once:
/// `client.create_user_async().start(callback)`.
template <class T, class Start, class Place = detail::library_thread, class Stop = detail::no_stop>
class [[nodiscard]] operation {
public:
    using value_type = T;
    static constexpr bool is_stoppable = !std::is_same_v<Stop, detail::no_stop>;

    /// The result of starting: an object that cancels the call, or nothing if a stop token does.
    using started = std::conditional_t<is_stoppable, void, call>;

    operation(Start start, Place place, Stop stop)
        : start_(std::move(start)), place_(std::move(place)), stop_(std::move(stop)) {}

    /// Continues the callback, or the coroutine, where queue.dispatch() is called.
    auto via(queue &to) && { return std::move(*this).at(detail::on_queue{to.get()}); }

    /// Continues the callback, or the coroutine, where executor(task) runs its task, a copyable function
    /// object without arguments; if it never does, neither continues. If the executor throws, the task
    /// runs on the library's thread.
    template <class Executor, class = std::enable_if_t<!std::is_same_v<std::decay_t<Executor>, queue>>>
    auto via(Executor executor) && {
        return std::move(*this).at(std::move(executor));
    }

#if defined(ACS_AUTH_STOP_TOKENS)
    /// Cancels the call when a stop is requested.
    auto stop_on(std::stop_token token) && {
        return operation<T, Start, Place, std::stop_token>(std::move(start_), std::move(place_),
                                                           std::move(token));
    }
#endif

    /// For co_await: returns a result<T> instead of throwing.
    auto as_result() && { return detail::unthrowing<operation>{std::move(*this)}; }

    /// Starts the call; callback(result<T>) is called once, possibly before this returns. If starting fails,
    /// it is not called. On a library thread, a callback that blocks delays other calls by about 20 ms, and
    /// exceptions that it throws are dropped: see on_callback_exception.
    template <class F>
    result<started> try_start(F callback) && {
        if constexpr (is_stoppable) {
            auto begun = std::move(*this).begin(std::move(callback));
            return begun ? result<void>() : result<void>(begun.error());
        } else {
            return std::move(*this).send(std::move(callback));
        }
    }

    /// Starts the call. Take its completion, which has this tag, from the queue.
    result<call> try_submit(queue &to, void *tag) && {
        static_assert(std::is_same_v<Place, detail::library_thread> && !is_stoppable,
                      "the queue is given here");
        return std::move(*this).hand_over(std::make_unique<detail::tag_receiver>(tag), to.get(), true);
    }

    /// Starts the call and returns a future. If starting fails, the future holds that error.
    std::future<result<T>> try_future() && { return std::move(*this).template promised<result<T>>(); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    template <class F>
    started start(F callback) && {
        return std::move(*this).try_start(std::move(callback)).value();
    }

    call submit(queue &to, void *tag) && { return std::move(*this).try_submit(to, tag).value(); }

    /// Like try_future(), but get() throws the error.
    std::future<T> future() && { return std::move(*this).template promised<T>(); }
#endif

    /// Starts the call and returns a shared handle for cancelling it. For code built on operations, such as
    /// co_await.
    template <class F>
    result<detail::shared_call> begin(F callback) && {
        if constexpr (is_stoppable) {
#if defined(ACS_AUTH_STOP_TOKENS)
            const auto watch = std::make_shared<detail::stop_watch>();
            auto stop = stop_;
            auto begun = std::move(*this).send(
                [watch, f = std::move(callback)](result<T> outcome) mutable { f(std::move(outcome)); });
            if (!begun) {
                return begun.error();
            }
            detail::shared_call shared = std::make_shared<const call>(*std::move(begun));
            watch->watch(std::move(stop), shared);
            return shared;
#endif
        } else {
            auto begun = std::move(*this).send(std::move(callback));
            if (!begun) {
                return begun.error();
            }
            return detail::shared_call(std::make_shared<const call>(*std::move(begun)));
        }
    }

private:
    template <class Other>
    auto at(Other place) && {
        return operation<T, Start, Other, Stop>(std::move(start_), std::move(place), std::move(stop_));
    }

    template <class F>
    result<call> send(F callback) && {
        static_assert(std::is_invocable_v<F &, result<T>>,
                      "the callback takes an acs::result of the operation's type");
        if constexpr (std::is_same_v<Place, detail::library_thread>) {
            return std::move(*this).hand_over(receiver(std::move(callback)), nullptr, false);
        } else if constexpr (std::is_same_v<Place, detail::on_queue>) {
            return std::move(*this).hand_over(receiver(std::move(callback)), place_.queue, true);
        } else {
            detail::executing<T, Place, F> work(std::move(place_), std::move(callback));
            return std::move(*this).hand_over(receiver(std::move(work)), nullptr, false);
        }
    }

    template <class F>
    std::unique_ptr<detail::receiver> receiver(F callback) {
        return std::make_unique<detail::callback_receiver<T, F>>(std::move(callback), start_.on_response);
    }

    result<call> hand_over(std::unique_ptr<detail::receiver> to, ::acs_queue *queue, bool is_queued) && {
        ::acs_delivery delivery;
        ::acs_delivery_init(&delivery, sizeof delivery);
        delivery.queue = queue;
        delivery.callback = is_queued ? nullptr : &detail::on_completion;
        delivery.user_data = to.get();
        auto begun =
            detail::made<call>([&](auto call, auto error) { return start_(&delivery, call, error); });
        if (begun) {
            // The library owns the receiver now, and may have deleted it already.
            static_cast<void>(to.release());
        }
        return begun;
    }

    template <class Value>
    std::future<Value> promised() && {
        std::promise<Value> promise;
        auto future = promise.get_future();
        auto begun = std::move(*this).try_start([kept = std::move(promise)](result<T> outcome) mutable {
            detail::settle(kept, std::move(outcome));
        });
        if (!begun) {
            std::promise<Value> failed;
            detail::settle(failed, result<T>(begun.error()));
            return failed.get_future();
        }
        return future;
    }

    Start start_;
    Place place_;
    Stop stop_;
};

namespace detail {

/// The function that starts an operation, and the hook that receives its response.
template <class F>
struct starting {
    template <class... Places>
    ::acs_status operator()(Places... places) const {
        return start(places...);
    }

    F start;
    response_hook on_response;
};

/// An operation that is started by a function of the C interface: function(of, arguments, delivery, call,
/// error).
template <class T, class F, class C, class... Given>
auto submitted(F function, C *of, const Given &...given) {
    auto start = [function, of, all = arguments<Given...>(given...)](auto... places) {
        return all.passed_to([&](auto... c) { return function(of, c..., places...); });
    };
    using starting_it = starting<decltype(start)>;
    return operation<T, starting_it>(starting_it{std::move(start), hook_among(given...)}, library_thread{},
                                     no_stop{});
}

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
