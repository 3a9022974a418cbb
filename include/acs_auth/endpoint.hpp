// Clouds, endpoints, access keys and connection strings. No I/O.
#ifndef ACS_AUTH_ENDPOINT_HPP
#define ACS_AUTH_ENDPOINT_HPP

#include "handle.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

enum class cloud_kind : std::int32_t {
    public_cloud = ACS_CLOUD_PUBLIC,
    us_government = ACS_CLOUD_US_GOVERNMENT,
    china = ACS_CLOUD_CHINA,
    /// A custom authority, such as an emulator's; everything else is as in the public cloud. Needs the option
    /// authority.
    custom = ACS_CLOUD_CUSTOM,
};

/// The cloud, and names that override its own: see acs_cloud_options.
struct cloud_options {
    cloud_kind kind = cloud_kind::public_cloud;
    std::optional<std::string> authority{};
    std::optional<std::string> issuer_v1{};
    std::optional<std::string> issuer_v2{};
    std::optional<std::string> acs_suffix{};
    std::optional<std::string> teams_resource{};
    /// The prefixes of Teams users' raw ids. Default: the cloud's. An empty list means none.
    std::optional<std::vector<std::string>> teams_user_prefixes{};
};

/// The names with which an Entra token is compared. It never changes, so any threads may use it at once.
class cloud : public detail::handle<::acs_cloud, &::acs_cloud_free> {
public:
    using handle::handle;

    /// Creates a cloud. Fails with error_kind::invalid_argument, whose target names the option.
    static result<cloud> try_create(const cloud_options &options = {}) {
        detail::texts texts;
        const detail::optional_list prefixes(texts, options.teams_user_prefixes);
        ::acs_cloud_options c;
        ::acs_cloud_options_init(&c, sizeof c);
        c.kind = static_cast<std::int32_t>(options.kind);
        c.authority = texts.add(options.authority);
        c.issuer_v1 = texts.add(options.issuer_v1);
        c.issuer_v2 = texts.add(options.issuer_v2);
        c.acs_suffix = texts.add(options.acs_suffix);
        c.teams_resource = texts.add(options.teams_resource);
        c.teams_user_prefixes = prefixes.data();
        c.teams_user_prefix_count = prefixes.size();
        return detail::made<cloud>([&](auto to, auto error) { return ::acs_cloud_new(&c, to, error); });
    }

    [[nodiscard]] std::string_view authority() const { return detail::view(::acs_cloud_authority(get())); }
    [[nodiscard]] std::string_view issuer_v1() const { return detail::view(::acs_cloud_issuer_v1(get())); }
    [[nodiscard]] std::string_view issuer_v2() const { return detail::view(::acs_cloud_issuer_v2(get())); }
    [[nodiscard]] std::string_view acs_suffix() const { return detail::view(::acs_cloud_acs_suffix(get())); }
    [[nodiscard]] std::string_view teams_resource() const {
        return detail::view(::acs_cloud_teams_resource(get()));
    }

    [[nodiscard]] std::vector<std::string_view> teams_user_prefixes() const {
        std::vector<std::string_view> prefixes;
        for (std::size_t i = 0; i < ::acs_cloud_teams_user_prefix_count(get()); ++i) {
            prefixes.push_back(detail::view(::acs_cloud_teams_user_prefix(get(), i)));
        }
        return prefixes;
    }

    /// Returns the full name of a Teams permission, such as "Teams.ManageCalls", as it is requested from
    /// MSAL.
    result<std::string> try_teams_scope(std::string_view permission) const {
        detail::texts texts;
        const char *text = texts.add(permission);
        char *scope = nullptr;
        auto outcome =
            detail::done([&](auto error) { return ::acs_cloud_teams_scope(get(), text, &scope, error); });
        if (!outcome) {
            return outcome.error();
        }
        struct string_freeing {
            void operator()(char *owned) const noexcept { ::acs_string_free(owned); }
        };
        return std::string(std::unique_ptr<char, string_freeing>(scope).get());
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static cloud create(const cloud_options &options = {}) { return try_create(options).value(); }
    [[nodiscard]] std::string teams_scope(std::string_view permission) const {
        return try_teams_scope(permission).value();
    }
#endif
};

/// A reference to the endpoint of an acs::endpoint or an acs::connection_string, which must outlive it.
class endpoint_view {
public:
    explicit endpoint_view(const ::acs_endpoint *borrowed) noexcept : borrowed_(borrowed) {}

    /// The endpoint's URL, in lower case and without a trailing slash.
    [[nodiscard]] std::string_view url() const { return detail::view(::acs_endpoint_url(borrowed_)); }
    [[nodiscard]] const ::acs_endpoint *get() const noexcept { return borrowed_; }

private:
    const ::acs_endpoint *borrowed_;
};

/// Whether http is accepted for a host that is not loopback. Allow it only if something else protects the
/// connection.
enum class transport_rule : std::uint8_t { secure, allow_insecure };

/// The address of an ACS resource.
class endpoint : public detail::handle<::acs_endpoint, &::acs_endpoint_free> {
public:
    using handle::handle;

    /// Parses an endpoint such as "https://contoso.communication.azure.com". The scheme defaults to https;
    /// unless `rule` allows more, http is accepted for loopback only. Fails with
    /// error_kind::invalid_connection_string.
    static result<endpoint> try_parse(std::string_view text, transport_rule rule = transport_rule::secure) {
        detail::texts texts;
        const char *c = texts.add(text);
        return detail::made<endpoint>([&](auto to, auto error) {
            return rule == transport_rule::secure ? ::acs_endpoint_parse(c, to, error)
                                                  : ::acs_endpoint_parse_allowing_insecure(c, to, error);
        });
    }

    [[nodiscard]] std::string_view url() const { return detail::view(::acs_endpoint_url(get())); }
    operator endpoint_view() const noexcept { return endpoint_view(get()); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static endpoint parse(std::string_view text, transport_rule rule = transport_rule::secure) {
        return try_parse(text, rule).value();
    }
#endif
};

/// A reference to the key of an acs::access_key or an acs::connection_string, which must outlive it.
class access_key_view {
public:
    explicit access_key_view(const ::acs_access_key *borrowed) noexcept : borrowed_(borrowed) {}
    [[nodiscard]] const ::acs_access_key *get() const noexcept { return borrowed_; }

private:
    const ::acs_access_key *borrowed_;
};

/// An access key, ready to sign with. It can't be read back, and is wiped when it is destroyed.
class access_key : public detail::handle<::acs_access_key, &::acs_access_key_free> {
public:
    using handle::handle;

    /// Parses a key as the Azure portal shows it: standard base64 with padding. Fails with
    /// error_kind::invalid_connection_string; the text is not shown.
    static result<access_key> try_from_base64(std::string_view text) {
        detail::texts texts;
        const char *c = texts.add(text);
        return detail::made<access_key>(
            [&](auto to, auto error) { return ::acs_access_key_from_base64(c, to, error); });
    }

    operator access_key_view() const noexcept { return access_key_view(get()); }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static access_key from_base64(std::string_view text) { return try_from_base64(text).value(); }
#endif
};

/// A connection string in its parts, wiped when it is destroyed.
class connection_string : public detail::handle<::acs_connection_string, &::acs_connection_string_free> {
public:
    using handle::handle;

    /// Parses a connection string, "endpoint=https://…;accesskey=…". Fails with
    /// error_kind::invalid_connection_string, whose target names the part; the key is not shown.
    static result<connection_string> try_parse(std::string_view text,
                                               transport_rule rule = transport_rule::secure) {
        detail::texts texts;
        const char *c = texts.add(text);
        return detail::made<connection_string>([&](auto to, auto error) {
            return rule == transport_rule::secure
                       ? ::acs_connection_string_parse(c, to, error)
                       : ::acs_connection_string_parse_allowing_insecure(c, to, error);
        });
    }

    [[nodiscard]] endpoint_view endpoint() const {
        return endpoint_view(::acs_connection_string_endpoint(get()));
    }
    [[nodiscard]] access_key_view access_key() const {
        return access_key_view(::acs_connection_string_access_key(get()));
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static connection_string parse(std::string_view text, transport_rule rule = transport_rule::secure) {
        return try_parse(text, rule).value();
    }
#endif
};

std::ostream &operator<<(std::ostream &, const access_key &) = delete;
std::ostream &operator<<(std::ostream &, const connection_string &) = delete;

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
