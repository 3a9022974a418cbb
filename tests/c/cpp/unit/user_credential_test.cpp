// A user's token credential: where its tokens come from, who waits for it, and what it keeps alive.
#include "fixture.hpp"

#include <atomic>

namespace {

using credential = acs::communication_token_credential;
using credential_options = acs::communication_token_credential_options;

acs::bearer_token bearer(std::string_view text) {
    return {acs::secret(text), std::chrono::system_clock::now() + std::chrono::hours(1)};
}

credential fed_by(acs::token_credential refresher, std::chrono::milliseconds timeout = unit::patience) {
    credential_options options;
    options.refresher = std::move(refresher);
    options.timeout = timeout;
    return credential::create(options);
}

std::string target_of(const credential_options &options) {
    const auto made = credential::try_create(options);
    return made ? "none" : std::string(made.error().target().value_or("no target"));
}

TEST(user_credential, gives_the_refreshers_token_in_each_form_and_asks_once) {
    std::atomic<int> asked = 0;
    const auto it = fed_by([&](const std::vector<std::string_view> &scopes) {
        EXPECT_TRUE(scopes.empty());
        ++asked;
        return bearer("a user's token");
    });
    EXPECT_EQ(it.get_token().text(), "a user's token");
    EXPECT_EQ(it.try_get_token()->text(), "a user's token");
    EXPECT_EQ(it.get_token_async().future().get().text(), "a user's token");
    EXPECT_EQ(asked, 1);
}

TEST(user_credential, ends_who_waits_when_it_is_closed) {
    std::promise<void> asked;
    std::optional<acs::token_request> kept;
    const auto it = fed_by([&](acs::token_request request) {
        kept.emplace(std::move(request));
        asked.set_value();
    });
    auto waiting = it.get_token_async().try_future();
    asked.get_future().get();
    it.close();
    EXPECT_EQ(waiting.get().error().kind(), acs::error_kind::cancelled);
    EXPECT_EQ(it.try_get_token().error().kind(), acs::error_kind::cancelled);
    EXPECT_TRUE(it.try_start());
    // Nobody waits for the answer any more, but it is accepted.
    EXPECT_TRUE(std::move(*kept).try_complete(bearer("too late")));
}

TEST(user_credential, waits_no_longer_than_its_timeout) {
    std::promise<void> asked;
    std::optional<acs::token_request> kept;
    const auto it = fed_by(
        [&](acs::token_request request) {
            kept.emplace(std::move(request));
            asked.set_value();
        },
        std::chrono::milliseconds(50));
    EXPECT_EQ(it.try_get_token().error().kind(), acs::error_kind::timeout);
    asked.get_future().get();
    EXPECT_TRUE(std::move(*kept).try_fail(acs::error_kind::timeout, "nobody waits"));
}

TEST(user_credential, renews_ahead_of_time) {
    std::atomic<int> asked = 0;
    credential_options options;
    options.refresher = [&](const std::vector<std::string_view> &) {
        ++asked;
        return acs::bearer_token{acs::secret("a token"), std::chrono::system_clock::now() + std::chrono::seconds(2)};
    };
    options.refresh_proactively = true;
    options.refresh_time_before_expiry = std::chrono::seconds(1);
    const auto it = credential::create(options);
    it.start();
    EXPECT_TRUE(unit::comes_true([&] { return asked >= 3; }));
}

TEST(user_credential, outlives_what_exchanges_for_it) {
    std::vector<std::string> asked;
    const acs::token_credential entra([&](const std::vector<std::string_view> &scopes) {
        asked.assign(scopes.begin(), scopes.end());
        return bearer(unit::teams_token());
    });
    credential_options options;
    options.entra_credential = entra;
    options.client_id = unit::client_id();
    options.user_object_id = unit::object_id();
    std::optional<credential> it;
    {
        const auto client = unit::make_client();
        const auto exchanger = acs::exchanger::create(client);
        options.exchanger = &exchanger;
        it.emplace(credential::create(options));
    }
    EXPECT_GT(it->get_token().expires_on(), std::chrono::system_clock::now());
    EXPECT_EQ(asked.size(), 2U);
}

TEST(user_credential, releases_its_refresher) {
    const auto held = std::make_shared<int>();
    {
        const auto it = fed_by([held](const std::vector<std::string_view> &) { return bearer("a token"); });
        static_cast<void>(it.get_token());
        EXPECT_GT(held.use_count(), 1);
    }
    EXPECT_TRUE(unit::comes_true([&] { return held.use_count() == 1; }));
}

TEST(user_credential, may_be_one_token) {
    credential_options options;
    options.token = "opaque";
    options.token_expires_on = std::chrono::system_clock::from_time_t(7);
    EXPECT_EQ(credential::create(options).get_token().expires_on_unix(), 7);
    const credential none(nullptr);
    EXPECT_EQ(none.try_get_token().error().kind(), acs::error_kind::invalid_argument);
    none.close();
}

TEST(user_credential, is_not_made_of_what_does_not_go_together) {
    const acs::token_credential source([](const std::vector<std::string_view> &) { return bearer("a token"); });
    const auto client = unit::make_client();
    credential_options options;
    EXPECT_EQ(target_of(options), "token");
    options.entra_credential = source;
    EXPECT_EQ(target_of(options), "entra_credential");
    options.client = &client;
    // The default scopes are those of a preview.
    EXPECT_EQ(target_of(options), "preview");
    options.scopes = {"https://graph.microsoft.com/.default"};
    EXPECT_EQ(target_of(options), "scopes");
    options.scopes = {"https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"};
    EXPECT_EQ(target_of(options), "none");
    options.refresher = source;
    EXPECT_EQ(target_of(options), "entra_credential");
    options.entra_credential.reset();
    EXPECT_EQ(target_of(options), "client");
}

} // namespace
