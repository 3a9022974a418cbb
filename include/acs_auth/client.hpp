// The client, with the operations and names of the official SDKs.
//
// Every call ends within its deadline (10 s unless set otherwise), retries what is worth retrying, follows no
// redirect, and says why it failed. Each operation is there in three forms: `try_x` gives a result and throws
// nothing but std::bad_alloc, `x` throws acs::error, and both wait; `x_async` gives an acs::operation.
#ifndef ACS_AUTH_CLIENT_HPP
#define ACS_AUTH_CLIENT_HPP

#include "client_options.hpp"
#include "operation.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// A client of the ACS Identity service. Make one for a resource and keep it; any threads may use it at once,
/// before and after a fork, in the parent and in the child. Calls that are under way when it is destroyed go
/// on.
class client : public detail::handle<::acs_client, &::acs_client_free> {
    using arguments = detail::client_arguments;

public:
    using handle::handle;

    /// Makes a client. Connects to nothing yet. Fails as error_kind::invalid_connection_string or
    /// invalid_argument, whose target names the part or option.
    static result<client> try_create(const client_options &options) {
        detail::c_client_options c(options);
        auto created =
            detail::made<client>([&](auto to, auto error) { return ::acs_client_new(c.get(), to, error); });
        if (created) {
            c.kept();
        }
        return created;
    }

    /// Makes a client for the resource of a connection string, with every option at its default.
    static result<client> try_from_connection_string(std::string_view connection_string) {
        detail::texts t;
        const char *text = t.add(connection_string);
        return detail::made<client>(
            [&](auto to, auto error) { return ::acs_client_from_connection_string(text, to, error); });
    }

    /// The endpoint that requests go to.
    [[nodiscard]] std::string_view endpoint() const { return detail::view(::acs_client_endpoint(get())); }

    /// How far the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
    /// signature; zero while there was none. Requests are signed with the corrected time; the machine's clock
    /// wants setting.
    [[nodiscard]] std::chrono::seconds clock_skew() const {
        return std::chrono::seconds(::acs_client_clock_skew_seconds(get()));
    }

    /// Replaces the access key of this client and of its exchangers, and the secondary one if it is given.
    /// The next signature uses the new key, and tokens cached for the former one are not returned any more. A
    /// forked child uses it too.
    result<void> try_update_access_key(const secret &access_key,
                                       const std::optional<secret> &secondary_access_key = {}) const {
        detail::texts t;
        const char *primary = t.add(access_key.expose());
        const char *secondary = t.add(secondary_access_key);
        return detail::done([&](auto error) {
            return ::acs_client_update_access_key(get(), primary, secondary, error);
        });
    }

    /// Creates an identity. It is tried again only where the service cannot have processed it; the error's
    /// reason says when an identity may have been created all the same.
    result<user> try_create_user(const call_options &options = {}) const {
        const arguments a(options);
        return detail::made<user>(
            [&](auto to, auto error) { return ::acs_client_create_user(get(), a.options(), to, error); });
    }
    [[nodiscard]] auto create_user_async(const call_options &options = {}) const {
        return detail::operation_of<user>(
            [client = get(), a = arguments(options)](auto to, auto call, auto error) {
                return ::acs_client_create_user_submit(client, a.options(), to, call, error);
            });
    }

    /// Creates an identity and issues a first token for it. token_expires_in: 1 to 24 hours, parts of a
    /// minute dropped; none for the service's own, 24 hours.
    result<user_token> try_create_user_and_token(const text_list &scopes,
                                                 std::optional<std::chrono::seconds> token_expires_in = {},
                                                 const call_options &options = {}) const {
        const auto a = arguments(options).scopes(scopes, token_expires_in);
        return detail::made<user_token>([&](auto to, auto error) {
            return ::acs_client_create_user_and_token(get(), a.scopes(), a.scope_count(), a.expires_in(),
                                                      a.options(), to, error);
        });
    }
    [[nodiscard]] auto create_user_and_token_async(const text_list &scopes,
                                                   std::optional<std::chrono::seconds> token_expires_in = {},
                                                   const call_options &options = {}) const {
        return detail::operation_of<user_token>(
            [client = get(), a = arguments(options).scopes(scopes, token_expires_in)](auto to, auto call,
                                                                                      auto error) {
                return ::acs_client_create_user_and_token_submit(
                    client, a.scopes(), a.scope_count(), a.expires_in(), a.options(), to, call, error);
            });
    }

    /// Issues a token for an identity. token_expires_in: as for create_user_and_token.
    result<token> try_get_token(std::string_view user_id, const text_list &scopes,
                                std::optional<std::chrono::seconds> token_expires_in = {},
                                const call_options &options = {}) const {
        const auto a = arguments(options).text(user_id).scopes(scopes, token_expires_in);
        return detail::made<token>([&](auto to, auto error) {
            return ::acs_client_get_token(get(), a.text(0), a.scopes(), a.scope_count(), a.expires_in(),
                                          a.options(), to, error);
        });
    }
    [[nodiscard]] auto get_token_async(std::string_view user_id, const text_list &scopes,
                                       std::optional<std::chrono::seconds> token_expires_in = {},
                                       const call_options &options = {}) const {
        return detail::operation_of<token>(
            [client = get(), a = arguments(options).text(user_id).scopes(scopes, token_expires_in)](
                auto to, auto call, auto error) {
                return ::acs_client_get_token_submit(client, a.text(0), a.scopes(), a.scope_count(),
                                                     a.expires_in(), a.options(), to, call, error);
            });
    }

    /// Revokes all tokens of an identity. The service documents that it can take up to 15 minutes to take
    /// effect.
    result<void> try_revoke_tokens(std::string_view user_id, const call_options &options = {}) const {
        const auto a = arguments(options).text(user_id);
        return detail::done(
            [&](auto error) { return ::acs_client_revoke_tokens(get(), a.text(0), a.options(), error); });
    }
    [[nodiscard]] auto revoke_tokens_async(std::string_view user_id, const call_options &options = {}) const {
        return detail::operation_of<void>(
            [client = get(), a = arguments(options).text(user_id)](auto to, auto call, auto error) {
                return ::acs_client_revoke_tokens_submit(client, a.text(0), a.options(), to, call, error);
            });
    }

    /// Deletes an identity and revokes its tokens.
    result<void> try_delete_user(std::string_view user_id, const call_options &options = {}) const {
        const auto a = arguments(options).text(user_id);
        return detail::done(
            [&](auto error) { return ::acs_client_delete_user(get(), a.text(0), a.options(), error); });
    }
    [[nodiscard]] auto delete_user_async(std::string_view user_id, const call_options &options = {}) const {
        return detail::operation_of<void>(
            [client = get(), a = arguments(options).text(user_id)](auto to, auto call, auto error) {
                return ::acs_client_delete_user_submit(client, a.text(0), a.options(), to, call, error);
            });
    }

    /// Exchanges a Microsoft 365 user's Entra token for an ACS access token of that Teams user. aad_token is
    /// for the ACS resource with both Teams permissions, client_id the application that it was issued to,
    /// user_object_id the user's oid. The ACS token expires with the Entra token. Fails as
    /// error_kind::entra_token_invalid by the token check when it is enforced, as entra_token_rejected or
    /// validation_failed by the service, with what the token check found.
    result<token> try_get_token_for_teams_user(std::string_view aad_token, std::string_view client_id,
                                               std::string_view user_object_id,
                                               const call_options &options = {}) const {
        const auto a = arguments(options).text(aad_token).text(client_id).text(user_object_id);
        return detail::made<token>([&](auto to, auto error) {
            return ::acs_client_get_token_for_teams_user(get(), a.text(0), a.text(1), a.text(2), a.options(),
                                                         to, error);
        });
    }
    [[nodiscard]] auto get_token_for_teams_user_async(std::string_view aad_token, std::string_view client_id,
                                                      std::string_view user_object_id,
                                                      const call_options &options = {}) const {
        return detail::operation_of<token>(
            [client = get(), a = arguments(options).text(aad_token).text(client_id).text(user_object_id)](
                auto to, auto call, auto error) {
                return ::acs_client_get_token_for_teams_user_submit(client, a.text(0), a.text(1), a.text(2),
                                                                    a.options(), to, call, error);
            });
    }

    /// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS access
    /// token. The user's own token authenticates this request; the client's credential is not used. Fails as
    /// get_token_for_teams_user.
    result<user_token> try_get_token_for_teams_extension_user(std::string_view aad_token,
                                                              const call_options &options = {}) const {
        const auto a = arguments(options).text(aad_token);
        return detail::made<user_token>([&](auto to, auto error) {
            return ::acs_client_get_token_for_teams_extension_user(get(), a.text(0), a.options(), to, error);
        });
    }
    [[nodiscard]] auto get_token_for_teams_extension_user_async(std::string_view aad_token,
                                                                const call_options &options = {}) const {
        return detail::operation_of<user_token>(
            [client = get(), a = arguments(options).text(aad_token)](auto to, auto call, auto error) {
                return ::acs_client_get_token_for_teams_extension_user_submit(client, a.text(0), a.options(),
                                                                              to, call, error);
            });
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    void update_access_key(const secret &access_key,
                           const std::optional<secret> &secondary_access_key = {}) const {
        try_update_access_key(access_key, secondary_access_key).value();
    }
    static client create(const client_options &options) { return try_create(options).value(); }
    static client from_connection_string(std::string_view connection_string) {
        return try_from_connection_string(connection_string).value();
    }
    user create_user(const call_options &options = {}) const { return try_create_user(options).value(); }
    user_token create_user_and_token(const text_list &scopes,
                                     std::optional<std::chrono::seconds> token_expires_in = {},
                                     const call_options &options = {}) const {
        return try_create_user_and_token(scopes, token_expires_in, options).value();
    }
    token get_token(std::string_view user_id, const text_list &scopes,
                    std::optional<std::chrono::seconds> token_expires_in = {},
                    const call_options &options = {}) const {
        return try_get_token(user_id, scopes, token_expires_in, options).value();
    }
    void revoke_tokens(std::string_view user_id, const call_options &options = {}) const {
        try_revoke_tokens(user_id, options).value();
    }
    void delete_user(std::string_view user_id, const call_options &options = {}) const {
        try_delete_user(user_id, options).value();
    }
    token get_token_for_teams_user(std::string_view aad_token, std::string_view client_id,
                                   std::string_view user_object_id, const call_options &options = {}) const {
        return try_get_token_for_teams_user(aad_token, client_id, user_object_id, options).value();
    }
    user_token get_token_for_teams_extension_user(std::string_view aad_token,
                                                  const call_options &options = {}) const {
        return try_get_token_for_teams_extension_user(aad_token, options).value();
    }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
