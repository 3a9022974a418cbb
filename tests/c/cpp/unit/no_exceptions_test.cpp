// A program may contain code compiled with and without exceptions.
#include "fixture.hpp"
#include "no_exceptions.hpp"

namespace {

TEST(no_exceptions, does_what_there_is) {
    const std::string connection_string = unit::emulator().text("connection_string_http");
    EXPECT_EQ(no_exceptions::create_and_delete(connection_string), "");
    EXPECT_EQ(no_exceptions::by_callback(connection_string), "");
    EXPECT_EQ(no_exceptions::by_queue(connection_string), "");
    EXPECT_EQ(no_exceptions::by_future(connection_string), "");
    EXPECT_EQ(no_exceptions::by_lookup(), "");
}

TEST(no_exceptions, says_what_went_wrong) {
    EXPECT_NE(no_exceptions::create_and_delete("").find("InvalidConnectionString"), std::string::npos);
    EXPECT_EQ(
        no_exceptions::by_credential(unit::emulator().text("http_url")).rfind("Throttled: Not so fast.", 0),
        0U);
}

TEST(no_exceptions, lives_beside_exceptions) {
    EXPECT_EQ(no_exceptions::create_and_delete(unit::emulator().text("connection_string_http")), "");
    EXPECT_THROW(acs::endpoint::parse(""), acs::error);
}

} // namespace
