// An HTTP stack of the host's own in place of the library's, also a fake for tests.
#ifndef ACS_AUTH_TRANSPORT_HPP
#define ACS_AUTH_TRANSPORT_HPP

#include "handle.hpp"
#include "user_data.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// Why a request got no usable response: what a retry may conclude.
enum class failure_kind : std::int32_t {
    /// Nothing was sent: the request is tried again, a create too.
    not_sent = ACS_FAILURE_KIND_NOT_SENT,
    /// The connection broke after the request may have been sent: what cannot be repeated is not.
    lost = ACS_FAILURE_KIND_LOST,
    /// No response came in time after the request may have been sent.
    timed_out = ACS_FAILURE_KIND_TIMED_OUT,
    /// The server asked for fewer requests by its protocol.
    overloaded = ACS_FAILURE_KIND_OVERLOADED,
    /// Another try would fail in the same way, as for an untrusted certificate.
    refused = ACS_FAILURE_KIND_REFUSED,
    /// What came is no HTTP response.
    unexpected = ACS_FAILURE_KIND_UNEXPECTED,
};

/// A response that a transport gives.
struct transport_response {
    /// 200 to 999.
    int status = 200;
    /// As they came, without Content-Encoding if the body was decompressed.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

/// That a transport got no response.
struct transport_failure {
    failure_kind kind = failure_kind::lost;
    /// For a person, without any secret.
    std::string reason{};
};

/// What became of a request.
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

/// A request for a transport to send, answered once, at once or later, on any thread. One that is destroyed
/// without an answer has failed as failure_kind::lost.
class transport_request : public detail::handle<::acs_transport_request, &detail::give_up> {
public:
    using handle::handle;

    /// "POST", "GET" or "DELETE".
    [[nodiscard]] std::string_view method() const {
        return detail::view(::acs_transport_request_method(get()));
    }

    /// The absolute URL, to be sent byte for byte: it is signed.
    [[nodiscard]] std::string_view url() const { return detail::view(::acs_transport_request_url(get())); }

    /// The headers, names in lower case. Host and Content-Length are the HTTP stack's to add; an empty POST
    /// brings its own content-length of 0. A value may be a token or a signature: do not log it.
    [[nodiscard]] std::vector<header> headers() const {
        std::vector<header> all;
        for (std::size_t i = 0; i < ::acs_transport_request_header_count(get()); ++i) {
            const ::acs_header one = ::acs_transport_request_header(get(), i);
            all.push_back({detail::view(one.name), detail::view(one.value)});
        }
        return all;
    }

    /// The body; it may hold a token.
    [[nodiscard]] std::string_view body() const { return detail::view(::acs_transport_request_body(get())); }

    /// How long the attempt may still take: a timeout for the HTTP stack. The library ends the attempt then
    /// by itself.
    [[nodiscard]] std::chrono::milliseconds timeout() const {
        return std::chrono::milliseconds(::acs_transport_request_timeout_ms(get()));
    }

    /// How many bytes the response's body may have; a larger one fails the attempt.
    [[nodiscard]] std::size_t max_response_bytes() const {
        return ::acs_transport_request_max_response_bytes(get());
    }

    /// Whether nobody waits for the answer any more: what is under way may be given up.
    [[nodiscard]] bool is_cancelled() const { return ::acs_transport_request_is_cancelled(get()); }

    /// Fails as error_kind::invalid_argument for a response that is none, which fails the attempt, and for a
    /// request that was answered before.
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

    /// As try_respond, for a request that got no response.
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

/// Answers later, or by itself.
template <class F>
class answering_sender final : public request_sender {
public:
    explicit answering_sender(F function) : function_(std::move(function)) {}
    void send(transport_request request) override { function_(std::move(request)); }

private:
    F function_;
};

/// Gives the answer.
template <class F>
class giving_sender final : public request_sender {
public:
    explicit giving_sender(F function) : function_(std::move(function)) {}

    void send(transport_request request) override {
        const transport_request &asked = request;
        const transport_answer given = function_(asked);
        // An answer that cannot be used has failed the attempt already.
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

/// An HTTP stack in place of the library's: a company's own, or in a test a function that answers in process,
/// so that nothing reaches the network. It is a function of one of two forms:
///
///   - `acs::transport_response f(const acs::transport_request &request)`, or one that gives an
///     acs::transport_answer; or
///   - `void f(acs::transport_request request)`, which answers the request now or later.
///
/// It is called on a thread of its own, which it may block; the library signs, retries, and ends attempts and
/// calls in their time all the same. What it throws fails the attempt as failure_kind::lost without its text.
/// The options of connections are its own matter. Copies share the function, which is destroyed with the last
/// copy and the last client that was made with it.
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

    /// For the wrapper itself.
    [[nodiscard]] const std::shared_ptr<detail::request_sender> &sender() const noexcept { return sender_; }

private:
    std::shared_ptr<detail::request_sender> sender_;
};

namespace detail {

/// A transport as C has it, for the time of a call.
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
