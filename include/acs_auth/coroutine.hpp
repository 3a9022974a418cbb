// co_await for operations, where the compiler has coroutines (C++20).
//
// The coroutine continues where the operation's via() determines; without it, on a thread of the library,
// which it should leave soon. If the call cannot be started, the coroutine continues at once. Destroying a
// suspended coroutine cancels its call; do that on the thread, or in the executor, on which it would
// continue.
#ifndef ACS_AUTH_COROUTINE_HPP
#define ACS_AUTH_COROUTINE_HPP

#include "operation.hpp"

#if defined(ACS_AUTH_COROUTINES)

#include <coroutine>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// The state that a suspended coroutine shares with the completion it waits for.
template <class T>
class waiting {
public:
    explicit waiting(std::coroutine_handle<> coroutine) noexcept : coroutine_(coroutine) {}

    void complete(result<T> outcome) {
        outcome_.emplace(std::move(outcome));
        if (phase_.exchange(phase::completed) == phase::suspended) {
            coroutine_.resume();
        }
    }

    void fail(const acs::error &failure) { outcome_.emplace(failure); }

    /// Stores the call, which abandon() then cancels.
    void started(shared_call begun) {
        call_ = std::move(begun);
        has_call_.store(true);
        if (phase_.load() == phase::abandoned) {
            call_->cancel();
        }
    }

    /// The coroutine is being destroyed: it must not be resumed.
    void abandon() noexcept {
        if (phase_.exchange(phase::abandoned) == phase::suspended && has_call_.load()) {
            call_->cancel();
        }
    }

    result<T> outcome() && { return *std::move(outcome_); }

private:
    enum class phase { suspended, completed, abandoned };

    std::coroutine_handle<> coroutine_;
    std::optional<result<T>> outcome_;
    std::atomic<phase> phase_{phase::suspended};
    std::atomic<bool> has_call_{false};
    shared_call call_;
};

template <class Operation, bool Throws>
class awaiter {
public:
    using value_type = typename Operation::value_type;

    explicit awaiter(Operation operation) : operation_(std::move(operation)) {}
    awaiter(const awaiter &) = delete;
    awaiter &operator=(const awaiter &) = delete;
    ~awaiter() {
        if (waiting_) {
            waiting_->abandon();
        }
    }

    [[nodiscard]] bool await_ready() const noexcept { return false; }

    ACS_AUTH_NOINLINE bool await_suspend(std::coroutine_handle<> coroutine) {
        const auto shared = std::make_shared<waiting<value_type>>(coroutine);
        waiting_ = shared;
        Operation operation = std::move(operation_);
        abandoning unless_begun{shared.get()};
        auto begun = std::move(operation).begin(
            [shared](result<value_type> outcome) { shared->complete(std::move(outcome)); });
        unless_begun.state = nullptr;
        // If the call has begun, another thread may be running the coroutine by now: don't touch `this`.
        if (!begun) {
            shared->fail(begun.error());
            return false;
        }
        shared->started(*std::move(begun));
        return true;
    }

    auto await_resume() {
        auto outcome = std::move(*waiting_).outcome();
        if constexpr (Throws) {
            return std::move(outcome).value();
        } else {
            return outcome;
        }
    }

private:
    /// Abandons the state if starting throws, which it does only for lack of memory.
    struct abandoning {
        ~abandoning() {
            if (state != nullptr) {
                state->abandon();
            }
        }

        waiting<value_type> *state;
    };

    Operation operation_;
    std::shared_ptr<waiting<value_type>> waiting_;
};

} // namespace detail

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
/// Returns the operation's value, or throws its error.
template <class T, class Start, class Place, class Stop>
auto operator co_await(operation<T, Start, Place, Stop> &&begun) {
    return detail::awaiter<operation<T, Start, Place, Stop>, true>(std::move(begun));
}
#endif

namespace detail {

/// Returns a result<T>.
template <class Operation>
auto operator co_await(unthrowing<Operation> &&begun) {
    return awaiter<Operation, false>(std::move(begun.operation));
}

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
#endif
