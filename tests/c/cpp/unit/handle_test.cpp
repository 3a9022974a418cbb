// Owners of handles are movable but not copyable, empty after a move, and not printable if they contain a
// secret.
#include "fixture.hpp"

#include <sstream>

namespace {

template <class T, class = void>
struct is_printable : std::false_type {};
template <class T>
struct is_printable<T, std::void_t<decltype(std::declval<std::ostream &>() << std::declval<const T &>())>>
    : std::true_type {};

template <class... T>
constexpr bool none_printable = !(is_printable<T>::value || ...);
template <class... T>
constexpr bool move_only = ((!std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                             std::is_nothrow_move_constructible_v<T> &&
                             std::is_nothrow_move_assignable_v<T>)&&...);

static_assert(
    move_only<acs::client, acs::exchanger, acs::verifier, acs::handler, acs::queue, acs::cloud, acs::endpoint,
              acs::access_key, acs::connection_string, acs::signed_headers, acs::prepared_request, acs::user,
              acs::token, acs::user_token, acs::inspection, acs::verified_token, acs::response,
              acs::handler_settings, acs::call, acs::completion, acs::token_request>);
static_assert(
    none_printable<acs::token, acs::user_token, acs::secret, acs::access_key, acs::connection_string,
                   acs::signed_headers, acs::prepared_request, acs::response, acs::handler_settings>);
static_assert(is_printable<std::string_view>::value, "the check can fail");

TEST(handles, move_and_leave_nothing_behind) {
    acs::endpoint first = acs::endpoint::parse("https://a.example");
    acs::endpoint second = std::move(first);
    EXPECT_FALSE(first);
    EXPECT_TRUE(second);
    EXPECT_EQ(second.url(), "https://a.example");
    EXPECT_EQ(first.url(), "");
    second = acs::endpoint::parse("https://b.example");
    EXPECT_EQ(second.url(), "https://b.example");
    acs::endpoint &self = second;
    second = std::move(self);
    EXPECT_EQ(second.url(), "https://b.example");
}

TEST(handles, that_were_moved_from_fail) {
    acs::client client = unit::make_client();
    const acs::client other = std::move(client);
    const auto failed = client.try_create_user();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), acs::error_kind::invalid_argument);
    EXPECT_EQ(failed.error().target(), "client");
    EXPECT_EQ(client.endpoint(), "");
    EXPECT_EQ(client.clock_skew(), std::chrono::seconds(0));
    const auto begun = client.create_user_async().try_start([](const acs::result<acs::user> &) {});
    EXPECT_FALSE(begun);
    EXPECT_TRUE(other.try_create_user());
}

TEST(handles, are_handed_to_c_and_taken_from_it) {
    acs::endpoint endpoint = acs::endpoint::parse("https://a.example");
    EXPECT_STREQ(::acs_endpoint_url(endpoint.get()), "https://a.example");
    ::acs_endpoint *given = endpoint.release();
    EXPECT_FALSE(endpoint);
    const acs::endpoint taken(given);
    EXPECT_EQ(taken.url(), "https://a.example");
}

TEST(handles, may_go_before_what_they_started) {
    unit::emulator().reset();
    std::future<acs::user> future;
    {
        const acs::client client = unit::make_client();
        future = client.create_user_async().future();
    }
    EXPECT_FALSE(future.get().id().empty());
}

TEST(library, is_the_one_that_the_program_was_compiled_for) {
    EXPECT_TRUE(acs::is_compatible());
    EXPECT_EQ(acs::version(), ACS_VERSION);
    static_assert(acs::is_compatible(0x20003U, 0x20003U) && acs::is_compatible(0x20003U, 0x20004U));
    static_assert(!acs::is_compatible(0x20003U, 0x20002U), "an older library");
    static_assert(!acs::is_compatible(0x20003U, 0x30003U) && !acs::is_compatible(0x20003U, 0x10009U));
}

} // namespace
