// acs::result and acs::error.
#include "fixture.hpp"

namespace {

using nlohmann::json;

acs::error an_error() { return {acs::error_kind::timeout, "Too late."}; }

using number = acs::result<std::unique_ptr<int>>;

number good(int value) { return std::make_unique<int>(value); }

TEST(error, says_what_it_is_and_stays_whole) {
    acs::error first = an_error();
    const acs::error moved = std::move(first);
    for (const acs::error &error : {first, moved}) {
        EXPECT_EQ(error.kind(), acs::error_kind::timeout);
        EXPECT_EQ(error.reason(), "Too late.");
        EXPECT_STREQ(error.what(), "Timeout: Too late.");
        EXPECT_FALSE(error.status() || error.code() || error.target() || error.retry_after());
        EXPECT_FALSE(error.client_request_id() || error.ms_cv());
    }
    static_assert(std::is_nothrow_copy_constructible_v<acs::error>);
    static_assert(std::is_base_of_v<std::runtime_error, acs::error>);
}

TEST(error, has_all_that_the_service_said) {
    unit::emulator().reset();
    unit::emulator().fault({{"operation", "create_user"},
                            {"status", 429},
                            {"count", 9},
                            {"retry_after", {{"seconds", 30}}},
                            {"headers", json::array({json::array({"MS-CV", "a-vector"})})},
                            {"json", {{"error", {{"code", "TooManyRequests"}, {"message", "Slow down."}}}}}});
    const auto client = unit::make_client();
    acs::call_options options;
    options.client_request_id = "a-request";
    try {
        client.create_user(options);
        FAIL() << "it succeeded";
    } catch (const acs::error &error) {
        EXPECT_EQ(error.kind(), acs::error_kind::throttled);
        EXPECT_EQ(error.status(), 429);
        EXPECT_EQ(error.code(), "TooManyRequests");
        EXPECT_EQ(error.retry_after(), std::chrono::seconds(30));
        EXPECT_EQ(error.client_request_id(), "a-request");
        EXPECT_EQ(error.ms_cv(), "a-vector");
        EXPECT_NE(std::string(error.what()).find(error.reason()), std::string::npos);
    }
    unit::emulator().reset();
}

TEST(error, kinds_have_names) {
    EXPECT_STREQ(acs::name(acs::error_kind::entra_token_rejected), "EntraTokenRejected");
    EXPECT_STREQ(acs::name(static_cast<acs::error_kind>(77)), "Unknown");
}

TEST(result, holds_a_value_or_an_error) {
    number value = good(7);
    ASSERT_TRUE(value && value.has_value());
    EXPECT_EQ(**value, 7);
    EXPECT_EQ(*value.value(), 7);
    EXPECT_EQ(*std::move(value).value(), 7);
    const number failed = an_error();
    EXPECT_FALSE(failed || failed.has_value());
    EXPECT_EQ(failed.error().kind(), acs::error_kind::timeout);
    EXPECT_THROW(static_cast<void>(failed.value()), acs::error);
    EXPECT_THROW(acs::result<void>(an_error()).value(), acs::error);
    EXPECT_NO_THROW(acs::result<void>().value());
    EXPECT_EQ(*number(an_error()).value_or(std::make_unique<int>(3)), 3);
    EXPECT_EQ(*good(4).value_or(nullptr), 4);
}

TEST(result, goes_on_with_the_value) {
    const auto doubled = [](std::unique_ptr<int> n) { return good(*n * 2); };
    EXPECT_EQ(**good(4).and_then(doubled), 8);
    EXPECT_EQ(number(an_error()).and_then(doubled).error().reason(), "Too late.");
    EXPECT_EQ(*good(4).transform([](std::unique_ptr<int> n) { return *n + 1; }), 5);
    EXPECT_TRUE(good(4).transform([](std::unique_ptr<int>) {}));
    EXPECT_FALSE(number(an_error()).transform([](std::unique_ptr<int>) {}));
    EXPECT_EQ(**number(an_error()).or_else([](const acs::error &) { return good(1); }), 1);
    EXPECT_EQ(**good(4).or_else([](const acs::error &) { return good(1); }), 4);
}

TEST(result, goes_on_after_success) {
    using nothing = acs::result<void>;
    EXPECT_EQ(**nothing().and_then([] { return good(2); }), 2);
    EXPECT_FALSE(nothing(an_error()).and_then([] { return good(2); }));
    EXPECT_EQ(*nothing().transform([] { return 3; }), 3);
    EXPECT_TRUE(nothing().transform([] {}));
    EXPECT_FALSE(nothing(an_error()).transform([] {}));
    EXPECT_TRUE(nothing(an_error()).or_else([](const acs::error &) { return nothing(); }));
    EXPECT_TRUE(nothing().or_else([](const acs::error &e) { return nothing(e); }));
}

} // namespace
