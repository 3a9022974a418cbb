// Uses each function of the wrapper once, so that each is compiled; it is never run.
#include "acs_auth.hpp"

namespace {

template <class... T>
void use(const T &...) {}

template <class T>
void ignore(const acs::result<T> &) {}

void use_data(const acs::connection_string &parts) {
    use(acs::cloud::try_create(), acs::endpoint::try_parse("x"), acs::access_key::try_from_base64("x"));
    use(acs::try_sign_request(parts.access_key(), "GET", "x"));
    const auto endpoint = parts.endpoint();
    use(acs::try_prepare_create_user(endpoint), acs::try_prepare_create_user_and_token(endpoint, {"chat"}),
        acs::try_prepare_issue_token(endpoint, "x", {"chat"}), acs::try_prepare_revoke_tokens(endpoint, "x"),
        acs::try_prepare_delete_user(endpoint, "x"), acs::try_prepare_exchange_teams_user(endpoint, "x", "x", "x"),
        acs::try_prepare_exchange_teams_extension(endpoint, "x"));
    const acs::raw_response response;
    use(acs::try_parse_create_user(response), acs::try_parse_create_user_and_token(response),
        acs::try_parse_issue_token(response), acs::try_parse_revoke_tokens(response),
        acs::try_parse_delete_user(response), acs::try_parse_exchange_teams_user(response),
        acs::try_parse_exchange_teams_extension(response), acs::retry_after(response));
    use(acs::identifier::try_from_raw_id("x"), acs::identifier::try_communication_user("x"),
        acs::identifier::try_phone_number("x"), acs::identifier::try_microsoft_teams_user("x"),
        acs::identifier::try_microsoft_teams_visitor("x"), acs::identifier::try_microsoft_teams_app("x"),
        acs::identifier::try_teams_extension_user("x", "x", "x"), acs::identifier::try_unknown("x"));
    use(acs::try_inspect("x", {}), acs::cache_key::try_create("x", endpoint, std::nullopt, "x", "x", "x"));
    use(acs::known_settings(), acs::is_compatible(), acs::version(), acs::default_api_version,
        acs::teams_extension_api_version, acs::resource_app_id, acs::acs_scope);
}

template <class Operation>
void use_operation(Operation make) {
    using T = typename decltype(make())::value_type;
    auto queue = acs::queue::try_create();
    const auto callback = [](const acs::result<T> &) {};
    ignore(make().try_start(callback));
    ignore(make().via(*queue).try_start(callback));
    ignore(make().via([](const auto &task) { task(); }).try_start(callback));
    ignore(make().try_submit(*queue, nullptr));
    use(make().try_future(), queue->dispatch(), queue->fd(), queue->pending());
    if (auto completion = queue->next()) {
        use(completion->template take<T>(), completion->tag(), completion->succeeded());
    }
    queue->shutdown();
#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    use(make().start(callback), make().submit(*queue, nullptr), make().future());
#endif
#if defined(ACS_AUTH_STOP_TOKENS)
    ignore(make().stop_on(std::stop_token()).try_start(callback));
    use(make().stop_on(std::stop_token()).via(*queue).try_future());
#endif
}

void use_operations(const acs::client &client, const acs::exchanger &exchanger, const acs::verifier &verifier,
                    const acs::handler &handler, const acs::communication_token_credential &credential) {
    use_operation([&] { return credential.get_token_async(); });
    use_operation([&] { return client.create_user_async(); });
    use_operation([&] { return client.create_user_and_token_async({"chat"}); });
    use_operation([&] { return client.get_token_async("x", {"chat"}); });
    use_operation([&] { return client.revoke_tokens_async("x"); });
    use_operation([&] { return client.delete_user_async("x"); });
    use_operation([&] { return client.get_token_for_teams_user_async("x", "x", "x"); });
    use_operation([&] { return client.get_token_for_teams_extension_user_async("x"); });
    use_operation([&] { return client.put_teams_extension_assignment_async("x", "x", "user", {"x"}); });
    use_operation([&] { return client.get_teams_extension_assignment_async("x", "x"); });
    use_operation([&] { return client.delete_teams_extension_assignment_async("x", "x"); });
    use_operation([&] { return client.get_token_for_entra_user_async("x"); });
    use_operation([&] { return client.create_user_with_custom_id_async("x"); });
    use_operation([&] { return client.create_user_and_token_with_custom_id_async("x", {"chat"}); });
    use_operation([&] { return client.get_user_detail_async("x"); });
    use_operation([&] { return exchanger.exchange_async("x", "x", "x"); });
    use_operation([&] { return exchanger.exchange_teams_extension_async("x"); });
    use_operation([&] { return exchanger.sign_out_async("x", "x"); });
    use_operation([&] { return exchanger.is_cache_reachable_async(); });
    use_operation([&] { return verifier.verify_async("x"); });
    use_operation([&] { return verifier.keys_reachable_async(); });
    use_operation([&] { return handler.handle_async({}); });
}

void use_calls(const acs::client &client, const acs::exchanger &exchanger, const acs::verifier &verifier,
               const acs::handler &handler, const acs::communication_token_credential &credential) {
    acs::communication_token_credential_options feeding;
    feeding.refresher = [](const std::vector<std::string_view> &) { return acs::bearer_token{}; };
    use(acs::communication_token_credential::try_create(feeding), credential.try_get_token(), credential.try_start());
    credential.close();
    use(client.try_create_user(), client.try_create_user_and_token({"chat"}), client.try_get_token("x", {"chat"}),
        client.try_revoke_tokens("x"), client.try_delete_user("x"), client.try_get_token_for_teams_user("x", "x", "x"),
        client.try_get_token_for_teams_extension_user("x"), client.endpoint(), client.clock_skew());
    use(client.try_put_teams_extension_assignment("x", "x", acs::principal_type::user, {"x"}),
        client.try_get_teams_extension_assignment("x", "x"), client.try_delete_teams_extension_assignment("x", "x"));
    use(client.try_get_token_for_entra_user("x"), client.try_create_user_with_custom_id("x"),
        client.try_create_user_and_token_with_custom_id("x", {"chat"}), client.try_get_user_detail("x"));
    use(exchanger.try_exchange_teams_extension("x"));
    use(exchanger.try_exchange("x", "x", "x"), exchanger.try_sign_out("x", "x"), exchanger.try_is_cache_reachable());
    use(verifier.try_verify("x"), verifier.try_keys_reachable(), handler.try_handle({}));
    use(acs::client::try_create({}), acs::client::try_from_connection_string("x"), acs::verifier::try_create({}),
        acs::exchanger::try_create(client), acs::handler::try_create({}), acs::handler_settings::try_from_env(),
        acs::handler_settings::try_from_toml("x"), acs::handler_settings::try_create(),
        acs::handler_settings::try_from_env([](std::string_view) { return std::optional<std::string>(); }));
    use(acs::try_set_log(acs::log_level::info,
                         [](const acs::log_record &r) { use(r.level(), r.target(), r.message(), r.fields()); }));
    use(acs::try_set_worker_threads(1), acs::try_shutdown());
}

void use_callbacks() {
    acs::client_options options;
    options.token_credential = [](const std::vector<std::string_view> &) { return acs::bearer_token{}; };
    options.token_credential = [](acs::token_request request) {
        ignore(std::move(request).try_complete({}));
        ignore(std::move(request).try_fail(acs::error_kind::timeout, "x"));
    };
    acs::exchanger_options more;
    more.observer = [](const acs::event &event) { use(event.kind, event.route); };
}

#if defined(ACS_AUTH_COROUTINES)
struct detached {
    struct promise_type {
        detached get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};

detached use_coroutine(const acs::client &client, const acs::communication_token_credential &credential) {
    use(co_await credential.get_token_async().as_result());
    use(co_await client.create_user_async().as_result());
    use(co_await client.delete_user_async("x").as_result());
#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    use(co_await client.create_user_async());
    co_await client.delete_user_async("x");
#endif
}
#endif

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
void use_throwing(const acs::client &client, const acs::exchanger &exchanger, const acs::verifier &verifier,
                  const acs::handler &handler, const acs::communication_token_credential &credential) {
    use(acs::communication_token_credential::create({}), credential.get_token());
    credential.start();
    use(client.create_user(), client.create_user_and_token({"chat"}), client.get_token("x", {"chat"}),
        client.get_token_for_teams_user("x", "x", "x"), client.get_token_for_teams_extension_user("x"));
    client.revoke_tokens("x");
    client.delete_user("x");
    const auto assignment = client.put_teams_extension_assignment("x", "x", acs::principal_type::resource_account, {});
    use(assignment.tenant_id(), assignment.object_id(), assignment.principal_type(), assignment.client_ids(),
        client.get_teams_extension_assignment("x", "x"));
    client.delete_teams_extension_assignment("x", "x");
    const auto detail = client.get_user_detail("x");
    use(detail.user_id(), detail.custom_id(), detail.last_token_issued_at());
    use(client.get_token_for_entra_user("x"), client.create_user_with_custom_id("x"),
        client.create_user_and_token_with_custom_id("x", {"chat"}), exchanger.exchange_teams_extension("x"));
    use(exchanger.exchange("x", "x", "x"), exchanger.is_cache_reachable(), verifier.verify("x"),
        verifier.keys_reachable(), handler.handle({}));
    exchanger.sign_out("x", "x");
}
#endif

} // namespace

int main() {
    const auto parts = acs::connection_string::try_parse("x");
    const acs::client client(nullptr);
    const acs::exchanger exchanger(nullptr);
    const acs::verifier verifier(nullptr);
    const acs::handler handler(nullptr);
    const acs::communication_token_credential credential(nullptr);
    use_data(*parts);
    use_operations(client, exchanger, verifier, handler, credential);
    use_calls(client, exchanger, verifier, handler, credential);
    use_callbacks();
#if defined(ACS_AUTH_COROUTINES)
    use_coroutine(client, credential);
#endif
#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    use_throwing(client, exchanger, verifier, handler, credential);
#endif
}
