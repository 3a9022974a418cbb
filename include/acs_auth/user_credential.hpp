// A user's ACS token that renews itself, for chat and calling clients.
//
// A valid token is returned at once. With less than 10 minutes left it is renewed in the background. With
// less than 2 minutes left a call waits for the renewal, for half of its timeout but at most 15 s, and gets
// the former token if that fails. There is one renewal at a time, shared by all waiting callers. A failed
// renewal is retried after 0.5 s, then after twice as long each time, up to 30 s.
#ifndef ACS_AUTH_USER_CREDENTIAL_HPP
#define ACS_AUTH_USER_CREDENTIAL_HPP

#include "exchanger.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The options of a user's token credential: a token, a refresher, or an Entra credential and what exchanges
/// its tokens. Members without a value have their defaults.
struct communication_token_credential_options {
    /// The user's ACS token: the only one, or the initial one. Default: the first one is requested when
    /// it is needed.
    std::optional<secret> token{};
    /// When the token expires. Default: the token's own expiry, which is not verified; 10 minutes from
    /// now if it cannot be read, as the service doesn't guarantee the format of its tokens.
    std::optional<time_point> token_expires_on{};
    /// Returns the user's next ACS token; it is called without scopes.
    std::optional<token_credential> refresher{};
    /// Instead of a refresher: a credential that returns the user's Entra tokens. Needs client or exchanger.
    std::optional<token_credential> entra_credential{};
    /// The client that exchanges the Entra tokens; its own credential is not used. It may be destroyed once
    /// the credential is created.
    const acs::client *client = nullptr;
    /// The scopes of the Entra tokens that the client exchanges. All must begin with
    /// "https://communication.azure.com/clients/" (an Entra user; a preview, for which the client needs its
    /// option preview) or all with "https://auth.msft.communication.azure.com/" (a user of Teams Phone
    /// extensibility; .us in place of .com for the US government). Default:
    /// "https://communication.azure.com/clients/.default".
    std::vector<std::string> scopes{};
    /// Instead of client: the exchanger for a Teams user's Entra tokens. Needs client_id and user_object_id.
    /// It may be destroyed once the credential is created.
    const acs::exchanger *exchanger = nullptr;
    /// The client id of the application that got the Entra token. For an exchanger only.
    std::optional<std::string> client_id{};
    /// The user's object id. For an exchanger only.
    std::optional<std::string> user_object_id{};
    /// Renews the token proactively, even if nobody asks for it, starting with the first call or with
    /// start. Default false.
    std::optional<bool> refresh_proactively{};
    /// How long before its expiry the token is renewed. Default 10 minutes. A new token with less time
    /// left is renewed after half of that time.
    std::optional<std::chrono::seconds> refresh_time_before_expiry{};
    /// How long a call waits for a token. Default 30 s.
    std::optional<std::chrono::milliseconds> timeout{};
};

namespace detail {

/// The options of a user's token credential in their C form, for the duration of a call.
class c_user_credential_options {
public:
    explicit c_user_credential_options(const communication_token_credential_options &o)
        : scopes_(texts_.add_all(o.scopes)), refresher_(o.refresher), entra_credential_(o.entra_credential) {
        ::acs_user_credential_options_init(&c_, sizeof c_);
        c_.token = texts_.add(o.token);
        if (o.token_expires_on) {
            c_.token_expires_on = to_unix(*o.token_expires_on);
        }
        c_.refresher = refresher_.get();
        c_.entra_credential = entra_credential_.get();
        c_.client = o.client == nullptr ? nullptr : o.client->get();
        c_.scopes = scopes_.data();
        c_.scope_count = scopes_.size();
        c_.exchanger = o.exchanger == nullptr ? nullptr : o.exchanger->get();
        c_.client_id = texts_.add(o.client_id);
        c_.user_object_id = texts_.add(o.user_object_id);
        c_.refresh_proactively = number(o.refresh_proactively);
        c_.refresh_time_before_expiry_s = count(o.refresh_time_before_expiry);
        c_.timeout_ms = count(o.timeout);
    }

    [[nodiscard]] const ::acs_user_credential_options *get() const noexcept { return &c_; }

    void commit() noexcept {
        refresher_.commit();
        entra_credential_.commit();
    }

private:
    texts texts_;
    std::vector<const char *> scopes_;
    c_credential refresher_;
    c_credential entra_credential_;
    ::acs_user_credential_options c_;
};

} // namespace detail

/// A user's token credential. Any threads may use it at once. Calls in progress continue when it is
/// destroyed; renewals end with the last of them.
class communication_token_credential
    : public detail::handle<::acs_user_credential, &::acs_user_credential_free> {
public:
    using handle::handle;

    /// Creates a credential. It requests nothing yet. A forked child requests a token of its own. Fails
    /// with error_kind::invalid_argument, whose target names the option, for options that don't go
    /// together, and for scopes that no exchange accepts.
    static result<communication_token_credential> try_create(
        const communication_token_credential_options &options) {
        detail::c_user_credential_options c(options);
        auto created = detail::made<communication_token_credential>(
            [&](auto to, auto error) { return ::acs_user_credential_new(c.get(), to, error); });
        if (created) {
            c.commit();
        }
        return created;
    }

    // Generated by `make header`, the operations: do not edit.

    /// Returns the user's token: the current one while it is valid, otherwise the next one.
    ///
    /// Errors: error_kind::cancelled once the credential is closed; error_kind::timeout if no token is
    /// available within the timeout, and if two former calls of the callback haven't returned; otherwise the
    /// error of the refresher, the Entra credential or the exchange. After a failure, calls get the same
    /// error at once for 0.5 to 5 seconds.
    result<token> try_get_token() const {
        return detail::called<token>(&::acs_user_credential_get_token, get());
    }
    [[nodiscard]] auto get_token_async() const {
        return detail::submitted<token>(&::acs_user_credential_get_token_submit, get());
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    [[nodiscard]] token get_token() const { return try_get_token().value(); }
#endif

    // The end of the operations.

    /// Starts renewing proactively, as the first call does. Does nothing without refresh_proactively, or
    /// if renewal has started already.
    result<void> try_start() const {
        return detail::called<void>(&::acs_user_credential_start, get());
    }

    /// Ends renewals and discards the token: waiting and later calls fail with error_kind::cancelled. It
    /// doesn't wait for a running callback, whose answer is dropped.
    void close() const noexcept { ::acs_user_credential_close(get()); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void start() const { try_start().value(); }
    static communication_token_credential create(const communication_token_credential_options &options) {
        return try_create(options).value();
    }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
