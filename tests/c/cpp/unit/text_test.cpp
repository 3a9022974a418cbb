// Converting texts, durations and times for C.
#include "fixture.hpp"

#include <set>

namespace {

using namespace std::string_view_literals;

constexpr std::string_view with_nul = "a\0b"sv;

template <class T>
std::string refused(const acs::result<T> &result) {
    if (result) {
        return "it succeeded";
    }
    return result.error().kind() == acs::error_kind::invalid_argument ||
                   result.error().kind() == acs::error_kind::invalid_connection_string
               ? result.error().target().value_or("no target")
               : result.error().what();
}

TEST(texts, may_not_hold_nul) {
    const auto client = unit::make_client();
    EXPECT_EQ(refused(client.try_get_token(with_nul, {"chat"})), "user_id");
    EXPECT_EQ(refused(client.try_get_token("8:acs:x", {"chat", with_nul})), "scopes");
    EXPECT_EQ(refused(client.try_get_token_for_teams_user(with_nul, "c", "u")), "aad_token");
    EXPECT_EQ(refused(client.try_get_token_for_teams_user("t", with_nul, "u")), "client_id");
    EXPECT_EQ(refused(client.try_get_token_for_teams_user("t", "c", with_nul)), "user_object_id");
    EXPECT_EQ(refused(acs::client::try_from_connection_string(with_nul)), "connection_string");
    EXPECT_EQ(refused(acs::endpoint::try_parse(with_nul)), "text");
    acs::call_options options;
    options.client_request_id = std::string(with_nul);
    EXPECT_EQ(refused(client.try_create_user(options)), "client_request_id");
    acs::client_options made;
    made.connection_string = unit::emulator().text("connection_string_http");
    made.application_id = std::string(with_nul);
    EXPECT_EQ(refused(acs::client::try_create(made)), "application_id");
    EXPECT_EQ(refused(acs::handler_settings::try_from_toml("timeout_ms = 5\0x"sv)), "toml");
}

TEST(texts, need_no_nul_at_their_end) {
    const std::string text = "https://a.example, and more";
    EXPECT_EQ(acs::endpoint::parse(std::string_view(text).substr(0, 17)).url(), "https://a.example");
    EXPECT_EQ(acs::endpoint::try_parse(std::string_view()).error().kind(),
              acs::error_kind::invalid_connection_string);
}

TEST(text_lists, are_made_of_what_holds_texts) {
    const auto client = unit::make_client();
    const auto id = client.create_user();
    const std::vector<std::string> strings = {"chat"};
    const std::set<std::string_view> views = {acs::token_scope::chat, acs::token_scope::voip};
    const char *const pointers[] = {"chat"};
    EXPECT_TRUE(client.try_get_token(id.id(), strings));
    EXPECT_TRUE(client.try_get_token(id.id(), views));
    EXPECT_TRUE(client.try_get_token(id.id(), pointers));
    EXPECT_TRUE(client.try_get_token(id.id(), {strings[0], "voip", acs::token_scope::chat_join}));
    EXPECT_EQ(refused(client.try_get_token(id.id(), {})), "scopes");
}

TEST(durations, are_no_default_when_they_are_negative) {
    const auto client = unit::make_client();
    for (const int ms : {-1, -2, -1000}) {
        acs::call_options options;
        options.timeout = std::chrono::milliseconds(ms);
        EXPECT_EQ(refused(client.try_create_user(options)), "timeout_ms") << ms;
    }
    acs::client_options made;
    made.connection_string = unit::emulator().text("connection_string_http");
    made.max_attempts = -1;
    EXPECT_EQ(refused(acs::client::try_create(made)), "max_attempts");
    EXPECT_EQ(refused(client.try_create_user_and_token({"chat"}, std::chrono::seconds(-1))),
              "token_expires_in_s");
}

TEST(durations, are_of_any_unit) {
    const auto client = unit::make_client();
    const auto before = std::chrono::system_clock::now();
    const auto given = client.create_user_and_token({"chat"}, std::chrono::hours(2));
    EXPECT_GE(given.expires_on(), before + std::chrono::minutes(119));
    EXPECT_LE(given.expires_on(), before + std::chrono::minutes(121));
    EXPECT_EQ(given.expires_on(), std::chrono::system_clock::from_time_t(given.expires_on_unix()));
}

TEST(times, that_the_clock_cannot_hold_are_its_last) {
    using acs::detail::from_unix;
    using acs::detail::to_unix;
    EXPECT_EQ(from_unix(std::numeric_limits<std::int64_t>::max()), acs::time_point::max());
    EXPECT_EQ(from_unix(std::numeric_limits<std::int64_t>::min()), acs::time_point::min());
    EXPECT_EQ(to_unix(from_unix(1730797687)), 1730797687);
    EXPECT_EQ(to_unix(acs::time_point(std::chrono::milliseconds(-1500))), -2);
    const acs::raw_response far = {200, {}, R"({"token":"t","expiresOn":"2400-01-01T00:00:00+00:00"})", {}};
    // libstdc++'s clock counts nanoseconds, until 2262; libc++'s counts microseconds.
    constexpr std::chrono::seconds in_2400(13'569'465'600);
    const auto last = std::chrono::duration_cast<std::chrono::seconds>(acs::time_point::max().time_since_epoch());
    EXPECT_EQ(acs::parse_exchange_teams_user(far).expires_on(),
              last > in_2400 ? acs::time_point(in_2400) : acs::time_point::max());
}

TEST(secrets, are_copies_that_move) {
    const std::string text = "an open secret";
    acs::secret first = text;
    acs::secret copy = first;
    acs::secret moved = std::move(first);
    EXPECT_EQ(copy.expose(), text);
    EXPECT_EQ(moved.expose(), text);
    EXPECT_TRUE(first.empty() && first.expose().empty());
    copy = acs::secret("another");
    EXPECT_EQ(copy.expose(), "another");
    moved = copy;
    EXPECT_EQ(moved.expose(), copy.expose());
    acs::secret bytes = with_nul;
    EXPECT_EQ(bytes.expose().size(), 3U);
    char memory[] = "to be wiped";
    acs::detail::wipe(memory, sizeof memory);
    EXPECT_EQ(std::string_view(memory, sizeof memory), std::string(sizeof memory, '\0'));
}

} // namespace
