#include "calls.hpp"

namespace conformance {
namespace {

std::optional<std::chrono::seconds> token_expires_in(members &a) {
    const auto seconds = a.optional("token_expires_in_s", to_count);
    return seconds ? std::optional<std::chrono::seconds>(*seconds) : std::nullopt;
}

acs::call_options options_of(const call &call) {
    acs::call_options options;
    if (call.timeout_ms) {
        options.timeout = std::chrono::milliseconds(*call.timeout_ms);
    }
    options.client_request_id = call.client_request_id;
    return options;
}

template <class T>
json or_null(const std::optional<T> &value) {
    return value ? json(*value) : json();
}

} // namespace

way way_of(const std::string &name) {
    const std::map<std::string, way> ways = {{"throwing", way::throwing},
                                             {"result", way::result},
                                             {"callback", way::callback},
                                             {"queue", way::queue},
                                             {"future", way::future}};
    const auto found = ways.find(name);
    require(found != ways.end(), "there is no way " + name);
    return found->second;
}

// A function in its three forms, with the same arguments.
#define MADE(function, ...)                                                                                  \
    to_json(made(                                                                                            \
        way, [&] { return client.function(__VA_ARGS__); },                                                   \
        [&] { return client.try_##function(__VA_ARGS__); },                                                  \
        [&] { return client.function##_async(__VA_ARGS__); }))

outcome call_client(way way, const acs::client &client, const call &call, members a) {
    const acs::call_options options = options_of(call);
    if (call.operation == "create_user") {
        a.end();
        return MADE(create_user, options);
    }
    if (call.operation == "create_user_and_token") {
        const auto scopes = to_texts(a.take("scopes"), "scopes");
        const auto expires_in = token_expires_in(a);
        a.end();
        return MADE(create_user_and_token, scopes, expires_in, options);
    }
    if (call.operation == "get_token") {
        const auto user = a.text("user");
        const auto scopes = to_texts(a.take("scopes"), "scopes");
        const auto expires_in = token_expires_in(a);
        a.end();
        return MADE(get_token, user, scopes, expires_in, options);
    }
    if (call.operation == "revoke_tokens") {
        const auto user = a.text("user");
        a.end();
        return MADE(revoke_tokens, user, options);
    }
    if (call.operation == "delete_user") {
        const auto user = a.text("user");
        a.end();
        return MADE(delete_user, user, options);
    }
    if (call.operation == "update_access_key") {
        const acs::secret primary(a.text("access_key"));
        const auto given = a.optional("secondary_access_key", to_text);
        const auto secondary = given ? std::optional<acs::secret>(*given) : std::nullopt;
        a.end();
        if (way == way::throwing) {
            try {
                client.update_access_key(primary, secondary);
                return json::object();
            } catch (const acs::error &error) {
                return error;
            }
        }
        return to_json(client.try_update_access_key(primary, secondary));
    }
    if (call.operation == "get_token_for_teams_user") {
        const auto aad_token = a.text("aad_token");
        const auto client_id = a.text("client_id");
        const auto user = a.text("user_object_id");
        a.end();
        return MADE(get_token_for_teams_user, aad_token, client_id, user, options);
    }
    if (call.operation == "get_token_for_teams_extension_user") {
        const auto aad_token = a.text("aad_token");
        a.end();
        return MADE(get_token_for_teams_extension_user, aad_token, options);
    }
    throw failure(call.operation + " is no call of a client");
}

json to_json(const acs::user &user) { return {{"id", user.id()}}; }

json to_json(const acs::token &token) {
    require(token.expires_on() == std::chrono::system_clock::from_time_t(token.expires_on_unix()),
            "the two forms of a time differ");
    return {{"token", token.text()}, {"expires_on", token.expires_on_unix()}};
}

json to_json(const acs::user_token &both) {
    return {{"id", both.id()}, {"token", both.text()}, {"expires_on", both.expires_on_unix()}};
}

json to_json(const acs::error &error) {
    const auto retry_after = error.retry_after();
    return {{"kind", acs::name(error.kind())},
            {"status", or_null(error.status())},
            {"code", or_null(error.code())},
            {"target", or_null(error.target())},
            {"reason", error.reason()},
            {"retry_after_ms", retry_after ? json(retry_after->count()) : json()},
            {"client_request_id", or_null(error.client_request_id())},
            {"ms_cv", or_null(error.ms_cv())}};
}

std::int64_t number_of(const acs::error &error) { return static_cast<std::int64_t>(error.kind()); }

} // namespace conformance
