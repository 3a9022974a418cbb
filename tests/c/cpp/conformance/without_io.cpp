// The operations without I/O.
#include "testee.hpp"

namespace conformance {
namespace {

outcome parse_connection_string(const json &a) {
    return acs::connection_string::try_parse(text(a, "text")).transform([](const acs::connection_string &parsed) {
        return json{{"endpoint", parsed.endpoint().url()}};
    });
}

outcome sign(const json &a) {
    const auto now = std::chrono::system_clock::from_time_t(a.at("now").get<std::time_t>());
    return acs::access_key::try_from_base64(text(a, "access_key"))
        .and_then([&](const acs::access_key &key) {
            return acs::try_sign_request(key, text(a, "method"), text(a, "url"), text(a, "body"), now);
        })
        .transform([](const acs::signed_headers &headers) {
            return json{{"string_to_sign", headers.string_to_sign()},
                        {"x-ms-date", headers.x_ms_date()},
                        {"x-ms-content-sha256", headers.x_ms_content_sha256()},
                        {"authorization", headers.authorization()}};
        });
}

acs::result<acs::prepared_request> prepared(const acs::endpoint &endpoint, const json &a) {
    const std::string &operation = text(a, "operation");
    const acs::api_version version = text(a, "api_version");
    const auto scopes = a.value("scopes", std::vector<std::string>());
    const acs::token_lifetime expires_in = duration<std::chrono::seconds>(a, "token_expires_in_s");
    if (operation == "create_user") {
        return acs::try_prepare_create_user(endpoint, version);
    }
    if (operation == "create_user_and_token") {
        return acs::try_prepare_create_user_and_token(endpoint, scopes, expires_in, version);
    }
    if (operation == "get_token") {
        return acs::try_prepare_issue_token(endpoint, text(a, "user"), scopes, expires_in, version);
    }
    if (operation == "revoke_tokens") {
        return acs::try_prepare_revoke_tokens(endpoint, text(a, "user"), version);
    }
    if (operation == "delete_user") {
        return acs::try_prepare_delete_user(endpoint, text(a, "user"), version);
    }
    if (operation == "get_token_for_teams_user") {
        return acs::try_prepare_exchange_teams_user(endpoint, text(a, "aad_token"), text(a, "client_id"),
                                                    text(a, "user_object_id"), version);
    }
    if (operation == "get_token_for_teams_extension_user") {
        return acs::try_prepare_exchange_teams_extension(endpoint, text(a, "aad_token"), version);
    }
    if (operation == "put_teams_extension_assignment") {
        return acs::try_prepare_put_teams_extension_assignment(
            endpoint, text(a, "tenant_id"), text(a, "object_id"), text(a, "principal_type"),
            a.at("client_ids").get<std::vector<std::string>>(), version);
    }
    if (operation == "get_teams_extension_assignment") {
        return acs::try_prepare_get_teams_extension_assignment(endpoint, text(a, "tenant_id"), text(a, "object_id"),
                                                               version);
    }
    if (operation == "delete_teams_extension_assignment") {
        return acs::try_prepare_delete_teams_extension_assignment(endpoint, text(a, "tenant_id"),
                                                                  text(a, "object_id"), version);
    }
    if (operation == "get_token_for_entra_user") {
        return acs::try_prepare_exchange_entra_user(endpoint, text(a, "aad_token"), version);
    }
    if (operation == "create_user_with_custom_id") {
        return acs::try_prepare_create_user_with_custom_id(endpoint, text(a, "custom_id"), version);
    }
    if (operation == "create_user_and_token_with_custom_id") {
        return acs::try_prepare_create_user_and_token_with_custom_id(endpoint, text(a, "custom_id"), scopes,
                                                                     expires_in, version);
    }
    if (operation == "get_user_detail") {
        return acs::try_prepare_get_user_detail(endpoint, text(a, "user"), version);
    }
    throw std::runtime_error(operation + " has no request");
}

outcome prepare(const json &a) {
    const auto endpoint = acs::endpoint::try_parse(text(a, "endpoint"));
    if (!endpoint) {
        return endpoint.error();
    }
    return prepared(*endpoint, a).transform([](const acs::prepared_request &made) {
        const bool by_credential = made.authentication() == acs::authentication::credential;
        const bool always = made.retryable() == acs::retryable::always;
        return json{{"method", made.method()},
                    {"url", made.url()},
                    {"headers", pairs(made.headers())},
                    {"body", made.body()},
                    {"authentication", by_credential ? "credential" : "user_token"},
                    {"retryable", always ? "always" : "if_not_processed"}};
    });
}

outcome parse(const json &a) {
    const std::string &operation = text(a, "operation");
    acs::raw_response response;
    response.status = a.at("status").get<int>();
    response.body = text(a, "body");
    for (const json &header : a.at("headers")) {
        response.headers.push_back(
            {header.at(0).get_ref<const std::string &>(), header.at(1).get_ref<const std::string &>()});
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
    if (operation == "put_teams_extension_assignment") {
        return to_json(acs::try_parse_put_teams_extension_assignment(response));
    }
    if (operation == "get_teams_extension_assignment") {
        return to_json(acs::try_parse_get_teams_extension_assignment(response));
    }
    if (operation == "delete_teams_extension_assignment") {
        return to_json(acs::try_parse_delete_teams_extension_assignment(response));
    }
    if (operation == "get_token_for_entra_user") {
        return to_json(acs::try_parse_exchange_entra_user(response));
    }
    if (operation == "create_user_with_custom_id") {
        return to_json(acs::try_parse_create_user_with_custom_id(response));
    }
    if (operation == "create_user_and_token_with_custom_id") {
        return to_json(acs::try_parse_create_user_and_token_with_custom_id(response));
    }
    if (operation == "get_user_detail") {
        return to_json(acs::try_parse_get_user_detail(response));
    }
    throw std::runtime_error(operation + " has no answer");
}

outcome explain(const json &a) {
    acs::expectations expected;
    const std::string &kind = text(a, "expect");
    expected.kind = kind == "teams_user"        ? acs::expectation::teams_user
                    : kind == "teams_extension" ? acs::expectation::teams_extension
                                                : acs::expectation::entra_user;
    expected.client_id = optional<std::string>(a, "client_id");
    expected.user_object_id = optional<std::string>(a, "user_object_id");
    expected.tenant_id = optional<std::string>(a, "tenant_id");
    expected.min_remaining = duration<std::chrono::seconds>(a, "min_remaining_s");
    return acs::try_inspect(text(a, "token"), expected).transform([](const acs::inspection &found) {
        const auto failed = found.first_failure();
        json result = {{"ok", found.is_ok()}, {"checks", json::array()}, {"explanation", nullptr}};
        for (const acs::check &check : found.checks()) {
            const char *how = check.outcome == acs::outcome::passed   ? "passed"
                              : check.outcome == acs::outcome::failed ? "failed"
                                                                      : "not_checked";
            result["checks"].push_back({acs::name(check.kind), how});
        }
        if (failed) {
            result["explanation"] = failed->explanation;
        }
        return result;
    });
}

json or_null(const std::optional<std::string_view> &value) {
    return value ? json(*value) : json();
}

outcome identifier_json(acs::result<acs::identifier> made) {
    return std::move(made).transform([](const acs::identifier &it) {
        const auto cloud = it.cloud();
        json result = {{"kind", acs::name(it.kind())},
                       {"raw_id", it.raw_id()},
                       {"phone_number", or_null(it.phone_number())},
                       {"asserted_id", or_null(it.asserted_id())},
                       {"is_anonymous", it.is_anonymous()},
                       {"user_id", or_null(it.user_id())},
                       {"app_id", or_null(it.app_id())},
                       {"tenant_id", or_null(it.tenant_id())},
                       {"resource_id", or_null(it.resource_id())},
                       {"cloud", nullptr}};
        if (cloud) {
            result["cloud"] = *cloud == acs::cloud_environment::public_cloud ? "public"
                              : *cloud == acs::cloud_environment::dod        ? "dod"
                                                                             : "gcch";
        }
        return result;
    });
}

outcome make_identifier(const json &a) {
    const std::string &kind = text(a, "kind");
    const auto raw_id = optional<std::string>(a, "raw_id");
    const std::string named = a.value("cloud", "public");
    const acs::cloud_environment cloud = named == "public" ? acs::cloud_environment::public_cloud
                                         : named == "dod"  ? acs::cloud_environment::dod
                                                           : acs::cloud_environment::gcch;
    if (kind == "communication_user") {
        return identifier_json(acs::identifier::try_communication_user(text(a, "id")));
    }
    if (kind == "phone_number") {
        return identifier_json(acs::identifier::try_phone_number(text(a, "phone_number"), raw_id));
    }
    if (kind == "microsoft_teams_user") {
        const std::string &user = text(a, "user_id");
        return identifier_json(a.value("is_anonymous", false)
                                   ? acs::identifier::try_microsoft_teams_visitor(user, cloud, raw_id)
                                   : acs::identifier::try_microsoft_teams_user(user, cloud, raw_id));
    }
    if (kind == "microsoft_teams_app") {
        return identifier_json(acs::identifier::try_microsoft_teams_app(text(a, "app_id"), cloud, raw_id));
    }
    if (kind == "teams_extension_user") {
        return identifier_json(acs::identifier::try_teams_extension_user(
            text(a, "user_id"), text(a, "tenant_id"), text(a, "resource_id"), cloud, raw_id));
    }
    if (kind == "unknown") {
        return identifier_json(acs::identifier::try_unknown(text(a, "raw_id")));
    }
    throw std::runtime_error("there is no kind " + kind);
}

} // namespace

std::optional<outcome> call_without_io(const std::string &operation, const json &a) {
    return operation == "parse_connection_string" ? std::optional(parse_connection_string(a))
           : operation == "sign_request"          ? std::optional(sign(a))
           : operation == "prepare_request"       ? std::optional(prepare(a))
           : operation == "parse_response"        ? std::optional(parse(a))
           : operation == "inspect"               ? std::optional(explain(a))
           : operation == "identifier_from_raw_id"
               ? std::optional(identifier_json(acs::identifier::try_from_raw_id(text(a, "raw_id"))))
           : operation == "make_identifier" ? std::optional(make_identifier(a))
                                                  : std::nullopt;
}

} // namespace conformance
