#include "no_exceptions.hpp"

#include <cstdio>
#include <cstdlib>

namespace no_exceptions {
[[noreturn]] inline void told(const char *what) {
    std::printf("told of %s\n", what);
    std::fflush(stdout);
    std::_Exit(0);
}
} // namespace no_exceptions

#define ACS_AUTH_FAIL(failure) no_exceptions::told((failure).what())

#include "acs_auth.hpp"

#if defined(__cpp_exceptions) || defined(__cpp_rtti) || !defined(ACS_AUTH_NO_EXCEPTIONS)
#error "this is compiled without exceptions and run-time type information"
#endif

namespace no_exceptions {
namespace {

/// Returns an empty text for success, or the error's message.
template <class T>
std::string told_of(const acs::result<T> &result) {
    return result ? std::string() : result.error().what();
}

} // namespace

std::string create_and_delete(const std::string &connection_string) {
    const auto outcome =
        acs::client::try_from_connection_string(connection_string).and_then([](const acs::client &client) {
            return client.try_create_user().and_then(
                [&](const acs::user &user) { return client.try_delete_user(user.id()); });
        });
    return told_of(outcome);
}

std::string by_callback(const std::string &connection_string) {
    const auto client = acs::client::try_from_connection_string(connection_string);
    std::promise<std::string> promise;
    const auto call = client->create_user_async().try_start(
        [&](const acs::result<acs::user> &user) { promise.set_value(told_of(user)); });
    return call ? promise.get_future().get() : told_of(call);
}

std::string by_queue(const std::string &connection_string) {
    const auto client = acs::client::try_from_connection_string(connection_string);
    auto queue = acs::queue::try_create();
    std::string outcome = "nothing came";
    const auto call = client->create_user_async().via(*queue).try_start(
        [&](const acs::result<acs::user> &user) { outcome = told_of(user); });
    queue->dispatch(std::chrono::seconds(60));
    return call ? outcome : told_of(call);
}

std::string by_future(const std::string &connection_string) {
    const auto client = acs::client::try_from_connection_string(connection_string);
    return told_of(client->create_user_async().try_future().get());
}

std::string by_credential(const std::string &endpoint) {
    acs::client_options options;
    options.endpoint = endpoint;
    options.token_credential = [](const std::vector<std::string_view> &) -> acs::result<acs::bearer_token> {
        return acs::error(acs::error_kind::throttled, "Not so fast.");
    };
    const auto client = acs::client::try_create(options);
    return told_of(client->try_create_user());
}

std::string by_lookup() {
    int asked = 0;
    const auto settings =
        acs::handler_settings::try_from_env([&](std::string_view) -> std::optional<std::string> {
            ++asked;
            return std::nullopt;
        });
    return asked > 0 ? told_of(settings) : "the lookup was not asked";
}

void fail() {
    static_cast<void>(acs::endpoint::try_parse("").value());
    std::abort();
}

} // namespace no_exceptions
