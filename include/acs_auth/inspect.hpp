// Finds what the service would reject in a user's Entra token, without trusting it. No I/O.
//
// No signature is verified here: a token that passes can still be forged. Use it to explain errors and to
// save calls, never to authorize anyone; acs::verifier does that.
#ifndef ACS_AUTH_INSPECT_HPP
#define ACS_AUTH_INSPECT_HPP

#include "endpoint.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The application id of ACS in Entra, an audience of users' tokens for it.
inline constexpr std::string_view resource_app_id = ACS_RESOURCE_APP_ID;

enum class expectation : std::int32_t {
    /// The expectations of the Teams user exchange: both Teams permissions, and more than ten minutes left.
    teams_user = ACS_EXPECT_TEAMS_USER,
    /// The expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten
    /// minutes left.
    teams_extension = ACS_EXPECT_TEAMS_EXTENSION,
    /// The expectations of the Entra user exchange: a token for https://communication.azure.com/clients,
    /// whatever the cloud, and more than ten minutes left.
    entra_user = ACS_EXPECT_ENTRA_USER,
};

/// The expected properties of a token. GUIDs are compared case-insensitively.
struct expectations {
    expectation kind = expectation::teams_user;
    /// The cloud whose names are expected; null for the public one.
    const acs::cloud *cloud = nullptr;
    /// The application that signed the user in; none: not compared.
    std::optional<std::string> client_id{};
    /// The user's object id; none: not compared.
    std::optional<std::string> user_object_id{};
    /// The user's tenant; none, "organizations" and "common" mean any.
    std::optional<std::string> tenant_id{};
    /// The accepted audiences, instead of the kind's; an empty list accepts any.
    std::optional<std::vector<std::string>> audiences{};
    /// The permissions that the token must have, all of them, by their short names, instead of the kind's; an
    /// empty list requires none.
    std::optional<std::vector<std::string>> scopes{};
    /// The resource that the permissions belong to, for the advice on what to request from MSAL; none for
    /// the kind's.
    std::optional<std::string> resource{};
    /// The minimum remaining lifetime: the token must have more than this left. Default ten minutes.
    std::optional<std::chrono::seconds> min_remaining{};
};

enum class check_kind : std::int32_t {
    shape = ACS_CHECK_SHAPE,
    audience = ACS_CHECK_AUDIENCE,
    scopes = ACS_CHECK_SCOPES,
    app = ACS_CHECK_APP,
    user = ACS_CHECK_USER,
    tenant = ACS_CHECK_TENANT,
    expiry = ACS_CHECK_EXPIRY,
};

/// The name of a check, which is also the code of an error of the token check, such as "audience".
[[nodiscard]] inline std::string_view name(check_kind check) {
    return detail::view(::acs_check_name(static_cast<std::int32_t>(check)));
}

enum class outcome : std::int32_t {
    passed = ACS_OUTCOME_PASSED,
    /// The service is likely to reject the token, or the token is of little use.
    failed = ACS_OUTCOME_FAILED,
    /// There was nothing to compare the token with.
    not_checked = ACS_OUTCOME_NOT_CHECKED,
};

/// A check and its outcome; it refers to the inspection.
struct check {
    check_kind kind;
    acs::outcome outcome;
    /// What was found, what was expected and what to do, as text for a person.
    std::string_view explanation;
};

/// The result of inspecting a token. It contains neither the token nor its signature. Claims are not
/// verified; a claim that the token doesn't contain is std::nullopt.
class inspection : public detail::handle<::acs_inspection, &::acs_inspection_free> {
public:
    using handle::handle;

    /// Whether no check failed.
    [[nodiscard]] bool is_ok() const { return ::acs_inspection_is_ok(get()); }

    /// All checks, in the order of check_kind.
    [[nodiscard]] std::vector<check> checks() const {
        std::vector<check> all;
        for (std::size_t i = 0; i < ::acs_inspection_check_count(get()); ++i) {
            all.push_back(at(i));
        }
        return all;
    }

    /// The first check that failed.
    [[nodiscard]] std::optional<check> first_failure() const {
        const std::int64_t index = ::acs_inspection_first_failure(get());
        return index < 0 ? std::nullopt : std::optional<check>(at(static_cast<std::size_t>(index)));
    }

    /// The claim tid.
    [[nodiscard]] std::optional<std::string_view> tenant_id() const {
        return detail::optional_view(::acs_inspection_tenant_id(get()));
    }
    /// The claim oid.
    [[nodiscard]] std::optional<std::string_view> object_id() const {
        return detail::optional_view(::acs_inspection_object_id(get()));
    }
    /// The claim appid or azp.
    [[nodiscard]] std::optional<std::string_view> app_id() const {
        return detail::optional_view(::acs_inspection_app_id(get()));
    }
    /// The claim aud.
    [[nodiscard]] std::optional<std::string_view> audience() const {
        return detail::optional_view(::acs_inspection_audience(get()));
    }
    /// The claim ver, "1.0" or "2.0".
    [[nodiscard]] std::optional<std::string_view> version() const {
        return detail::optional_view(::acs_inspection_version(get()));
    }
    /// The permissions of the claim scp.
    [[nodiscard]] std::vector<std::string_view> scopes() const {
        std::vector<std::string_view> all;
        for (std::size_t i = 0; i < ::acs_inspection_scope_count(get()); ++i) {
            all.push_back(detail::view(::acs_inspection_scope(get(), i)));
        }
        return all;
    }
    /// Whether the token belongs to an application and not to a user.
    [[nodiscard]] bool app_only() const { return ::acs_inspection_app_only(get()); }

    /// The claim iat in seconds since 1970. It is not a time_point, because a token may contain any number.
    [[nodiscard]] std::optional<std::int64_t> issued_at() const {
        std::int64_t time = 0;
        return ::acs_inspection_issued_at(get(), &time) ? std::optional<std::int64_t>(time) : std::nullopt;
    }
    /// The claim exp in seconds since 1970. It is not a time_point, because a token may contain any number.
    [[nodiscard]] std::optional<std::int64_t> expires_at() const {
        std::int64_t time = 0;
        return ::acs_inspection_expires_at(get(), &time) ? std::optional<std::int64_t>(time) : std::nullopt;
    }

private:
    [[nodiscard]] check at(std::size_t index) const {
        return {static_cast<check_kind>(::acs_inspection_check(get(), index)),
                static_cast<outcome>(::acs_inspection_outcome(get(), index)),
                detail::view(::acs_inspection_explanation(get(), index))};
    }
};

/// Inspects a user's Entra token without trusting it, and reports check by check what the service would
/// reject. Any text is accepted as a token; it fails for invalid expectations.
inline result<inspection> try_inspect(std::string_view token, const expectations &expected,
                                      time_point now = std::chrono::system_clock::now()) {
    detail::texts t;
    const detail::optional_list audiences(t, expected.audiences);
    const detail::optional_list scopes(t, expected.scopes);
    ::acs_expectations c;
    ::acs_expectations_init(&c, sizeof c);
    c.kind = static_cast<std::int32_t>(expected.kind);
    c.cloud = expected.cloud == nullptr ? nullptr : expected.cloud->get();
    c.client_id = t.add(expected.client_id);
    c.user_object_id = t.add(expected.user_object_id);
    c.tenant_id = t.add(expected.tenant_id);
    c.audiences = audiences.data();
    c.audience_count = audiences.size();
    c.scopes = scopes.data();
    c.scope_count = scopes.size();
    c.resource = t.add(expected.resource);
    if (expected.min_remaining) {
        c.min_remaining_s = detail::count(expected.min_remaining);
    }
    const char *text = t.add(token);
    return detail::made<inspection>(
        [&](auto to, auto error) { return ::acs_inspect(text, &c, detail::to_unix(now), to, error); });
}

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
inline inspection inspect(std::string_view token, const expectations &expected,
                          time_point now = std::chrono::system_clock::now()) {
    return try_inspect(token, expected, now).value();
}
#endif

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
