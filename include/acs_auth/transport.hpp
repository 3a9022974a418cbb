// Your own HTTP stack instead of the library's, also for tests.
#ifndef ACS_AUTH_TRANSPORT_HPP
#define ACS_AUTH_TRANSPORT_HPP

#include "handle.hpp"
#include "user_data.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// Why a request got no usable response, which decides whether it is retried.
enum class failure_kind : std::int32_t {
    /// Nothing was sent: the request is retried, even a create.
    not_sent = ACS_FAILURE_KIND_NOT_SENT,
    /// The connection broke after the request may have been sent: requests that aren't idempotent are not
    /// retried.
    lost = ACS_FAILURE_KIND_LOST,
    /// No response was received in time after the request may have been sent.
    timed_out = ACS_FAILURE_KIND_TIMED_OUT,
    /// The server asked for fewer requests at the protocol level.
    overloaded = ACS_FAILURE_KIND_OVERLOADED,
    /// A retry would fail in the same way, as for an untrusted certificate.
    refused = ACS_FAILURE_KIND_REFUSED,
    /// The response is not HTTP.
    unexpected = ACS_FAILURE_KIND_UNEXPECTED,
};

/// A response returned by a transport.
struct transport_response {
    /// 200 to 999.
    int status = 200;
    /// As received, without Content-Encoding if the body was decompressed.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

/// A failure of a transport: it got no response.
struct transport_failure {
    failure_kind kind = failure_kind::lost;
    /// For a person, without any secret.
    std::string reason{};
};

/// The answer of a transport to a request.
using transport_answer = std::variant<transport_response, transport_failure>;

namespace detail {

inline void give_up(::acs_transport_request *request) noexcept {
    if (std::uncaught_exceptions() > 0) {
        ::acs_transport_request_fail(request, ACS_FAILURE_KIND_LOST, "the transport threw an exception",
                                     nullptr);
    }
    ::acs_transport_request_free(request);
}

} // namespace detail

/// A request for a transport to send. Answer it once, at once or later, on any thread. A request that is
/// destroyed without an answer fails with failure_kind::lost.
class transport_request : public detail::handle<::acs_transport_request, &detail::give_up> {
public:
    using handle::handle;

    /// "GET", "POST", "PUT" or "DELETE".
    [[nodiscard]] std::string_view method() const {
        return detail::view(::acs_transport_request_method(get()));
    }

    /// The absolute URL. Send it byte for byte: it is signed.
    [[nodiscard]] std::string_view url() const { return detail::view(::acs_transport_request_url(get())); }

    /// The headers, names in lower case. The HTTP stack adds Host and Content-Length; an empty POST has its
    /// own content-length of 0. A value may be a token or a signature: don't log it.
    [[nodiscard]] std::vector<header> headers() const {
        std::vector<header> all;
        for (std::size_t i = 0; i < ::acs_transport_request_header_count(get()); ++i) {
            const ::acs_header one = ::acs_transport_request_header(get(), i);
            all.push_back({detail::view(one.name), detail::view(one.value)});
        }
        return all;
    }

    /// The body, which may contain a token.
    [[nodiscard]] std::string_view body() const { return detail::view(::acs_transport_request_body(get())); }

    /// How long the attempt may still take: a timeout for the HTTP stack. The library then ends the attempt
    /// by itself.
    [[nodiscard]] std::chrono::milliseconds timeout() const {
        return std::chrono::milliseconds(::acs_transport_request_timeout_ms(get()));
    }

    /// The maximum size of the response's body in bytes; a larger one fails the attempt.
    [[nodiscard]] std::size_t max_response_bytes() const {
        return ::acs_transport_request_max_response_bytes(get());
    }

    /// Whether nobody is waiting for the answer any more: work in progress may then be abandoned.
    [[nodiscard]] bool is_cancelled() const { return ::acs_transport_request_is_cancelled(get()); }

    /// Answers the request with a response, whatever its status. Fails with error_kind::invalid_argument for
    /// an invalid response, which fails the attempt, and for a request that was already answered.
    result<void> try_respond(const transport_response &answer) const {
        detail::texts t;
        std::vector<header> given;
        for (const auto &[name, value] : answer.headers) {
            given.push_back({name, value});
        }
        const auto headers = t.add_headers(given);
        return detail::done([&](auto error) {
            return ::acs_transport_request_respond(get(), answer.status, headers.data(), headers.size(),
                                                   detail::bytes(answer.body), error);
        });
    }

    /// Like try_respond, for a request that got no response. `reason` is text for a person, without any
    /// secret.
    result<void> try_fail(failure_kind kind, std::string_view reason) const {
        detail::texts t;
        const char *text = t.add(reason);
        return detail::done([&](auto error) {
            return ::acs_transport_request_fail(get(), static_cast<std::int32_t>(kind), text, error);
        });
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void respond(const transport_response &answer) const { try_respond(answer).value(); }
    void fail(failure_kind kind, std::string_view reason) const { try_fail(kind, reason).value(); }
#endif
};

namespace detail {

class request_sender {
public:
    virtual ~request_sender() = default;
    virtual void send(transport_request request) = 0;
};

/// For a function that answers the request itself, now or later.
template <class F>
class answering_sender final : public request_sender {
public:
    explicit answering_sender(F function) : function_(std::move(function)) {}
    void send(transport_request request) override { function_(std::move(request)); }

private:
    F function_;
};

/// For a function that returns the answer.
template <class F>
class giving_sender final : public request_sender {
public:
    explicit giving_sender(F function) : function_(std::move(function)) {}

    void send(transport_request request) override {
        const transport_request &asked = request;
        const transport_answer given = function_(asked);
        // The library fails the attempt itself if the answer is invalid.
        if (const auto *const response = std::get_if<transport_response>(&given)) {
            static_cast<void>(request.try_respond(*response));
        } else if (const auto *const failure = std::get_if<transport_failure>(&given)) {
            static_cast<void>(request.try_fail(failure->kind, failure->reason));
        }
    }

private:
    F function_;
};

} // namespace detail

/// Your own HTTP stack instead of the library's, such as your company's, or in a test a function that answers
/// in process, so that nothing reaches the network. It is a function of one of two forms:
///
///   - `acs::transport_response f(const acs::transport_request &request)`, or one that returns an
///     acs::transport_answer; or
///   - `void f(acs::transport_request request)`, which answers the request now or later.
///
/// It is called on a thread of its own, which it may block; the library still signs, retries, and ends
/// attempts and calls in time. An exception that it throws fails the attempt with failure_kind::lost,
/// without its text. It ignores the connection options. Copies share the function, which is destroyed
/// with the last copy and the last client created with it.
class transport {
public:
    template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, transport>>>
    transport(F function) {
        if constexpr (std::is_invocable_r_v<transport_answer, F &, const transport_request &>) {
            sender_ = std::make_shared<detail::giving_sender<F>>(std::move(function));
        } else {
            static_assert(std::is_invocable_v<F &, transport_request>,
                          "a transport takes an acs::transport_request");
            sender_ = std::make_shared<detail::answering_sender<F>>(std::move(function));
        }
    }

    /// For this wrapper's own use.
    [[nodiscard]] const std::shared_ptr<detail::request_sender> &sender() const noexcept { return sender_; }

private:
    std::shared_ptr<detail::request_sender> sender_;
};

namespace detail {

/// A transport in its C form, for the duration of a call.
class c_transport {
public:
    explicit c_transport(const std::optional<transport> &given)
        : user_data_(given ? given->sender() : nullptr), is_given_(given.has_value()) {
        ::acs_transport_init(&c_, sizeof c_);
        c_.send = [](void *user_data, ::acs_transport_request *request) {
            transport_request owned(request);
            guarded("transport", [&] { sender::of(user_data).send(std::move(owned)); });
        };
        c_.user_data = user_data_.get();
        c_.release = &sender::release;
    }

    [[nodiscard]] const ::acs_transport *get() const noexcept { return is_given_ ? &c_ : nullptr; }
    void commit() noexcept { user_data_.commit(); }

private:
    using sender = shared_user_data<request_sender>;

    sender user_data_;
    bool is_given_;
    ::acs_transport c_;
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
