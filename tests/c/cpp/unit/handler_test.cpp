// The handler, its settings and where they come from.
#include "fixture.hpp"

#include <array>

namespace {

/// Settings for the emulator, without a credential.
acs::handler_settings common_settings() {
    auto settings = acs::handler_settings::create();
    settings.set("api_client_id", unit::emulator().text("api.client_id"))
        .set("tenant_ids", std::vector<std::string>{unit::emulator().text("tenant_id")})
        .set("teams_client_ids", std::vector<std::string>{unit::client_id()})
        .set("root_certificates_pem", unit::emulator().ca());
    return settings;
}

acs::handler_settings fitting_settings() {
    auto settings = common_settings();
    settings.set("connection_string", acs::secret(unit::emulator().text("connection_string")));
    return settings;
}

acs::handler_options options_with(const acs::cloud &cloud, const acs::handler_settings &settings) {
    acs::handler_options options;
    options.cloud = &cloud;
    options.settings = &settings;
    return options;
}

/// The routes and statuses of responses. Shared with the observer, because events may arrive after the test.
struct answers {
    using list = std::vector<std::pair<std::string, int>>;

    void add(const acs::event &event) {
        const std::lock_guard<std::mutex> lock(mutex);
        all.emplace_back(event.route, event.status);
    }
    list seen() {
        const std::lock_guard<std::mutex> lock(mutex);
        return all;
    }

    std::mutex mutex;
    list all;
};

/// A request for a token, and the texts it refers to.
struct token_request_texts {
    std::string bearer = "Bearer " + unit::caller_token();
    std::string teams = unit::teams_token();

    [[nodiscard]] acs::request request() const {
        return {"POST", "/api/token/teams", {{"authorization", bearer}, {"teams-user-aad-token", teams}}, {}};
    }
};

TEST(handler, answers_requests) {
    unit::emulator().reset();
    const acs::cloud cloud = unit::make_cloud();
    const auto settings = fitting_settings();
    auto options = options_with(cloud, settings);
    const auto answered = std::make_shared<answers>();
    options.observer = [answered](const acs::event &event) {
        if (event.kind == acs::event_kind::request_completed && event.route != "/healthz") {
            answered->add(event);
        }
    };
    const auto handler = acs::handler::create(options);
    ASSERT_TRUE(unit::has_keys(handler));
    const token_request_texts texts;
    const auto response = handler.handle(texts.request());
    EXPECT_EQ(response.status(), 201);
    EXPECT_EQ(response.header_value("Content-Type"), "application/json");
    EXPECT_EQ(response.header_value("no-such-header"), std::nullopt);
    EXPECT_FALSE(response.headers().empty());
    EXPECT_TRUE(nlohmann::json::parse(response.body()).contains("token"));
    const auto later = handler.handle_async(texts.request()).future().get();
    EXPECT_EQ(later.body(), response.body());
    const auto refused = handler.handle({"POST", "/api/token/teams", {}, {}});
    EXPECT_EQ(refused.status(), 401);
    EXPECT_EQ(handler.handle({"GET", "/nowhere", {}, {}}).status(), 404);
    const answers::list expected = {
        {"/api/token/teams", 201}, {"/api/token/teams", 201}, {"/api/token/teams", 401}, {"other", 404}};
    EXPECT_TRUE(unit::comes_true([&] { return answered->seen().size() >= expected.size(); }));
    EXPECT_EQ(answered->seen(), expected);
}

TEST(handler, is_asked_with_what_bytes_there_are) {
    const acs::cloud cloud = unit::make_cloud();
    const auto settings = fitting_settings();
    const auto handler = acs::handler::create(options_with(cloud, settings));
    using namespace std::string_view_literals;
    EXPECT_EQ(handler.handle({"GET", "/healthz\0x"sv, {}, {}}).status(), 404);
    EXPECT_EQ(handler.handle({"POST", "/api/token/teams", {{"authorization", "Bearer \xff\0"sv}}, "\0\xff"sv})
                  .status(),
              401);
    EXPECT_EQ(handler.handle({"POST", "/api/token/teams", {}, std::string(20000, ' ')}).status(), 413);
    acs::handler moved = acs::handler::create(options_with(cloud, settings));
    const acs::handler other = std::move(moved);
    EXPECT_EQ(moved.try_handle({"GET", "/healthz", {}, {}}).error().target(), "handler");
}

TEST(handler, may_have_an_observer_that_throws) {
    const acs::cloud cloud = unit::make_cloud();
    const auto settings = fitting_settings();
    auto options = options_with(cloud, settings);
    options.observer = [](const acs::event &) { throw std::runtime_error("mine"); };
    const auto handler = acs::handler::create(options);
    const unit::thrown_counter thrown;
    EXPECT_EQ(handler.handle({"GET", "/nowhere", {}, {}}).status(), 404);
    EXPECT_EQ(thrown.wait_for_places(1), std::vector<std::string>{"observer"});
}

TEST(handler, may_have_a_token_credential) {
    unit::emulator().reset();
    const acs::cloud cloud = unit::make_cloud();
    auto settings = common_settings();
    settings.set("endpoint", unit::emulator().text("https_url"));
    auto options = options_with(cloud, settings);
    unit::counter asked;
    options.token_credential =
        [&, token = unit::emulator().mint({{"kind", "acs"}})](const std::vector<std::string_view> &) {
            asked.add();
            return acs::bearer_token{token, std::chrono::system_clock::now() + std::chrono::hours(1)};
        };
    const auto handler = acs::handler::create(options);
    ASSERT_TRUE(unit::has_keys(handler));
    const token_request_texts texts;
    EXPECT_EQ(handler.handle(texts.request()).status(), 201);
    EXPECT_EQ(asked.count(), 1);
}

TEST(settings, take_values_of_the_languages_types) {
    auto settings = fitting_settings();
    const std::string text = "calls.exchange";
    const std::array<acs::secret, 1> keys = {acs::secret(std::string(43, 'A') + "=")};
    settings.set("required_scope", text)
        .set("required_scope", "access_as_user")
        .set("cors_origins", {"https://a.example", "https://b.example"})
        .set("graph.mapping_keys", keys)
        .set("graph_client_secret", acs::secret("hunter2"))
        .set("timeout_ms", std::chrono::seconds(60))
        .set("cache_bytes", std::size_t{1} << 20)
        .set("limit.per_user", 0)
        .set("http2", false);
    const acs::cloud cloud = unit::make_cloud();
    const auto handler = acs::handler::create(options_with(cloud, settings));
    ASSERT_TRUE(unit::has_keys(handler));
    const token_request_texts texts;
    EXPECT_EQ(handler.handle(texts.request()).status(), 201);
    EXPECT_THROW(settings.set("time_out_ms", 5), acs::error);
}

TEST(settings, are_refused_by_name) {
    const auto target = [&](auto name, auto value) {
        auto settings = fitting_settings();
        const auto set = settings.try_set(name, value);
        return set ? "it was set" : set.error().target().value_or("no target");
    };
    EXPECT_EQ(target("timeout_ms", std::chrono::milliseconds(-1)), "timeout_ms");
    EXPECT_EQ(target("limit_exchanges", -5), "limit_exchanges");
    EXPECT_EQ(target("cache_bytes", UINT64_MAX), "cache_bytes");
    EXPECT_EQ(target("cors_origins", "https://a.example"), "cors_origins");
    EXPECT_EQ(target("http2", 1), "http2");
    EXPECT_EQ(target("cors_origins", std::vector<std::string>{std::string("a\0b", 3)}), "values");
    auto settings = fitting_settings();
    const auto unknown = settings.try_set("redis_lok", true);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().target(), "redis_lok");
    EXPECT_NE(unknown.error().reason().find("redis_lock"), std::string_view::npos);
    acs::handler_options options;
    EXPECT_EQ(acs::handler::try_create(options).error().target(), "connection_string");
}

TEST(settings, come_of_toml_and_the_environment) {
    const acs::cloud cloud = unit::make_cloud();
    const auto from_env = acs::handler_settings::from_env([](std::string_view name) {
        return name == "ACS_AUTH_CONNECTION_STRING"
                   ? std::optional<std::string>(unit::emulator().text("connection_string"))
                   : std::nullopt;
    });
    const auto from_toml = acs::handler_settings::from_toml(
        "api_client_id = \"" + unit::emulator().text("api.client_id") + "\"\ntenant_ids = [\"" +
        unit::emulator().text("tenant_id") + "\"]\nteams_client_ids = [\"" + unit::client_id() + "\"]\n");
    auto both = from_env.or_else(from_toml);
    both.set("root_certificates_pem", unit::emulator().ca());
    auto with = options_with(cloud, both);
    const auto handler = acs::handler::create(with);
    ASSERT_TRUE(unit::has_keys(handler));
    const token_request_texts texts;
    EXPECT_EQ(handler.handle(texts.request()).status(), 201);
    with.settings = &from_env;
    EXPECT_FALSE(acs::handler::try_create(with));
    EXPECT_TRUE(acs::handler_settings::try_from_env());
    EXPECT_EQ(acs::handler_settings::try_from_toml("no_such_setting = 1").error().target(),
              "no_such_setting");
}

TEST(settings, let_a_lookup_throw) {
    int asked = 0;
    const auto lookup = [&](std::string_view) -> std::optional<std::string> {
        ++asked;
        throw std::out_of_range("mine");
    };
    EXPECT_THROW(acs::handler_settings::from_env(lookup), std::out_of_range);
    EXPECT_EQ(asked, 1) << "it is not asked again";
    const auto failed = acs::handler_settings::try_from_env(lookup);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), acs::error_kind::invalid_argument);
}

TEST(settings, are_all_known) {
    bool has_connection_string = false;
    for (const acs::setting &setting : acs::known_settings()) {
        EXPECT_FALSE(setting.toml.empty() || setting.about.empty());
        if (setting.toml == "connection_string") {
            has_connection_string = true;
            ASSERT_FALSE(setting.environment.empty());
            EXPECT_EQ(setting.environment[0], "ACS_AUTH_CONNECTION_STRING");
        }
    }
    EXPECT_TRUE(has_connection_string);
}

} // namespace
