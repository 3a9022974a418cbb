#include "case.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace conformance {
namespace {

void require_word(const std::string &word, const std::vector<std::string> &known, const std::string &what) {
    require(std::find(known.begin(), known.end(), word) != known.end(), what + ": there is no " + word);
}

std::vector<json> to_objects(const json &value, const std::string &what) {
    require(value.is_array(), what + " is no list: " + shown(value));
    std::vector<json> objects;
    for (const json &item : value) {
        objects.push_back(to_object(item, what));
    }
    return objects;
}

call read_call(const json &given) {
    members m(given, "call");
    call read{m.text("operation")};
    require_word(read.operation, operations(), "call");
    read.arguments = m.optional("arguments", to_object).value_or(json::object());
    read.timeout_ms = m.optional("timeout_ms", to_count);
    read.client_request_id = m.optional("client_request_id", to_text);
    m.end();
    return read;
}

action read_mint(const json &given) {
    members m(given, "mint");
    action read{action::kind::mint};
    read.name = m.text("as");
    json query = json::object();
    for (const char *name : {"user", "client_id", "kind", "attack", "scope"}) {
        if (const auto value = m.optional(name, to_text)) {
            query[name] = *value;
        }
    }
    for (const char *name : {"version", "lifetime"}) {
        if (const auto value = m.optional(name, to_integer)) {
            query[name] = *value;
        }
    }
    m.end();
    read.given = query;
    return read;
}

action read_earlier_call(const json &given) {
    members m(given, "call");
    action read{action::kind::call};
    read.name = m.optional("as", to_text);
    read.earlier.operation = m.text("operation");
    require_word(read.earlier.operation, operations(), "call");
    read.earlier.arguments = m.optional("arguments", to_object).value_or(json::object());
    m.end();
    return read;
}

action read_action(const json &given) {
    require(given.is_object() && given.size() == 1, "an action has one member: " + shown(given));
    const std::string &what = given.begin().key();
    const json &value = given.begin().value();
    if (what == "faults") {
        return {action::kind::faults, to_objects(value, what)};
    }
    if (what == "clock") {
        return {action::kind::clock, to_object(value, what)};
    }
    if (what == "access_keys") {
        return {action::kind::access_keys, to_object(value, what)};
    }
    if (what == "behaviour") {
        return {action::kind::behaviour, to_object(value, what)};
    }
    if (what == "mint") {
        return read_mint(value);
    }
    require(what == "call", "before: there is no " + what);
    return read_earlier_call(value);
}

credential_options read_credential(const json &given, const std::string &what) {
    members m(given, what);
    credential_options read{m.text("token"), to_count(m.take("expires_in_s"), what)};
    m.end();
    return read;
}

client_options read_client(const json &given, const std::string &what) {
    members m(given, what);
    client_options read;
    const std::string transport = m.optional("transport", to_text).value_or("http");
    require_word(transport, {"http", "https"}, what);
    read.is_https = transport == "https";
    read.trust_ca = m.optional("trust_ca", to_boolean).value_or(true);
    read.connection_string = m.optional("connection_string", to_text);
    read.secondary_access_key = m.optional("secondary_access_key", to_text);
    read.token_credential = m.optional("token_credential", read_credential);
    read.allow_insecure_endpoint = m.optional("allow_insecure_endpoint", to_boolean);
    read.api_version = m.optional("api_version", to_text);
    read.application_id = m.optional("application_id", to_text);
    read.preflight = m.optional("preflight", to_text);
    require_word(read.preflight.value_or("off"), {"off", "warn", "enforce"}, what);
    read.timeout_ms = m.optional("timeout_ms", to_count);
    read.max_attempts = m.optional("max_attempts", to_count);
    m.end();
    return read;
}

expectation read_expectation(const json &given, const std::string &what) {
    members m(given, what);
    expectation read;
    read.ok = m.optional("ok", to_object);
    if (const auto error = m.optional("error", to_object)) {
        members fields(*error, "error");
        read.error_kind = fields.text("kind");
        read.error_fields = fields.rest();
    }
    require(read.ok.has_value() != read.error_kind.has_value(), "a case expects either ok or an error");
    read.never_shown = m.optional("never_shown", to_texts).value_or(std::vector<std::string>());
    if (const auto took = m.optional("took_ms", to_object)) {
        members bounds(*took, "took_ms");
        read.at_least_ms = bounds.optional("at_least", to_count);
        read.at_most_ms = bounds.optional("at_most", to_count);
        bounds.end();
    }
    read.client = m.optional("client", to_object).value_or(json::object());
    if (const auto credential = m.optional("credential", to_object)) {
        members of(*credential, "credential");
        read.credential = asked{to_count(of.take("calls"), "calls"),
                                of.optional("scopes", to_texts).value_or(std::vector<std::string>())};
        of.end();
    }
    m.end();
    return read;
}

json to_attempts(const json &value, const std::string &what) {
    require(value.is_array(), what + " is no list");
    for (const json &status : value) {
        require(status.is_null() || to_count(status, what) < 1000, what + ": " + shown(status));
    }
    return value;
}

seen read_seen(const json &given, const std::string &what) {
    members m(given, what);
    seen read;
    read.attempts = m.optional("attempts", to_attempts);
    read.each = m.optional("each", to_object).value_or(json::object());
    read.in_order = m.optional("in_order", to_objects).value_or(std::vector<json>());
    read.same_headers = m.optional("same_headers", to_texts).value_or(std::vector<std::string>());
    read.different_headers = m.optional("different_headers", to_texts).value_or(std::vector<std::string>());
    read.identities = m.optional("identities", to_count);
    for (const json &token : m.optional("tokens", to_objects).value_or(std::vector<json>())) {
        members of(token, "tokens");
        const std::string text = of.text("token");
        const bool active = to_boolean(of.take("active"), "active");
        read.tokens.push_back({text, active, of.optional("reason", to_text)});
        of.end();
    }
    m.end();
    return read;
}

} // namespace

const std::vector<std::string> &operations() {
    static const std::vector<std::string> all = {
        "create_user",
        "create_user_and_token",
        "get_token",
        "revoke_tokens",
        "delete_user",
        "update_access_key",
        "get_token_for_teams_user",
        "get_token_for_teams_extension_user",
        "sign_request",
        "parse_connection_string",
        "prepare_request",
        "parse_response",
        "inspect",
        "handle",
    };
    return all;
}

test_case read_case(const json &given) {
    members m(given, "the case");
    test_case read;
    read.name = m.text("name");
    read.about = m.text("about");
    require_word(m.text("source"), {"own", "official_sdks", "specified", "recorded", "assumed"}, "source");
    require_word(m.text("hosts"), {"all"}, "hosts");
    read.client = m.optional("client", read_client).value_or(client_options());
    read.handler = m.optional("handler", to_object).value_or(json::object());
    for (const json &one : m.optional("before", to_objects).value_or(std::vector<json>())) {
        read.before.push_back(read_action(one));
    }
    read.call = read_call(m.take("call"));
    read.expect = read_expectation(m.take("expect"), "expect");
    read.emulator = m.optional("emulator", read_seen);
    m.end();
    return read;
}

std::vector<test_case> read_suite(const json &file) {
    members m(file, "the file");
    m.text("$schema");
    const json given = m.take("cases");
    m.end();
    std::vector<test_case> cases;
    std::set<std::string> names;
    for (const json &one : to_objects(given, "cases")) {
        try {
            cases.push_back(read_case(one));
        } catch (const failure &why) {
            throw failure(one.value("name", "a case") + ": " + why.what());
        }
        require(names.insert(cases.back().name).second, cases.back().name + " is there twice");
    }
    return cases;
}

json read_shared(const std::string &path) {
    std::ifstream file(std::string(ACS_SHARED_TESTS) + "/" + path + ".json");
    require(file.is_open(), path + ".json cannot be read");
    const json parsed = json::parse(file, nullptr, false);
    require(!parsed.is_discarded(), path + ".json is no JSON");
    return parsed;
}

} // namespace conformance
