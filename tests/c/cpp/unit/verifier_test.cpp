// The verifier of callers' bearer tokens.
#include "fixture.hpp"

namespace {

acs::verifier_options options_with(const acs::cloud &cloud) {
    acs::verifier_options options;
    options.cloud = &cloud;
    options.tenant_ids = {unit::emulator().text("tenant_id")};
    options.audiences = {unit::emulator().text("api.client_id")};
    options.allow_any_client = true;
    options.root_certificates_pem = unit::emulator().ca();
    return options;
}

acs::verifier make_verifier() {
    const acs::cloud cloud = unit::make_cloud();
    return acs::verifier::create(options_with(cloud));
}

TEST(verifier, names_the_caller) {
    const auto verifier = make_verifier();
    ASSERT_TRUE(unit::has_keys(verifier));
    EXPECT_TRUE(verifier.keys_reachable());
    EXPECT_TRUE(verifier.keys_reachable_async().future().get());
    const std::string token = unit::caller_token();
    const auto caller = verifier.verify(token);
    EXPECT_EQ(caller.tenant_id(), unit::emulator().text("tenant_id"));
    EXPECT_EQ(caller.object_id(), unit::object_id());
    EXPECT_FALSE(caller.client_id().empty());
    EXPECT_EQ(caller.scopes(), std::vector<std::string_view>{"access_as_user"});
    EXPECT_EQ(caller.version(), acs::token_version::v2);
    EXPECT_GT(caller.expires_on(), std::chrono::system_clock::now());
    EXPECT_EQ(verifier.verify_async(token).future().get().object_id(), unit::object_id());
}

TEST(verifier, refuses_the_others) {
    const auto verifier = make_verifier();
    ASSERT_TRUE(unit::has_keys(verifier));
    for (const char *attack : {"expired", "tampered", "alg_none", "wrong_aud_graph"}) {
        const auto refused =
            verifier.try_verify(unit::emulator().mint({{"kind", "api"}, {"attack", attack}}));
        ASSERT_FALSE(refused) << attack;
        EXPECT_EQ(refused.error().kind(), acs::error_kind::unauthorized) << attack;
        EXPECT_TRUE(refused.error().code());
    }
    const acs::cloud cloud = unit::make_cloud();
    auto options = options_with(cloud);
    options.allow_any_client = false;
    options.allowed_client_ids = {"00000000-0000-0000-0000-000000000000"};
    const auto strict = acs::verifier::create(options);
    ASSERT_TRUE(unit::has_keys(strict));
    EXPECT_EQ(strict.try_verify(unit::caller_token()).error().kind(), acs::error_kind::forbidden);
    EXPECT_EQ(strict.verify_async(unit::caller_token()).try_future().get().error().kind(),
              acs::error_kind::forbidden);
}

TEST(verifier, says_that_keys_are_not_there) {
    acs::cloud_options nowhere;
    nowhere.kind = acs::cloud_kind::custom;
    nowhere.authority = "http://127.0.0.1:1";
    const acs::cloud cloud = acs::cloud::create(nowhere);
    const auto verifier = acs::verifier::create(options_with(cloud));
    EXPECT_FALSE(verifier.keys_reachable());
    EXPECT_FALSE(verifier.keys_reachable_async().future().get());
    EXPECT_FALSE(acs::verifier::try_create({}));
}

} // namespace
