// acs::result and C++23's std::expected convert to each other.
#include "fixture.hpp"

#if !defined(ACS_AUTH_STD_EXPECTED)
#error "this test is for a standard library that has std::expected"
#endif

namespace {

TEST(expected, comes_of_a_result) {
    std::expected<acs::endpoint, acs::error> good = acs::endpoint::try_parse("https://a.example");
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(good->url(), "https://a.example");
    const std::expected<acs::endpoint, acs::error> bad = acs::endpoint::try_parse("");
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(bad.error().kind(), acs::error_kind::invalid_connection_string);
    const std::expected<void, acs::error> nothing = acs::try_set_worker_threads(1);
    EXPECT_TRUE(nothing.has_value());
    const std::expected<void, acs::error> refused = acs::try_set_worker_threads(0);
    EXPECT_FALSE(refused.has_value());
}

TEST(expected, becomes_a_result) {
    const acs::result<int> good = std::expected<int, acs::error>(5);
    EXPECT_EQ(*good, 5);
    const acs::error failure(acs::error_kind::timeout, "Too late.");
    const acs::result<int> bad = std::expected<int, acs::error>(std::unexpected(failure));
    EXPECT_EQ(bad.error().reason(), "Too late.");
    const acs::result<void> nothing = std::expected<void, acs::error>();
    EXPECT_TRUE(nothing);
    const acs::result<void> failed = std::expected<void, acs::error>(std::unexpected(failure));
    EXPECT_FALSE(failed);
}

} // namespace
