// That the runner can fail: words that it does not know, expectations that do not hold, secrets that are
// shown.
#include "judge.hpp"
#include "run.hpp"

#include <gtest/gtest.h>

namespace {

using conformance::check;
using conformance::failure;
using nlohmann::json;

json a_case() {
    return {
        {"name", "a"},
        {"about", "A rule."},
        {"source", "own"},
        {"hosts", "all"},
        {"client", {{"transport", "http"}}},
        {"handler", {{"timeout_ms", 1}}},
        {"before", json::array({{{"mint", {{"as", "aad"}}}}, {{"call", {{"operation", "create_user"}}}}})},
        {"call", {{"operation", "create_user"}}},
        {"expect", {{"ok", {{"id", {{"present", true}}}}}}},
        {"emulator",
         {{"attempts", json::array({201})}, {"tokens", json::array({{{"token", "t"}, {"active", true}}})}}}};
}

json a_suite(const json &one) { return {{"$schema", "./cases.schema.json"}, {"cases", json::array({one})}}; }

TEST(reading, takes_what_it_knows) { EXPECT_EQ(conformance::read_suite(a_suite(a_case())).size(), 1U); }

TEST(reading, refuses_unknown_members) {
    for (const char *place : {"", "/client", "/before/0", "/before/0/mint", "/before/1/call", "/call",
                              "/expect", "/emulator", "/emulator/tokens/0"}) {
        json bad = a_case();
        bad[json::json_pointer(place)]["unknown"] = true;
        EXPECT_THROW(conformance::read_suite(a_suite(bad)), failure) << place;
    }
    json skipped = a_case();
    skipped["skip"] = true;
    EXPECT_THROW(conformance::read_suite(a_suite(skipped)), failure);
}

TEST(reading, refuses_unknown_words) {
    const std::vector<std::pair<const char *, json>> bad_values = {
        {"/hosts", json::array({"rust"})},
        {"/hosts", "some"},
        {"/source", "rumour"},
        {"/handler", json::array()},
        {"/call/operation", "unknown"},
        {"/client/transport", "ftp"},
        {"/expect/error", {{"kind", "Timeout"}}},
        {"/emulator/attempts", json::array({"201"})},
    };
    for (const auto &[place, value] : bad_values) {
        json bad = a_case();
        bad[json::json_pointer(place)] = value;
        EXPECT_THROW(conformance::read_suite(a_suite(bad)), failure) << place;
    }
    json twice = a_suite(a_case());
    twice["cases"].push_back(a_case());
    EXPECT_THROW(conformance::read_suite(twice), failure);
}

bool holds(const json &value, const json &matcher) {
    try {
        check({{"m", value}}, {{"m", matcher}}, conformance::scope(), 1000);
        return true;
    } catch (const failure &) {
        return false;
    }
}

TEST(matchers, each_holds_and_fails) {
    struct {
        json matcher;
        json yes;
        json no;
    } const all[] = {
        {"a", "a", "A"},
        {1, 1, "1"},
        {nullptr, nullptr, ""},
        {json::array({"a"}), json::array({"a"}), {"a", "b"}},
        {{{"present", true}}, "a", ""},
        {{{"present", false}}, nullptr, "a"},
        {{{"prefix", "a"}}, "ab", "ba"},
        {{{"contains", {"a", "b"}}}, "xbya", "a"},
        {{{"lacks", json::array({"a"})}}, "b", "ba"},
        {{{"lacks", json::array({"a"})}}, "b", nullptr},
        {{{"ignoring_case", "aB"}}, "Ab", "b"},
        {{{"between", {1, 2}}}, 2, 3},
        {{{"seconds_from_now", {-1, 1}}}, 999, 1002},
        {{{"json", {{"a", 1}}}}, "{ \"a\": 1 }", "{}"},
        {{{"has", {{"a", 1}, {"b", nullptr}}}}, {{"a", 1}, {"c", 2}}, {{"a", 1}, {"b", 2}}},
    };
    for (const auto &one : all) {
        EXPECT_TRUE(holds(one.yes, one.matcher)) << one.matcher << one.yes;
        EXPECT_FALSE(holds(one.no, one.matcher)) << one.matcher << one.no;
    }
    for (const json &bad :
         {json{{"suffix", "a"}}, json::object(), json{{"prefix", "a"}, {"contains", json::array({"a"})}}}) {
        EXPECT_FALSE(holds("a", bad)) << bad;
    }
    EXPECT_THROW(check({{"a", 1}}, {{"b", nullptr}}, conformance::scope(), 0), failure);
}

TEST(references, are_replaced_or_name_nothing) {
    conformance::scope scope;
    scope.name("emulator", {{"users", json::array({{{"id", "u"}}})}, {"port", 1}});
    EXPECT_EQ(scope.fill({{"a", json::array({"${emulator.users.0.id}/${emulator.port}"})},
                          {"b", "${emulator.port}"}}),
              json({{"a", json::array({"u/1"})}, {"b", 1}}));
    for (const char *text :
         {"${other}", "${emulator.users.1.id}", "x${emulator.port", "${}", "${emulator.users.x}"}) {
        EXPECT_THROW(static_cast<void>(scope.fill(text)), failure) << text;
    }
    EXPECT_THROW(scope.name("emulator", nullptr), failure);
}

/// What comes of a real case that was changed in one place.
std::string outcome_of(const char *name, const char *place, const json &value) {
    const json file = conformance::read_shared("conformance/cases");
    for (json one : file.at("cases")) {
        if (one.at("name") == name) {
            one[json::json_pointer(place)] = value;
            try {
                conformance::run(conformance::read_case(one), conformance::way::result,
                                 harness::emulator::shared());
                return "passed";
            } catch (const failure &why) {
                return why.what();
            }
        }
    }
    throw std::logic_error("there is no such case");
}

TEST(running, notices_what_does_not_hold) {
    const char *const exchange = "get_token_for_teams_user";
    EXPECT_EQ(outcome_of(exchange, "/about", "As it is."), "passed");
    const std::vector<std::pair<const char *, json>> changes = {
        {"/expect/ok/token", "another"},
        {"/expect/ok/no_such_member", nullptr},
        {"/expect", {{"error", {{"kind", "Timeout"}}}}},
        {"/expect/took_ms", {{"at_least", 60000}}},
        {"/expect/client", {{"endpoint", "https://elsewhere.example"}}},
        {"/expect/credential", {{"calls", 0}}},
        {"/call/arguments/unknown", "x"},
        {"/call/arguments/client_id", "${nothing}"},
        {"/emulator/attempts", json::array({500})},
        {"/emulator/identities", 7},
        {"/emulator/each", {{"status", 500}}},
        {"/emulator/same_headers", json::array({"no-such-header"})},
        {"/emulator/different_headers", json::array({"no-such-header"})},
        {"/emulator/in_order", json::array({{{"status", 500}}})},
    };
    for (const auto &[place, value] : changes) {
        EXPECT_NE(outcome_of(exchange, place, value), "passed") << place;
    }
    EXPECT_NE(outcome_of("revoke_tokens", "/emulator/tokens/0/active", true), "passed");
    EXPECT_NE(outcome_of("revoke_tokens", "/emulator/tokens/0/reason", "expired"), "passed");
    EXPECT_NE(outcome_of("a_token_credential", "/expect/credential/calls", 9), "passed");
    EXPECT_NE(outcome_of("a_token_credential", "/expect/credential/scopes", json::array({"another"})),
              "passed");
}

TEST(running, notices_a_secret_that_is_shown) {
    const json given = {{"name", "a"},
                        {"about", "The error names the argument."},
                        {"source", "own"},
                        {"hosts", "all"},
                        {"call", {{"operation", "parse_connection_string"}, {"arguments", {{"text", "x"}}}}},
                        {"expect", {{"error", {{"kind", "InvalidConnectionString"}}}}}};
    auto test = conformance::read_case(given);
    conformance::run(test, conformance::way::result, harness::emulator::shared());
    test.expect.never_shown = {"InvalidConnectionString"};
    EXPECT_THROW(conformance::run(test, conformance::way::result, harness::emulator::shared()), failure);
}

} // namespace
