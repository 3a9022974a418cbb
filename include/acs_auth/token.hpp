// The results of operations: an identity, an access token, or both; the details of an identity; assignments
// of Teams Phone extensibility.
#ifndef ACS_AUTH_TOKEN_HPP
#define ACS_AUTH_TOKEN_HPP

#include "handle.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The scope of a token; the service may know more.
namespace token_scope {
inline constexpr std::string_view chat = ACS_TOKEN_SCOPE_CHAT;
inline constexpr std::string_view voip = ACS_TOKEN_SCOPE_VOIP;
inline constexpr std::string_view chat_join = ACS_TOKEN_SCOPE_CHAT_JOIN;
inline constexpr std::string_view chat_join_limited = ACS_TOKEN_SCOPE_CHAT_JOIN_LIMITED;
inline constexpr std::string_view voip_join = ACS_TOKEN_SCOPE_VOIP_JOIN;
} // namespace token_scope

/// An ACS identity.
class user : public detail::handle<::acs_user, &::acs_user_free> {
public:
    using handle::handle;

    /// The identity's raw id, such as "8:acs:…".
    [[nodiscard]] std::string_view id() const { return detail::view(::acs_user_id(get())); }
};

/// An access token and its expiry; wiped when it is destroyed, and not printable.
class token : public detail::handle<::acs_token, &::acs_token_free> {
public:
    using handle::handle;

    /// The token itself, valid as long as this object. The service doesn't guarantee its format. Don't log
    /// it.
    [[nodiscard]] std::string_view text() const { return detail::view(::acs_token_text(get())); }

    /// When the token expires, in whole seconds.
    [[nodiscard]] time_point expires_on() const { return detail::from_unix(expires_on_unix()); }

    /// When the token expires, in seconds since 1970.
    [[nodiscard]] std::int64_t expires_on_unix() const { return ::acs_token_expires_on(get()); }
};

/// An identity with an access token for it; wiped when it is destroyed, and not printable.
class user_token : public detail::handle<::acs_user_token, &::acs_user_token_free> {
public:
    using handle::handle;

    /// The identity's raw id, such as "8:acs:…".
    [[nodiscard]] std::string_view user_id() const { return detail::view(::acs_user_token_user_id(get())); }

    /// The token itself, valid as long as this object. The service doesn't guarantee its format. Don't log
    /// it.
    [[nodiscard]] std::string_view text() const { return detail::view(::acs_user_token_text(get())); }

    /// When the token expires, in whole seconds.
    [[nodiscard]] time_point expires_on() const { return detail::from_unix(expires_on_unix()); }

    /// When the token expires, in seconds since 1970.
    [[nodiscard]] std::int64_t expires_on_unix() const { return ::acs_user_token_expires_on(get()); }
};

/// The service's details of an identity.
class user_detail : public detail::handle<::acs_user_detail, &::acs_user_detail_free> {
public:
    using handle::handle;

    /// The identity's raw id, such as "8:acs:…".
    [[nodiscard]] std::string_view user_id() const { return detail::view(::acs_user_detail_user_id(get())); }

    /// The custom id that the back end assigned to the identity, if any.
    [[nodiscard]] std::optional<std::string_view> custom_id() const {
        return detail::optional_view(::acs_user_detail_custom_id(get()));
    }

    /// When the identity's latest token was issued, in whole seconds; none if none was.
    [[nodiscard]] std::optional<time_point> last_token_issued_at() const {
        const std::int64_t at = ::acs_user_detail_last_token_issued_at(get());
        return at == 0 ? std::nullopt : std::optional<time_point>(detail::from_unix(at));
    }
};

/// The type of a Teams Phone extensibility principal; the service may know more types.
namespace principal_type {
inline constexpr std::string_view user = ACS_PRINCIPAL_TYPE_USER;
inline constexpr std::string_view resource_account = ACS_PRINCIPAL_TYPE_RESOURCE_ACCOUNT;
} // namespace principal_type

/// A principal that may use the resource's Teams Phone extensibility.
class teams_extension_assignment
    : public detail::handle<::acs_teams_extension_assignment, &::acs_teams_extension_assignment_free> {
public:
    using handle::handle;

    /// The principal's tenant.
    [[nodiscard]] std::string_view tenant_id() const {
        return detail::view(::acs_teams_extension_assignment_tenant_id(get()));
    }

    /// The principal's object id.
    [[nodiscard]] std::string_view object_id() const {
        return detail::view(::acs_teams_extension_assignment_object_id(get()));
    }

    /// The type of the principal: one of principal_type, or another type that the service knows.
    [[nodiscard]] std::string_view principal_type() const {
        return detail::view(::acs_teams_extension_assignment_principal_type(get()));
    }

    /// The client ids of the applications that a user may sign in to; none for a resource account.
    [[nodiscard]] std::vector<std::string_view> client_ids() const {
        std::vector<std::string_view> ids;
        for (std::size_t i = 0; i < ::acs_teams_extension_assignment_client_id_count(get()); ++i) {
            ids.push_back(detail::view(::acs_teams_extension_assignment_client_id(get(), i)));
        }
        return ids;
    }
};

std::ostream &operator<<(std::ostream &, const token &) = delete;
std::ostream &operator<<(std::ostream &, const user_token &) = delete;

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
