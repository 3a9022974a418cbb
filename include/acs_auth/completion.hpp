// The outcome of a submission, the handle for cancelling it, and the queue for completions.
#ifndef ACS_AUTH_COMPLETION_HPP
#define ACS_AUTH_COMPLETION_HPP

#include "arguments.hpp"
#include "token.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// A started submission, for cancelling it. Destroying this object doesn't cancel it.
class call : public detail::handle<::acs_call, &::acs_call_free> {
public:
    using handle::handle;

    /// Cancels the submission: it completes with error_kind::cancelled, unless it has already completed.
    /// May be called from any thread and repeatedly. The callback may be called on this thread before
    /// this function returns.
    void cancel() const noexcept { ::acs_call_cancel(get()); }
};

namespace detail {

struct completion_freeing {
    void operator()(::acs_completion *owned) const noexcept { ::acs_completion_free(owned); }
};
using owned_completion = std::unique_ptr<::acs_completion, completion_freeing>;

/// Takes each kind of result from a completion. A specialisation stands beside the type.
template <class T>
struct taking;

template <>
struct taking<user> {
    static ::acs_user *from(::acs_completion *c) noexcept { return ::acs_completion_take_user(c); }
};
template <>
struct taking<token> {
    static ::acs_token *from(::acs_completion *c) noexcept { return ::acs_completion_take_token(c); }
};
template <>
struct taking<user_token> {
    static ::acs_user_token *from(::acs_completion *c) noexcept {
        return ::acs_completion_take_user_token(c);
    }
};
template <>
struct taking<user_detail> {
    static ::acs_user_detail *from(::acs_completion *c) noexcept {
        return ::acs_completion_take_user_detail(c);
    }
};
template <>
struct taking<teams_extension_assignment> {
    static ::acs_teams_extension_assignment *from(::acs_completion *c) noexcept {
        return ::acs_completion_take_teams_extension_assignment(c);
    }
};

template <class T>
result<T> take(::acs_completion *completion) {
    const ::acs_status status = ::acs_completion_status(completion);
    if (status != ACS_STATUS_OK) {
        return adopted(status, ::acs_completion_take_error(completion));
    }
    if constexpr (std::is_void_v<T>) {
        return {};
    } else if constexpr (is_answer<T>) {
        return answered<T>(::acs_completion_reachable(completion));
    } else {
        auto *const given = taking<T>::from(completion);
        if (given == nullptr) {
            return error(error_kind::invalid_argument, "The completion holds no result of this type.");
        }
        return T(given);
    }
}

/// The target of each submission's user_data.
class receiver {
public:
    explicit receiver(void *tag = nullptr) noexcept : tag_(tag) {}
    receiver(const receiver &) = delete;
    receiver &operator=(const receiver &) = delete;
    virtual ~receiver() = default;

    virtual void receive(owned_completion completion) = 0;
    [[nodiscard]] void *tag() const noexcept { return tag_; }

private:
    void *tag_;
};

/// Passes the result to a callback.
template <class T, class F>
class callback_receiver final : public receiver {
public:
    callback_receiver(F callback, response_hook to)
        : callback_(std::move(callback)), on_response_(std::move(to)) {}

    void receive(owned_completion completion) override {
        tell(on_response_, ::acs_completion_call_response(completion.get()));
        result<T> outcome = take<T>(completion.get());
        completion.reset();
        callback_(std::move(outcome));
    }

private:
    F callback_;
    response_hook on_response_;
};

/// Has a tag but no callback: whoever takes the completion from the queue gets the result.
class tag_receiver final : public receiver {
public:
    using receiver::receiver;
    void receive(owned_completion) override {}
};

inline void on_completion(void *user_data, ::acs_completion *given) noexcept {
    owned_completion completion(given);
    const std::unique_ptr<receiver> to(static_cast<receiver *>(user_data));
    guarded("completion", [&] { to->receive(std::move(completion)); });
}

} // namespace detail

/// A completion that was taken from a queue.
class completion {
public:
    /// Takes ownership of a completion of the C interface, whose submission was made by this wrapper.
    explicit completion(::acs_completion *owned) noexcept
        : owned_(owned), receiver_(static_cast<detail::receiver *>(::acs_completion_user_data(owned))) {}

    /// The tag with which the operation was submitted; null if it was started with a callback.
    [[nodiscard]] void *tag() const noexcept { return receiver_ ? receiver_->tag() : nullptr; }

    /// Whether the operation succeeded.
    [[nodiscard]] bool succeeded() const noexcept {
        return ::acs_completion_status(owned_.get()) == ACS_STATUS_OK;
    }

    /// The response of a client's call, valid as long as this object; none if the last attempt got none,
    /// or if the option keep_response was not set.
    [[nodiscard]] std::optional<call_response> response() const noexcept {
        const ::acs_call_response *const kept = ::acs_completion_call_response(owned_.get());
        return kept == nullptr ? std::nullopt : std::optional<call_response>(kept);
    }

    /// The result of an operation that returns a T: user, token, user_token, user_detail,
    /// teams_extension_assignment, verified_token, response, void, bool or std::optional<bool>. It can be
    /// taken once.
    template <class T>
    result<T> take() {
        return detail::take<T>(owned_.get());
    }

    /// Calls the callback with which the operation was started; exceptions that it throws are propagated.
    void run() && {
        if (const auto to = std::move(receiver_)) {
            to->receive(std::move(owned_));
        }
    }

private:
    detail::owned_completion owned_;
    std::unique_ptr<detail::receiver> receiver_;
};

namespace detail {

/// Cancels the submissions in progress and calls the callback of each remaining completion, so that every
/// callback is called.
inline void drain_and_free(::acs_queue *queue) noexcept {
    ::acs_queue_shutdown(queue);
    while (::acs_completion *given = ::acs_queue_next(queue, ACS_WAIT_FOREVER)) {
        guarded("completion", [&] { completion(given).run(); });
    }
    ::acs_queue_free(queue);
}

} // namespace detail

/// Holds completions until an event loop, or a thread, takes them. Any threads may use it at once.
///
/// Pass fd() to epoll, poll, libuv or libevent, and call dispatch() when it is readable: the callbacks of
/// the operations started with the queue are then called there. Destroying a queue cancels its operations in
/// progress and calls the remaining callbacks; do that only while no callback is running. Start its
/// operations only with this wrapper.
class queue : public detail::handle<::acs_queue, &detail::drain_and_free> {
public:
    using handle::handle;

    /// Creates a queue; fails if the system provides no descriptor.
    static result<queue> try_create() {
        return detail::made<queue>([](auto to, auto error) { return ::acs_queue_new(to, error); });
    }

    /// A descriptor that is readable while the queue holds a completion: poll it, but don't read or close
    /// it. A forked child has another one. -1 if the system provides none. On Windows it is an event: see
    /// acs_queue_fd.
    [[nodiscard]] int fd() const noexcept { return ::acs_queue_fd(get()); }

    /// Takes the next completion, and waits for it without limit. None once the queue is shut down and
    /// empty.
    std::optional<completion> next() { return taken(ACS_WAIT_FOREVER); }

    /// Like next(), but none if there was no completion in this time. Zero doesn't wait.
    std::optional<completion> next(std::chrono::milliseconds timeout) {
        return taken(std::max<std::int64_t>(timeout.count(), 0));
    }

    /// Calls the callbacks of the queued completions, and returns their number. Exceptions of a callback
    /// are propagated; the completions after it stay in the queue.
    std::size_t dispatch() { return dispatch(std::chrono::milliseconds::zero()); }

    /// Like dispatch(), but waits this long for the first completion.
    std::size_t dispatch(std::chrono::milliseconds timeout) {
        // Completions that arrive meanwhile wait for the next call: the event loop has other descriptors,
        // too.
        const std::size_t most = pending();
        std::size_t count = 0;
        for (auto one = next(timeout); one; one = next(std::chrono::milliseconds::zero())) {
            std::move(*one).run();
            if (++count >= most) {
                break;
            }
        }
        return count;
    }

    /// The number of submissions whose completion was not taken yet, including those in progress.
    [[nodiscard]] std::size_t pending() const noexcept { return ::acs_queue_pending(get()); }

    /// Rejects further submissions and cancels those in progress; each still completes, and its completion
    /// can be taken.
    void shutdown() noexcept { ::acs_queue_shutdown(get()); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static queue create() { return try_create().value(); }
#endif

private:
    std::optional<completion> taken(std::int64_t timeout_ms) {
        ::acs_completion *given = ::acs_queue_next(get(), timeout_ms);
        return given == nullptr ? std::nullopt : std::optional<completion>(given);
    }
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
