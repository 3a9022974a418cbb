// Identifiers of participants in chats and calls, and their raw ids. No I/O.
#ifndef ACS_AUTH_IDENTIFIER_HPP
#define ACS_AUTH_IDENTIFIER_HPP

#include "handle.hpp"

#include <functional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

enum class identifier_kind : std::int32_t {
    /// An unknown kind. Compare raw ids instead of relying on it: a later version may name the kind.
    unknown = ACS_IDENTIFIER_UNKNOWN,
    /// A user of ACS.
    communication_user = ACS_IDENTIFIER_COMMUNICATION_USER,
    phone_number = ACS_IDENTIFIER_PHONE_NUMBER,
    /// A user of Microsoft Teams, or an anonymous visitor.
    microsoft_teams_user = ACS_IDENTIFIER_MICROSOFT_TEAMS_USER,
    /// An application of Microsoft Teams, such as a bot.
    microsoft_teams_app = ACS_IDENTIFIER_MICROSOFT_TEAMS_APP,
    /// A Teams user who calls through an ACS resource (Teams Phone extensibility).
    teams_extension_user = ACS_IDENTIFIER_TEAMS_EXTENSION_USER,
};

/// The name of a kind as in the official Python packages, such as "phone_number".
[[nodiscard]] inline std::string_view name(identifier_kind kind) {
    return detail::view(::acs_identifier_kind_name(static_cast<std::int32_t>(kind)));
}

/// The cloud that an identifier belongs to.
enum class cloud_environment : std::int32_t {
    public_cloud = ACS_CLOUD_ENVIRONMENT_PUBLIC,
    /// The US Department of Defense.
    dod = ACS_CLOUD_ENVIRONMENT_DOD,
    /// The US government (GCC High).
    gcch = ACS_CLOUD_ENVIRONMENT_GCCH,
};

/// A participant in chats and calls; functions for members that its kind doesn't have return std::nullopt. It
/// never changes, so any threads may use it at once.
///
/// Nothing is checked when one is created. `raw_id`: the raw id to use instead of the one built from the
/// other arguments.
class identifier : public detail::handle<::acs_identifier, &::acs_identifier_free> {
public:
    using handle::handle;

    /// Parses a raw id, such as "8:acs:…". Any UTF-8 without a NUL is accepted: a raw id of unknown form
    /// becomes an unknown identifier.
    static result<identifier> try_from_raw_id(std::string_view raw_id) {
        detail::texts t;
        const char *c = t.add(raw_id);
        return detail::made<identifier>(
            [&](auto to, auto error) { return ::acs_identifier_from_raw_id(c, to, error); });
    }

    /// A user of ACS, by the id that the service assigned.
    static result<identifier> try_communication_user(std::string_view id) {
        detail::texts t;
        const char *c = t.add(id);
        return detail::made<identifier>(
            [&](auto to, auto error) { return ::acs_identifier_new_communication_user(c, to, error); });
    }

    /// A phone number in E.164 form, such as "+14255550123". No plus is added.
    static result<identifier> try_phone_number(std::string_view number,
                                               const std::optional<std::string> &raw_id = {}) {
        detail::texts t;
        const char *c = t.add(number), *raw = t.add(raw_id);
        return detail::made<identifier>(
            [&](auto to, auto error) { return ::acs_identifier_new_phone_number(c, raw, to, error); });
    }

    /// A user of Microsoft Teams by the object id in Entra.
    static result<identifier>
    try_microsoft_teams_user(std::string_view user_id,
                             acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                             const std::optional<std::string> &raw_id = {}) {
        return teams_user(user_id, false, cloud, raw_id);
    }

    /// A visitor of Microsoft Teams who did not sign in, by the id that Teams assigned.
    static result<identifier>
    try_microsoft_teams_visitor(std::string_view user_id,
                                acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                                const std::optional<std::string> &raw_id = {}) {
        return teams_user(user_id, true, cloud, raw_id);
    }

    /// An application of Microsoft Teams, such as a bot.
    static result<identifier>
    try_microsoft_teams_app(std::string_view app_id,
                            acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                            const std::optional<std::string> &raw_id = {}) {
        detail::texts t;
        const char *c = t.add(app_id), *raw = t.add(raw_id);
        const auto number = static_cast<std::int32_t>(cloud);
        return detail::made<identifier>([&](auto to, auto error) {
            return ::acs_identifier_new_microsoft_teams_app(c, number, raw, to, error);
        });
    }

    /// A Teams user who calls through an ACS resource, by the object id in Entra, the tenant and the
    /// resource.
    static result<identifier>
    try_teams_extension_user(std::string_view user_id, std::string_view tenant_id,
                             std::string_view resource_id,
                             acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                             const std::optional<std::string> &raw_id = {}) {
        detail::texts t;
        const char *user = t.add(user_id), *tenant = t.add(tenant_id), *resource = t.add(resource_id);
        const char *raw = t.add(raw_id);
        const auto number = static_cast<std::int32_t>(cloud);
        return detail::made<identifier>([&](auto to, auto error) {
            return ::acs_identifier_new_teams_extension_user(user, tenant, resource, number, raw, to, error);
        });
    }

    /// An identifier of an unknown kind, by its raw id.
    static result<identifier> try_unknown(std::string_view raw_id) {
        detail::texts t;
        const char *c = t.add(raw_id);
        return detail::made<identifier>(
            [&](auto to, auto error) { return ::acs_identifier_new_unknown(c, to, error); });
    }

    [[nodiscard]] identifier_kind kind() const {
        return static_cast<identifier_kind>(::acs_identifier_kind(get()));
    }

    /// The raw id, which represents it in requests. Store it and parse it again with from_raw_id.
    [[nodiscard]] std::string_view raw_id() const { return detail::view(::acs_identifier_raw_id(get())); }

    /// A phone number, with the asserted id if there is one.
    [[nodiscard]] std::optional<std::string_view> phone_number() const {
        return detail::optional_view(::acs_identifier_phone_number(get()));
    }

    /// Distinguishes calls through the same phone number: the text after the raw id's last underscore.
    [[nodiscard]] std::optional<std::string_view> asserted_id() const {
        return detail::optional_view(::acs_identifier_asserted_id(get()));
    }

    /// Whether it is a hidden phone number, "4:anonymous", or a visitor of Microsoft Teams who did not sign
    /// in.
    [[nodiscard]] bool is_anonymous() const { return ::acs_identifier_is_anonymous(get()); }

    /// The object id of a Teams user or a Teams extension user, or a visitor's id.
    [[nodiscard]] std::optional<std::string_view> user_id() const {
        return detail::optional_view(::acs_identifier_user_id(get()));
    }

    /// The id of an application of Microsoft Teams.
    [[nodiscard]] std::optional<std::string_view> app_id() const {
        return detail::optional_view(::acs_identifier_app_id(get()));
    }

    /// The tenant of a Teams extension user.
    [[nodiscard]] std::optional<std::string_view> tenant_id() const {
        return detail::optional_view(::acs_identifier_tenant_id(get()));
    }

    /// The ACS resource of a Teams extension user.
    [[nodiscard]] std::optional<std::string_view> resource_id() const {
        return detail::optional_view(::acs_identifier_resource_id(get()));
    }

    /// The cloud of a Teams user, application or Teams extension user.
    [[nodiscard]] std::optional<acs::cloud_environment> cloud() const {
        const std::int32_t number = ::acs_identifier_cloud(get());
        if (number < 0) {
            return std::nullopt;
        }
        return static_cast<acs::cloud_environment>(number);
    }

    /// Identifiers are equal if their raw ids are, whatever their kinds.
    friend bool operator==(const identifier &a, const identifier &b) { return a.raw_id() == b.raw_id(); }
    friend bool operator!=(const identifier &a, const identifier &b) { return !(a == b); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static identifier from_raw_id(std::string_view raw_id) { return try_from_raw_id(raw_id).value(); }
    static identifier communication_user(std::string_view id) { return try_communication_user(id).value(); }
    static identifier phone_number(std::string_view number, const std::optional<std::string> &raw_id = {}) {
        return try_phone_number(number, raw_id).value();
    }
    static identifier
    microsoft_teams_user(std::string_view user_id,
                         acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                         const std::optional<std::string> &raw_id = {}) {
        return try_microsoft_teams_user(user_id, cloud, raw_id).value();
    }
    static identifier
    microsoft_teams_visitor(std::string_view user_id,
                            acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                            const std::optional<std::string> &raw_id = {}) {
        return try_microsoft_teams_visitor(user_id, cloud, raw_id).value();
    }
    static identifier
    microsoft_teams_app(std::string_view app_id,
                        acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                        const std::optional<std::string> &raw_id = {}) {
        return try_microsoft_teams_app(app_id, cloud, raw_id).value();
    }
    static identifier
    teams_extension_user(std::string_view user_id, std::string_view tenant_id, std::string_view resource_id,
                         acs::cloud_environment cloud = acs::cloud_environment::public_cloud,
                         const std::optional<std::string> &raw_id = {}) {
        return try_teams_extension_user(user_id, tenant_id, resource_id, cloud, raw_id).value();
    }
    static identifier unknown(std::string_view raw_id) { return try_unknown(raw_id).value(); }
#endif

private:
    static result<identifier> teams_user(std::string_view user_id, bool is_anonymous,
                                         acs::cloud_environment cloud,
                                         const std::optional<std::string> &raw_id) {
        detail::texts t;
        const char *c = t.add(user_id), *raw = t.add(raw_id);
        const auto number = static_cast<std::int32_t>(cloud);
        return detail::made<identifier>([&](auto to, auto error) {
            return ::acs_identifier_new_microsoft_teams_user(c, is_anonymous, number, raw, to, error);
        });
    }
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

/// The hash of an identifier is that of its raw id.
template <>
struct std::hash<acs::identifier> {
    std::size_t operator()(const acs::identifier &it) const {
        return std::hash<std::string_view>()(it.raw_id());
    }
};

#endif
