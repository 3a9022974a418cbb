// The handler, its settings and where they come from.
#include "fixture.hpp"

namespace {

acs::handler_options options_with(const acs::cloud &cloud) {
    acs::handler_options options;
    options.cloud = &cloud;
    options.connection_string = unit::emulator().text("connection_string");
    options.api_client_id = unit::emulator().text("api.client_id");
    options.tenants = {unit::emulator().text("tenant_id")};
    options.teams_client_ids = {unit::client_id()};
    options.root_certificates_pem = unit::emulator().ca();
    return options;
}

/// The routes and statuses of answers. The observer shares it: events may come after the test.
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

/// A request for a token, and what it refers to.
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
    auto options = options_with(cloud);
    const auto answered = std::make_shared<answers>();
    options.observer = [answered](const acs::event &event) {
        if (event.kind == acs::event_kind::request_completed) {
            answered->add(event);
        }
    };
    const auto handler = acs::handler::create(options);
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
    const auto handler = acs::handler::create(options_with(cloud));
    using namespace std::string_view_literals;
    EXPECT_EQ(handler.handle({"GET", "/healthz\0x"sv, {}, {}}).status(), 404);
    EXPECT_EQ(handler.handle({"POST", "/api/token/teams", {{"authorization", "Bearer \xff\0"sv}}, "\0\xff"sv})
                  .status(),
              401);
    EXPECT_EQ(handler.handle({"POST", "/api/token/teams", {}, std::string(20000, ' ')}).status(), 413);
    acs::handler moved = acs::handler::create(options_with(cloud));
    const acs::handler other = std::move(moved);
    EXPECT_EQ(moved.try_handle({"GET", "/healthz", {}, {}}).error().target(), "handler");
}

TEST(handler, may_have_an_observer_that_throws) {
    const acs::cloud cloud = unit::make_cloud();
    auto options = options_with(cloud);
    options.observer = [](const acs::event &) { throw std::runtime_error("mine"); };
    const auto handler = acs::handler::create(options);
    const unit::thrown_counter thrown;
    EXPECT_EQ(handler.handle({"GET", "/healthz", {}, {}}).status(), 200);
    EXPECT_EQ(thrown.wait_for_places(1), std::vector<std::string>{"observer"});
}

TEST(handler, may_have_a_token_credential) {
    unit::emulator().reset();
    const acs::cloud cloud = unit::make_cloud();
    auto options = options_with(cloud);
    options.connection_string.reset();
    options.endpoint = unit::emulator().text("https_url");
    unit::counter asked;
    options.token_credential =
        [&, token = unit::emulator().mint({{"kind", "acs"}})](const std::vector<std::string_view> &) {
            asked.add();
            return acs::bearer_token{token, std::chrono::system_clock::now() + std::chrono::hours(1)};
        };
    const auto handler = acs::handler::create(options);
    const token_request_texts texts;
    EXPECT_EQ(handler.handle(texts.request()).status(), 201);
    EXPECT_EQ(asked.count(), 1);
}

TEST(handler, refuses_options_by_name) {
    const acs::cloud cloud = unit::make_cloud();
    const auto target = [&](auto change) {
        auto options = options_with(cloud);
        change(options);
        const auto handler = acs::handler::try_create(options);
        return handler ? "it was made" : handler.error().target().value_or("no target");
    };
    EXPECT_EQ(target([](auto &o) { o.timeout = std::chrono::milliseconds(-1); }), "timeout_ms");
    EXPECT_EQ(target([](auto &o) { o.limit = -5; }), "limit");
    EXPECT_EQ(target([](auto &o) { o.cors_origins = {std::string("a\0b", 3)}; }), "cors_origins");
    EXPECT_EQ(target([](auto &o) { o.api_client_id.reset(); }), "api_client_id");
}

TEST(settings, come_of_toml_and_the_environment) {
    const acs::cloud cloud = unit::make_cloud();
    const auto options = options_with(cloud);
    const auto from_env = acs::handler_settings::from_env([](std::string_view name) {
        return name == "ACS_AUTH_CONNECTION_STRING"
                   ? std::optional<std::string>(unit::emulator().text("connection_string"))
                   : std::nullopt;
    });
    const auto from_toml = acs::handler_settings::from_toml(
        "api_client_id = \"" + *options.api_client_id + "\"\ntenants = [\"" + options.tenants[0] +
        "\"]\nteams_client_ids = [\"" + options.teams_client_ids[0] + "\"]\n");
    const auto both = from_env.or_else(from_toml);
    acs::handler_options with;
    with.settings = &both;
    with.cloud = &cloud;
    with.root_certificates_pem = unit::emulator().ca();
    const auto handler = acs::handler::create(with);
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
