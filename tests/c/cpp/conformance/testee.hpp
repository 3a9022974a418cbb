// The C++ testee: reads one request per line, writes one answer per line; tests/conformance/README.md
// describes both.
#ifndef CONFORMANCE_TESTEE_HPP
#define CONFORMANCE_TESTEE_HPP

#include "acs_auth.hpp"

#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace conformance {

using json = nlohmann::json;
using outcome = acs::result<json>;

/// How a call is made and waited for: every way must have the same result.
enum class way { throwing, result, callback, queue, future };

/// An optional member.
template <class T>
std::optional<T> optional(const json &object, const char *name) {
    const auto found = object.find(name);
    return found == object.end() ? std::nullopt : std::optional<T>(found->get<T>());
}

template <class Duration>
std::optional<Duration> duration(const json &object, const char *name) {
    const auto count = optional<std::int64_t>(object, name);
    return count ? std::optional<Duration>(*count) : std::nullopt;
}

/// A required member; a reference, because the library takes a view of it.
inline const std::string &text(const json &object, const char *name) {
    return object.at(name).get_ref<const std::string &>();
}

/// The requests that a credential received.
struct log_of_credential {
    std::mutex mutex;
    std::vector<std::vector<std::string>> asked;
};

/// A credential that returns the same token each time and records the requested scopes.
acs::token_credential credential_of(const json &given, const std::shared_ptr<log_of_credential> &log);
acs::result<acs::communication_token_credential> make_user_credential(
    json given, const std::optional<acs::client> &client, const std::shared_ptr<log_of_credential> &log);

/// Gets a token of the user's token credential.
outcome get_token(way way, const acs::communication_token_credential &credential);
/// Calls an operation of the client.
outcome call(way way, const acs::client &client, const std::string &operation, const json &a,
             const acs::call_options &options);
/// Passes a request to the handler.
outcome handle(way way, const acs::handler &handler, const json &a);
/// Calls an operation without I/O; none if there is none of this name.
std::optional<outcome> call_without_io(const std::string &operation, const json &a);

json to_json(const acs::user &user);
json to_json(const acs::token &token);
json to_json(const acs::user_token &both);
json to_json(const acs::user_detail &detail);
json to_json(const acs::teams_extension_assignment &assignment);

/// Converts the value of a result to JSON.
template <class T>
outcome to_json(acs::result<T> given) {
    return std::move(given).transform([](const T &value) { return to_json(value); });
}
inline outcome to_json(acs::result<void> given) {
    return std::move(given).transform([] { return json::object(); });
}

/// Pairs of name and value.
template <class Headers>
json pairs(const Headers &headers) {
    json list = json::array();
    for (const acs::header &header : headers) {
        list.push_back({header.name, header.value});
    }
    return list;
}

} // namespace conformance

#endif
