#include "made.hpp"

#include <algorithm>
#include <cctype>

namespace conformance {
namespace {

std::optional<std::chrono::milliseconds> milliseconds(std::optional<std::int64_t> count) {
    return count ? std::optional<std::chrono::milliseconds>(*count) : std::nullopt;
}

/// A credential that gives the same token each time and notes what it is asked for.
acs::token_credential credential(const credential_options &given, const scope &scope,
                                 const std::shared_ptr<credential_log> &log) {
    const acs::secret token = scope.text(given.token);
    const std::chrono::seconds expires_in(given.expires_in_s);
    return acs::token_credential([log, token, expires_in](const std::vector<std::string_view> &scopes) {
        const std::lock_guard<std::mutex> lock(log->mutex);
        log->asked.emplace_back(scopes.begin(), scopes.end());
        return acs::bearer_token{token, std::chrono::system_clock::now() + expires_in};
    });
}

acs::preflight preflight_of(const std::string &name) {
    return name == "off"    ? acs::preflight::off
           : name == "warn" ? acs::preflight::warn
                            : acs::preflight::enforce;
}

} // namespace

acs::result<made_client> make_client(const client_options &given, const scope &scope,
                                     harness::emulator &emulator) {
    acs::client_options options;
    std::shared_ptr<credential_log> log;
    if (given.token_credential) {
        log = std::make_shared<credential_log>();
        options.endpoint = emulator.text(given.is_https ? "https_url" : "http_url");
        options.token_credential = credential(*given.token_credential, scope, log);
    } else if (given.connection_string) {
        options.connection_string = scope.text(*given.connection_string);
    } else {
        options.connection_string =
            emulator.text(given.is_https ? "connection_string" : "connection_string_http");
    }
    if (given.secondary_access_key) {
        options.secondary_access_key = scope.text(*given.secondary_access_key);
    }
    if (given.trust_ca) {
        options.root_certificates_pem = emulator.ca();
    }
    options.allow_insecure_endpoint = given.allow_insecure_endpoint;
    options.api_version = given.api_version;
    options.application_id = given.application_id;
    if (given.preflight) {
        options.preflight = preflight_of(*given.preflight);
    }
    options.timeout = milliseconds(given.timeout_ms);
    if (given.max_attempts) {
        options.max_attempts = static_cast<int>(*given.max_attempts);
    }
    return acs::client::try_create(options).transform([&](acs::client client) {
        return made_client{std::move(client), log};
    });
}

acs::result<acs::handler> make_handler(const json &settings, const scope &scope,
                                       harness::emulator &emulator) {
    json all = {{"connection_string", "${emulator.connection_string}"},
                {"authority", "${emulator.https_url}"},
                {"api_client_id", "${emulator.api.client_id}"},
                {"tenants", json::array({"${emulator.tenant_id}"})},
                {"teams_client_ids", json::array({"${emulator.spa.client_id}"})}};
    all.update(settings);
    all = scope.fill(all);
    if (!all.contains("root_certificates_pem")) {
        all["root_certificates_pem"] = emulator.ca();
    }
    std::string toml;
    for (const auto &[name, value] : all.items()) {
        // Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
        if (!value.is_null()) {
            toml += name + " = " + shown(value) + "\n";
        }
    }
    return acs::handler_settings::try_from_toml(toml).and_then([](const acs::handler_settings &read) {
        acs::handler_options options;
        options.settings = &read;
        return acs::handler::try_create(options);
    });
}

outcome handle(way way, const acs::handler &handler, members a) {
    const auto method = a.text("method");
    const auto path = a.text("path");
    std::vector<std::pair<std::string, std::string>> headers;
    for (const json &one : a.take_if_any("headers").value_or(json::array())) {
        const auto pair = to_texts(one, "headers");
        require(pair.size() == 2, "a header is a name and a value");
        headers.emplace_back(pair[0], pair[1]);
    }
    const auto body = a.optional("body", to_text).value_or("");
    a.end();
    acs::request request{method, path, {}, body};
    for (const auto &[name, value] : headers) {
        request.headers.push_back({name, value});
    }
    auto answer = made(
        way, [&] { return handler.handle(request); }, [&] { return handler.try_handle(request); },
        [&] { return handler.handle_async(request); });
    return std::move(answer).transform([](const acs::response &response) {
        json by_name = json::object();
        for (const acs::header &header : response.headers()) {
            const bool is_lower = std::none_of(header.name.begin(), header.name.end(),
                                               [](unsigned char c) { return std::isupper(c) != 0; });
            require(is_lower, "a header's name is not in lower case");
            require(response.header_value(header.name).has_value(), "a header is not found by its name");
            by_name[std::string(header.name)] = header.value;
        }
        const std::string text(response.body());
        const json parsed = json::parse(text, nullptr, false);
        return json{{"status", response.status()},
                    {"headers", by_name},
                    {"body", text},
                    {"json", parsed.is_discarded() ? json() : parsed}};
    });
}

} // namespace conformance
