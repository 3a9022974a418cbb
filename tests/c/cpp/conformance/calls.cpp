// Calls of a client and of a handler, in the chosen way.
#include "testee.hpp"

namespace conformance {
namespace {

/// Makes a call in the chosen way, given the two blocking forms of its function and the non-blocking one.
template <class Throwing, class Trying, class Async>
auto made(way way, Throwing throwing, Trying trying, Async async) -> decltype(trying()) {
    using result = decltype(trying());
    switch (way) {
    case way::throwing:
        try {
            if constexpr (std::is_void_v<decltype(throwing())>) {
                throwing();
                return {};
            } else {
                return throwing();
            }
        } catch (const acs::error &error) {
            return error;
        }
    case way::result:
        return trying();
    case way::callback: {
        std::promise<result> promise;
        auto future = promise.get_future();
        const auto begun = async().try_start([&](result given) { promise.set_value(std::move(given)); });
        return begun ? future.get() : result(begun.error());
    }
    case way::queue: {
        acs::queue queue = acs::queue::create();
        std::optional<result> given;
        const auto begun = async().via(queue).try_start([&](result r) { given.emplace(std::move(r)); });
        if (!begun) {
            return begun.error();
        }
        while (!given) {
            queue.dispatch(std::chrono::seconds(60));
        }
        return *std::move(given);
    }
    case way::future:
        return async().try_future().get();
    }
    throw std::runtime_error("there is no such way");
}

acs::token_lifetime token_expires_in(const json &a) { return duration<std::chrono::seconds>(a, "token_expires_in_s"); }

std::vector<std::string> scopes_of(const json &a) { return a.at("scopes").get<std::vector<std::string>>(); }

} // namespace

// Calls one of a function's three forms.
#define MADE(function, ...)                                                                                  \
    to_json(made(                                                                                            \
        way, [&] { return client.function(__VA_ARGS__); },                                                   \
        [&] { return client.try_##function(__VA_ARGS__); },                                                  \
        [&] { return client.function##_async(__VA_ARGS__); }))

outcome call(way way, const acs::client &client, const std::string &operation, const json &a,
             const acs::call_options &options) {
    if (operation == "create_user") {
        return MADE(create_user, options);
    }
    if (operation == "create_user_and_token") {
        const auto scopes = scopes_of(a);
        return MADE(create_user_and_token, scopes, token_expires_in(a), options);
    }
    if (operation == "get_token") {
        const auto scopes = scopes_of(a);
        return MADE(get_token, text(a, "user"), scopes, token_expires_in(a), options);
    }
    if (operation == "revoke_tokens") {
        return MADE(revoke_tokens, text(a, "user"), options);
    }
    if (operation == "delete_user") {
        return MADE(delete_user, text(a, "user"), options);
    }
    if (operation == "update_access_key") {
        const acs::secret primary(text(a, "access_key"));
        const auto given = optional<std::string>(a, "secondary_access_key");
        const auto secondary = given ? std::optional<acs::secret>(*given) : std::nullopt;
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
    if (operation == "get_token_for_teams_user") {
        return MADE(get_token_for_teams_user, text(a, "aad_token"), text(a, "client_id"), text(a, "user_object_id"),
                    options);
    }
    if (operation == "get_token_for_teams_extension_user") {
        return MADE(get_token_for_teams_extension_user, text(a, "aad_token"), options);
    }
    if (operation == "get_token_for_entra_user") {
        return MADE(get_token_for_entra_user, text(a, "aad_token"), options);
    }
    if (operation == "create_user_with_custom_id") {
        return MADE(create_user_with_custom_id, text(a, "custom_id"), options);
    }
    if (operation == "create_user_and_token_with_custom_id") {
        const auto scopes = scopes_of(a);
        return MADE(create_user_and_token_with_custom_id, text(a, "custom_id"), scopes, token_expires_in(a), options);
    }
    if (operation == "get_user_detail") {
        return MADE(get_user_detail, text(a, "user"), options);
    }
    if (operation == "put_teams_extension_assignment") {
        const auto ids = a.at("client_ids").get<std::vector<std::string>>();
        return MADE(put_teams_extension_assignment, text(a, "tenant_id"), text(a, "object_id"),
                    text(a, "principal_type"), ids, options);
    }
    if (operation == "get_teams_extension_assignment") {
        return MADE(get_teams_extension_assignment, text(a, "tenant_id"), text(a, "object_id"), options);
    }
    if (operation == "delete_teams_extension_assignment") {
        return MADE(delete_teams_extension_assignment, text(a, "tenant_id"), text(a, "object_id"), options);
    }
    throw std::runtime_error("there is no operation " + operation);
}

outcome get_token(way way, const acs::communication_token_credential &credential) {
    return to_json(made(
        way, [&] { return credential.get_token(); }, [&] { return credential.try_get_token(); },
        [&] { return credential.get_token_async(); }));
}

outcome handle(way way, const acs::handler &handler, const json &a) {
    acs::request request{text(a, "method"), text(a, "path"), {}, text(a, "body")};
    for (const json &header : a.at("headers")) {
        request.headers.push_back(
            {header.at(0).get_ref<const std::string &>(), header.at(1).get_ref<const std::string &>()});
    }
    auto answer = made(
        way, [&] { return handler.handle(request); }, [&] { return handler.try_handle(request); },
        [&] { return handler.handle_async(request); });
    return std::move(answer).transform([](const acs::response &response) {
        for (const acs::header &header : response.headers()) {
            if (!response.header_value(header.name)) {
                throw std::runtime_error("a header is not found by its name");
            }
        }
        return json{
            {"status", response.status()}, {"headers", pairs(response.headers())}, {"body", std::string(response.body())}};
    });
}

json to_json(const acs::user &user) { return {{"id", user.id()}}; }

json to_json(const acs::user_detail &detail) {
    json result{{"id", detail.user_id()}, {"custom_id", nullptr}, {"last_token_issued_at", nullptr}};
    if (const auto id = detail.custom_id()) {
        result["custom_id"] = *id;
    }
    if (const auto at = detail.last_token_issued_at()) {
        const auto since = at->time_since_epoch();
        result["last_token_issued_at"] = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    }
    return result;
}

json to_json(const acs::teams_extension_assignment &assignment) {
    return {{"tenant_id", assignment.tenant_id()},
            {"object_id", assignment.object_id()},
            {"principal_type", assignment.principal_type()},
            {"client_ids", assignment.client_ids()}};
}

json to_json(const acs::token &token) {
    if (token.expires_on() != std::chrono::system_clock::from_time_t(token.expires_on_unix())) {
        throw std::runtime_error("the two forms of a time differ");
    }
    return {{"token", token.text()}, {"expires_on", token.expires_on_unix()}};
}

json to_json(const acs::user_token &both) {
    return {{"id", both.user_id()}, {"token", both.text()}, {"expires_on", both.expires_on_unix()}};
}

} // namespace conformance
