// What operations give: an identity, an access token, or both.
#ifndef ACS_AUTH_TOKEN_HPP
#define ACS_AUTH_TOKEN_HPP

#include "handle.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// What a token may be used for; the service may know more.
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

/// An access token and when it stops working; wiped when it is destroyed, and not printable.
class token : public detail::handle<::acs_token, &::acs_token_free> {
public:
    using handle::handle;

    /// The token itself, as long as this object lives. Its format is not promised by the service. Do not log
    /// it.
    [[nodiscard]] std::string_view text() const { return detail::view(::acs_token_text(get())); }

    /// When the token stops working, in whole seconds.
    [[nodiscard]] time_point expires_on() const { return detail::from_unix(expires_on_unix()); }

    /// The same in seconds since 1970.
    [[nodiscard]] std::int64_t expires_on_unix() const { return ::acs_token_expires_on(get()); }
};

/// An identity with an access token for it; wiped when it is destroyed, and not printable.
class user_token : public detail::handle<::acs_user_token, &::acs_user_token_free> {
public:
    using handle::handle;

    /// The identity's raw id, such as "8:acs:…".
    [[nodiscard]] std::string_view user_id() const { return detail::view(::acs_user_token_user_id(get())); }

    /// The token itself, as long as this object lives. Its format is not promised by the service. Do not log
    /// it.
    [[nodiscard]] std::string_view text() const { return detail::view(::acs_user_token_text(get())); }

    /// When the token stops working, in whole seconds.
    [[nodiscard]] time_point expires_on() const { return detail::from_unix(expires_on_unix()); }

    /// The same in seconds since 1970.
    [[nodiscard]] std::int64_t expires_on_unix() const { return ::acs_user_token_expires_on(get()); }
};

std::ostream &operator<<(std::ostream &, const token &) = delete;
std::ostream &operator<<(std::ostream &, const user_token &) = delete;

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
