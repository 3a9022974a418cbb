// Functions without I/O. The conformance cases test values and errors; these tests are about the C++
// interface.
#include "fixture.hpp"

namespace {

TEST(cloud, has_names_that_can_be_changed) {
    const auto cloud = acs::cloud::create();
    EXPECT_EQ(cloud.authority(), "https://login.microsoftonline.com");
    EXPECT_NE(cloud.issuer_v1().find("{tenantid}"), std::string_view::npos);
    EXPECT_NE(cloud.issuer_v2().find("{tenantid}"), std::string_view::npos);
    EXPECT_EQ(cloud.acs_suffix(), ".communication.azure.com");
    EXPECT_FALSE(cloud.teams_user_prefixes().empty());
    EXPECT_EQ(cloud.teams_scope("Teams.ManageCalls"),
              std::string(cloud.teams_resource()) + "/Teams.ManageCalls");
    acs::cloud_options options;
    options.kind = acs::cloud_kind::custom;
    EXPECT_EQ(acs::cloud::try_create(options).error().target(), "authority");
    options.authority = "https://localhost:1";
    options.teams_user_prefixes = {"8:a:", "8:b:"};
    const auto own = acs::cloud::create(options);
    EXPECT_EQ(own.authority(), "https://localhost:1");
    EXPECT_EQ(own.teams_user_prefixes(), (std::vector<std::string_view>{"8:a:", "8:b:"}));
    options.teams_user_prefixes.emplace();
    EXPECT_TRUE(acs::cloud::create(options).teams_user_prefixes().empty());
}

TEST(endpoint, may_be_insecure_where_that_is_said) {
    EXPECT_THROW(acs::endpoint::parse("http://a.example"), acs::error);
    EXPECT_EQ(acs::endpoint::parse("http://a.example", acs::transport_rule::allow_insecure).url(),
              "http://a.example");
    const std::string text = "endpoint=http://a.example;accesskey=" + unit::emulator().access_key();
    EXPECT_THROW(acs::connection_string::parse(text), acs::error);
    EXPECT_EQ(acs::connection_string::parse(text, acs::transport_rule::allow_insecure).endpoint().url(),
              "http://a.example");
}

TEST(signing, takes_the_parts_of_a_connection_string) {
    const auto parts = acs::connection_string::parse(unit::emulator().text("connection_string"));
    const auto key = acs::access_key::from_base64(unit::emulator().access_key());
    const auto now = std::chrono::system_clock::now();
    const std::string url = std::string(parts.endpoint().url()) + "/identities?api-version=2023-10-01";
    const auto one = acs::sign_request(parts.access_key(), "POST", url, "{}", now);
    const auto other = acs::sign_request(key, "post", url, "{}", now);
    EXPECT_EQ(one.authorization(), other.authorization());
    EXPECT_EQ(one.target(), "/identities?api-version=2023-10-01");
    EXPECT_NE(one.string_to_sign().find(std::string(one.x_ms_date())), std::string_view::npos);
    EXPECT_NE(one.string_to_sign().find(std::string(one.host())), std::string_view::npos);
    EXPECT_FALSE(one.x_ms_content_sha256().empty());
    EXPECT_THROW(static_cast<void>(acs::sign_request(key, "POST", "not a url")), acs::error);
}

TEST(protocol, prepares_what_is_sent_and_reads_what_comes_back) {
    const auto parts = acs::connection_string::parse(unit::emulator().text("connection_string_http"));
    const auto request =
        acs::prepare_create_user_and_token(parts.endpoint(), {"chat"}, std::chrono::hours(1));
    EXPECT_EQ(request.method(), "POST");
    EXPECT_EQ(request.authentication(), acs::authentication::credential);
    EXPECT_EQ(request.retryable(), acs::retryable::if_not_processed);
    EXPECT_FALSE(request.headers().empty());
    EXPECT_NE(request.body().find("chat"), std::string_view::npos);
    EXPECT_NE(request.url().find(ACS_DEFAULT_API_VERSION), std::string_view::npos);
    const auto deleted = acs::prepare_delete_user(parts.endpoint(), "8:acs:a_b", "2022-10-01");
    EXPECT_NE(deleted.url().find("2022-10-01"), std::string_view::npos);
    EXPECT_EQ(acs::prepare_exchange_teams_extension(parts.endpoint(), "token").authentication(),
              acs::authentication::user_token);

    const std::string body =
        R"({"identity":{"id":"8:acs:x"},"accessToken":{"token":"t","expiresOn":"2026-01-01T00:00:00Z"}})";
    const auto both =
        acs::parse_create_user_and_token({201, {{"content-type", "application/json"}}, body, {}});
    EXPECT_EQ(both.user_id(), "8:acs:x");
    EXPECT_EQ(both.text(), "t");
    EXPECT_EQ(both.expires_on_unix(), 1767225600);
    EXPECT_NO_THROW(acs::parse_delete_user({204, {}, {}, {}}));
    EXPECT_THROW(acs::parse_revoke_tokens({500, {}, {}, {}}), acs::error);
}

TEST(protocol, knows_how_long_to_wait) {
    EXPECT_EQ(acs::retry_after({429, {{"Retry-After", "3"}}, {}, {}}), std::chrono::seconds(3));
    EXPECT_EQ(acs::retry_after({503, {{"retry-after-ms", "250"}}, {}, {}}), std::chrono::milliseconds(250));
    EXPECT_EQ(acs::retry_after({503, {}, {}, {}}), std::nullopt);
    const auto received = std::chrono::system_clock::from_time_t(1730797687);
    EXPECT_EQ(acs::retry_after({503, {{"Retry-After", "Tue, 05 Nov 2024 09:08:17 GMT"}}, {}, received}),
              std::chrono::seconds(10));
}

TEST(inspecting, explains_a_token) {
    const std::string token = unit::teams_token();
    acs::expectations expected;
    expected.client_id = unit::client_id();
    expected.user_object_id = unit::object_id();
    const auto found = acs::inspect(token, expected);
    EXPECT_TRUE(found.is_ok());
    EXPECT_EQ(found.checks().size(), 7U);
    EXPECT_EQ(found.checks()[0].kind, acs::check_kind::shape);
    EXPECT_EQ(acs::name(acs::check_kind::expiry), "expiry");
    EXPECT_EQ(found.first_failure(), std::nullopt);
    EXPECT_EQ(found.tenant_id(), unit::emulator().text("tenant_id"));
    EXPECT_EQ(found.object_id(), unit::object_id());
    EXPECT_EQ(found.app_id(), unit::client_id());
    EXPECT_TRUE(found.audience() && found.version() && found.issued_at() && found.expires_at());
    EXPECT_EQ(found.scopes().size(), 2U);
    EXPECT_FALSE(found.app_only());

    expected.user_object_id = "00000000-0000-0000-0000-000000000000";
    const auto other = acs::inspect(token, expected);
    ASSERT_TRUE(other.first_failure().has_value());
    EXPECT_EQ(other.first_failure()->kind, acs::check_kind::user);
    EXPECT_EQ(other.first_failure()->outcome, acs::outcome::failed);
    EXPECT_NE(other.first_failure()->explanation.find(unit::object_id()), std::string_view::npos);
}

TEST(inspecting, tells_an_empty_list_from_none) {
    const std::string token = unit::teams_token();
    acs::expectations expected;
    expected.scopes = std::vector<std::string>{"No.Such"};
    EXPECT_FALSE(acs::inspect(token, expected).is_ok());
    expected.scopes = std::vector<std::string>{};
    EXPECT_TRUE(acs::inspect(token, expected).is_ok());
    expected.audiences = std::vector<std::string>{"https://elsewhere.example"};
    EXPECT_FALSE(acs::inspect(token, expected).is_ok());
    expected.audiences = std::vector<std::string>{};
    EXPECT_TRUE(acs::inspect(token, expected).is_ok());
    expected.min_remaining = std::chrono::hours(48);
    EXPECT_EQ(acs::inspect(token, expected).first_failure()->kind, acs::check_kind::expiry);
    expected.min_remaining = std::chrono::seconds(-1);
    EXPECT_EQ(acs::try_inspect(token, expected).error().target(), "min_remaining_s");
}

TEST(cache_key, is_of_the_secret_and_the_token) {
    const auto endpoint = acs::endpoint::parse("https://a.communication.azure.com");
    const std::string token = unit::teams_token();
    const acs::secret secret(std::string(32, 's'));
    const auto key = [&](const acs::secret &of, const std::string &aad_token) {
        return acs::cache_key::create(of, endpoint, std::nullopt, aad_token, unit::client_id(), unit::object_id());
    };
    const auto first = key(secret, token);
    EXPECT_EQ(first.entry, key(secret, token).entry);
    EXPECT_NE(first.entry, key(std::string(32, 't'), token).entry);
    const auto other = key(secret, unit::emulator().mint({{"kind", "teams"}, {"lifetime", 4000}}));
    EXPECT_NE(first.entry, other.entry);
    EXPECT_EQ(first.user, other.user);
    EXPECT_EQ(acs::cache_key::try_create("short", endpoint, std::nullopt, token, "c", "u").error().target(), "secret");
}

TEST(identifiers, are_equal_by_their_raw_ids) {
    const acs::identifier read = acs::identifier::from_raw_id("8:acs:a_b");
    const acs::identifier unknown = acs::identifier::unknown("8:acs:a_b");
    EXPECT_EQ(read.kind(), acs::identifier_kind::communication_user);
    EXPECT_EQ(unknown.kind(), acs::identifier_kind::unknown);
    EXPECT_TRUE(read == unknown);
    EXPECT_EQ(std::hash<acs::identifier>()(read), std::hash<acs::identifier>()(unknown));
    EXPECT_TRUE(read != acs::identifier::from_raw_id("8:ACS:a_b"));
}

TEST(identifiers, have_what_their_kind_has) {
    const acs::identifier phone = acs::identifier::phone_number("+1_x");
    EXPECT_EQ(phone.asserted_id(), "x");
    EXPECT_EQ(phone.user_id(), std::nullopt);
    EXPECT_EQ(phone.cloud(), std::nullopt);
    const acs::identifier user =
        acs::identifier::teams_extension_user("u", "t", "r", acs::cloud_environment::gcch);
    EXPECT_EQ(user.raw_id(), "8:gcch-acs:r_t_u");
    EXPECT_EQ(user.cloud(), acs::cloud_environment::gcch);
    EXPECT_EQ(user.phone_number(), std::nullopt);
    EXPECT_EQ(acs::identifier::microsoft_teams_visitor("v").raw_id(), "8:teamsvisitor:v");
    EXPECT_EQ(acs::identifier::microsoft_teams_user("u").raw_id(), "8:orgid:u");
    EXPECT_EQ(acs::identifier::microsoft_teams_app("a", acs::cloud_environment::dod).raw_id(), "28:dod:a");
    EXPECT_EQ(acs::identifier::communication_user("8:acs:x").raw_id(), "8:acs:x");
}

TEST(identifiers, that_hold_a_nul_are_rejected) {
    const auto refused = acs::identifier::try_from_raw_id(std::string_view("4:\0", 3));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), acs::error_kind::invalid_argument);
    EXPECT_EQ(refused.error().target(), "raw_id");
}

} // namespace
