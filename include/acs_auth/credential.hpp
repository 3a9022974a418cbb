// A token credential instead of the access key, such as a managed identity's.
#ifndef ACS_AUTH_CREDENTIAL_HPP
#define ACS_AUTH_CREDENTIAL_HPP

#include "handle.hpp"
#include "user_data.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
inline constexpr std::string_view acs_scope = ACS_SCOPE;

/// A bearer token returned by a token credential.
struct bearer_token {
    secret token;
    time_point expires_on;
    /// When to renew it. Default: 5 minutes before it expires, or after half its lifetime if that is
    /// shorter; for a user's token, the user's credential decides with its option refresh_time_before_expiry.
    std::optional<time_point> refresh_on{};
};

namespace detail {

inline void refuse(::acs_token_request *request) noexcept {
    ::acs_token_request_fail(request, ACS_STATUS_CREDENTIAL_DENIED,
                             std::uncaught_exceptions() > 0 ? "The token credential threw an exception."
                                                            : "The token credential gave no answer.",
                             nullptr);
}

} // namespace detail

/// A token request from the library. Answer it once with complete or fail, at once or later, on any
/// thread. A request that is destroyed without an answer fails.
class token_request : public detail::handle<::acs_token_request, &detail::refuse> {
public:
    using handle::handle;

    /// The scopes that the token must have, such as acs_scope.
    [[nodiscard]] std::vector<std::string_view> scopes() const {
        std::vector<std::string_view> all;
        for (std::size_t i = 0; i < ::acs_token_request_scope_count(get()); ++i) {
            all.push_back(detail::view(::acs_token_request_scope(get(), i)));
        }
        return all;
    }

    /// The claims that the service requires in the token, as JSON. Pass them on to Entra, and don't
    /// return a cached token. None unless the service rejected the former token because they were
    /// missing.
    [[nodiscard]] std::optional<std::string_view> claims() const {
        return detail::optional_view(::acs_token_request_claims(get()));
    }

    result<void> try_complete(const bearer_token &answer) && {
        detail::texts t;
        const char *text = t.add(answer.token.expose());
        if (answer.refresh_on) {
            const auto said = detail::done([&](auto error) {
                return ::acs_token_request_set_refresh_on(get(), detail::to_unix(*answer.refresh_on), error);
            });
            if (!said) {
                return said;
            }
        }
        ::acs_token_request *const request = release();
        return detail::done([&](auto error) {
            return ::acs_token_request_complete(request, text, detail::to_unix(answer.expires_on), error);
        });
    }

    /// `reason` is text for a person, without any secret.
    result<void> try_fail(error_kind kind, std::string_view reason) && {
        detail::texts t;
        const char *text = t.add(reason);
        ::acs_token_request *const request = release();
        return detail::done([&](auto error) {
            return ::acs_token_request_fail(request, static_cast<std::int32_t>(kind), text, error);
        });
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void complete(const bearer_token &answer) && { std::move(*this).try_complete(answer).value(); }
    void fail(error_kind kind, std::string_view reason) && {
        std::move(*this).try_fail(kind, reason).value();
    }
#endif
};

namespace detail {

class credential_source {
public:
    virtual ~credential_source() = default;
    virtual void get_token(token_request request) = 0;
};

/// For a function that answers the request itself, now or later.
template <class F>
class answering_source final : public credential_source {
public:
    explicit answering_source(F source) : source_(std::move(source)) {}
    void get_token(token_request request) override { source_(std::move(request)); }

private:
    F source_;
};

/// For a function that returns the token or an error, or throws an error.
template <class F>
class giving_source final : public credential_source {
public:
    explicit giving_source(F source) : source_(std::move(source)) {}

    void get_token(token_request request) override {
#if defined(ACS_AUTH_NO_EXCEPTIONS)
        answer(std::move(request), source_(request.scopes()));
#else
        try {
            result<bearer_token> given = source_(request.scopes());
            answer(std::move(request), std::move(given));
        } catch (const error &e) {
            answer(std::move(request), e);
        }
#endif
    }

private:
    static void answer(token_request request, result<bearer_token> given) {
        // The library fails the request itself if the answer is invalid.
        if (given) {
            static_cast<void>(std::move(request).try_complete(*given));
        } else {
            static_cast<void>(std::move(request).try_fail(given.error().kind(), given.error().reason()));
        }
    }

    F source_;
};

} // namespace detail

/// A source of bearer tokens: a function that is called on a thread that it may block, possibly by several
/// threads at once. It has one of two forms:
///
///   - `bearer_token f(std::vector<std::string_view> scopes)`, or one that returns a result<bearer_token>.
///     An acs::error that it throws becomes the call's error; any other exception becomes
///     error_kind::credential_denied, without its text.
///   - `void f(acs::token_request request)`, which answers the request now or later.
///
/// A token is used until it expires, and renewed before that in the background, one renewal at a time. Only
/// the second form receives the claims that the service may require in a token. Copies share the function,
/// which is destroyed with the last copy and the last client created with it.
class token_credential {
public:
    template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, token_credential>>>
    token_credential(F source) {
        if constexpr (std::is_invocable_v<F &, token_request>) {
            source_ = std::make_shared<detail::answering_source<F>>(std::move(source));
        } else {
            static_assert(std::is_invocable_v<F &, std::vector<std::string_view>>,
                          "a credential takes an acs::token_request, or the scopes");
            source_ = std::make_shared<detail::giving_source<F>>(std::move(source));
        }
    }

    /// For this wrapper's own use.
    [[nodiscard]] const std::shared_ptr<detail::credential_source> &source() const noexcept {
        return source_;
    }

private:
    std::shared_ptr<detail::credential_source> source_;
};

namespace detail {

/// A credential in its C form, for the duration of a call.
class c_credential {
public:
    explicit c_credential(const std::optional<token_credential> &given)
        : user_data_(given ? given->source() : nullptr), is_given_(given.has_value()) {
        ::acs_token_credential_init(&c_, sizeof c_);
        c_.get_token = [](void *user_data, ::acs_token_request *request) {
            token_request owned(request);
            guarded("token credential", [&] { source::of(user_data).get_token(std::move(owned)); });
        };
        c_.user_data = user_data_.get();
        c_.release = &source::release;
    }

    [[nodiscard]] const ::acs_token_credential *get() const noexcept { return is_given_ ? &c_ : nullptr; }
    void commit() noexcept { user_data_.commit(); }

private:
    using source = shared_user_data<credential_source>;

    source user_data_;
    bool is_given_;
    ::acs_token_credential c_;
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
