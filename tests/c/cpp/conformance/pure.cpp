// The calls without I/O.
#include "calls.hpp"

#include <ctime>

namespace conformance {
namespace {

std::string decoded(const std::string &base64) {
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : base64.substr(0, base64.find('='))) {
        const auto value = alphabet.find(c);
        require(value != std::string::npos, "body_base64 is no base64");
        buffer = (buffer << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>((buffer >> static_cast<unsigned>(bits)) & 0xffU));
        }
    }
    return bytes;
}

acs::time_point http_date(const std::string &text) {
    std::tm parts{};
    const char *end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    require(end != nullptr && *end == '\0', "x-ms-date is no date: " + text);
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

outcome parse_connection_string(members a) {
    const auto text = a.text("text");
    a.end();
    return acs::connection_string::try_parse(text).transform([](const acs::connection_string &parsed) {
        return json{{"endpoint", parsed.endpoint().url()}};
    });
}

/// Signs what is given, or the request of a vector; the result has the names that vectors have.
outcome sign(members a) {
    json given;
    if (const auto vector = a.optional("vector", to_text)) {
        given = read_shared("vectors/" + *vector);
    } else {
        for (const char *name : {"method", "url", "body_base64", "access_key", "x-ms-date"}) {
            given[name] = a.text(name);
        }
    }
    a.end();
    const auto text = [&](const char *name) { return to_text(given.at(name), name); };
    const std::string body = decoded(text("body_base64"));
    const auto now = http_date(text("x-ms-date"));
    return acs::access_key::try_from_base64(text("access_key"))
        .and_then([&](const acs::access_key &key) {
            return acs::try_sign_request(key, text("method"), text("url"), body, now);
        })
        .transform([&](const acs::signed_headers &headers) {
            json result = {{"string_to_sign", headers.string_to_sign()},
                           {"x-ms-date", headers.x_ms_date()},
                           {"x-ms-content-sha256", headers.x_ms_content_sha256()},
                           {"authorization", headers.authorization()}};
            bool as_in_vector = true;
            for (const auto &[name, value] : result.items()) {
                as_in_vector = as_in_vector && given.value(name, json()) == value;
            }
            result["as_in_vector"] = as_in_vector;
            return result;
        });
}

acs::result<acs::prepared_request> prepared(const std::string &operation, members &a,
                                            const acs::endpoint &endpoint) {
    const acs::api_version version = a.text("api_version");
    const auto expires_in = [&]() -> acs::token_lifetime {
        const auto seconds = a.optional("token_expires_in_s", to_count);
        return seconds ? acs::token_lifetime(*seconds) : std::nullopt;
    };
    const auto scopes = [&] { return to_texts(a.take("scopes"), "scopes"); };
    if (operation == "create_user") {
        return acs::try_prepare_create_user(endpoint, version);
    }
    if (operation == "create_user_and_token") {
        const auto list = scopes();
        return acs::try_prepare_create_user_and_token(endpoint, list, expires_in(), version);
    }
    if (operation == "get_token") {
        const auto list = scopes();
        return acs::try_prepare_issue_token(endpoint, a.text("user"), list, expires_in(), version);
    }
    if (operation == "revoke_tokens") {
        return acs::try_prepare_revoke_tokens(endpoint, a.text("user"), version);
    }
    if (operation == "delete_user") {
        return acs::try_prepare_delete_user(endpoint, a.text("user"), version);
    }
    if (operation == "get_token_for_teams_user") {
        const auto aad_token = a.text("aad_token");
        const auto client_id = a.text("client_id");
        return acs::try_prepare_exchange_teams_user(endpoint, aad_token, client_id, a.text("user_object_id"),
                                                    version);
    }
    if (operation == "get_token_for_teams_extension_user") {
        return acs::try_prepare_exchange_teams_extension(endpoint, a.text("aad_token"), version);
    }
    throw failure(operation + " has no request");
}

outcome prepare(members a) {
    const auto operation = a.text("operation");
    const auto endpoint = acs::endpoint::try_parse(a.text("endpoint"));
    if (!endpoint) {
        return endpoint.error();
    }
    auto request = prepared(operation, a, *endpoint);
    a.end();
    return std::move(request).transform([](const acs::prepared_request &made) {
        json headers = json::object();
        for (const acs::header &header : made.headers()) {
            headers[std::string(header.name)] = header.value;
        }
        const bool by_credential = made.authentication() == acs::authentication::credential;
        const bool always = made.repeatable() == acs::repeatable::always;
        return json{{"method", made.method()},
                    {"url", made.url()},
                    {"headers", headers},
                    {"body", made.body()},
                    {"authentication", by_credential ? "credential" : "user_token"},
                    {"repeatable", always ? "always" : "if_not_processed"}};
    });
}

/// Reads what is given, or the answer of a recording.
outcome parse(members a) {
    const auto operation = a.text("operation");
    json status;
    json headers;
    std::string body;
    if (const auto recording = a.optional("recording", to_text)) {
        const json recorded = read_shared("recordings/" + *recording);
        status = recorded.at("status");
        headers = recorded.at("response_headers");
        const json &recorded_body = recorded.at("response_body");
        body = recorded_body.is_null() ? std::string() : shown(recorded_body);
    } else {
        status = a.take("status");
        headers = a.take("headers");
        body = a.text("body");
    }
    a.end();
    acs::raw_response response;
    response.status = static_cast<int>(to_count(status, "status"));
    response.body = body;
    require(headers.is_object(), "headers is no object");
    for (const auto &[name, value] : headers.items()) {
        require(value.is_string(), "a header is no text");
        response.headers.push_back({name, value.get_ref<const std::string &>()});
    }
    if (operation == "create_user") {
        return to_json(acs::try_parse_create_user(response));
    }
    if (operation == "create_user_and_token") {
        return to_json(acs::try_parse_create_user_and_token(response));
    }
    if (operation == "get_token") {
        return to_json(acs::try_parse_issue_token(response));
    }
    if (operation == "revoke_tokens") {
        return to_json(acs::try_parse_revoke_tokens(response));
    }
    if (operation == "delete_user") {
        return to_json(acs::try_parse_delete_user(response));
    }
    if (operation == "get_token_for_teams_user") {
        return to_json(acs::try_parse_exchange_teams_user(response));
    }
    if (operation == "get_token_for_teams_extension_user") {
        return to_json(acs::try_parse_exchange_teams_extension(response));
    }
    throw failure(operation + " has no answer");
}

outcome explain(members a) {
    acs::expectations expected;
    const auto kind = a.text("expect");
    require(kind == "teams_user" || kind == "teams_extension", "there are no expectations " + kind);
    expected.kind = kind == "teams_user" ? acs::expectation::teams_user : acs::expectation::teams_extension;
    expected.client_id = a.optional("client_id", to_text);
    expected.user_object_id = a.optional("user_object_id", to_text);
    expected.tenant_id = a.optional("tenant_id", to_text);
    if (const auto seconds = a.optional("min_remaining_s", to_count)) {
        expected.min_remaining = std::chrono::seconds(*seconds);
    }
    const auto token = a.text("token");
    a.end();
    return acs::try_inspect(token, expected).transform([](const acs::inspection &found) {
        json result = {{"ok", found.is_ok()},
                       {"passed", json::array()},
                       {"failed", json::array()},
                       {"not_checked", json::array()},
                       {"explanation", nullptr}};
        for (const acs::check &check : found.checks()) {
            const char *list = check.outcome == acs::outcome::passed   ? "passed"
                               : check.outcome == acs::outcome::failed ? "failed"
                                                                       : "not_checked";
            result[list].push_back(acs::name(check.kind));
        }
        if (const auto failed = found.first_failure()) {
            result["explanation"] = failed->explanation;
        }
        return result;
    });
}

} // namespace

std::optional<outcome> call_pure(const std::string &operation, const members &arguments) {
    if (operation == "parse_connection_string") {
        return parse_connection_string(arguments);
    }
    if (operation == "sign_request") {
        return sign(arguments);
    }
    if (operation == "prepare_request") {
        return prepare(arguments);
    }
    if (operation == "parse_response") {
        return parse(arguments);
    }
    if (operation == "inspect") {
        return explain(arguments);
    }
    return std::nullopt;
}

} // namespace conformance
