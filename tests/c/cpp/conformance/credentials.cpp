// The testee's credentials, and the user's token credential that uses them.
#include "testee.hpp"

namespace conformance {

acs::token_credential credential_of(const json &given, const std::shared_ptr<log_of_credential> &log) {
    const acs::secret token(text(given, "token"));
    const std::chrono::seconds expires_in(given.at("expires_in_s").get<std::int64_t>());
    return acs::token_credential([log, token, expires_in](const std::vector<std::string_view> &scopes) {
        const std::lock_guard<std::mutex> lock(log->mutex);
        log->asked.emplace_back(scopes.begin(), scopes.end());
        return acs::bearer_token{token, std::chrono::system_clock::now() + expires_in};
    });
}

acs::result<acs::communication_token_credential> make_user_credential(
    json given, const std::optional<acs::client> &client, const std::shared_ptr<log_of_credential> &log) {
    acs::communication_token_credential_options options;
    std::optional<acs::exchanger> exchanger;
    if (const auto token = optional<std::string>(given, "token")) {
        options.token = *token;
    }
    if (const auto seconds = duration<std::chrono::seconds>(given, "token_expires_in_s")) {
        options.token_expires_on = std::chrono::system_clock::now() + *seconds;
    }
    if (given.contains("refresher")) {
        options.refresher = credential_of(given.at("refresher"), log);
    }
    if (given.contains("entra_credential")) {
        options.entra_credential = credential_of(given.at("entra_credential"), log);
    }
    if (given.contains("client")) {
        options.client = &client.value();
    }
    if (given.contains("exchanger")) {
        exchanger.emplace(acs::exchanger::create(client.value()));
        options.exchanger = &*exchanger;
    }
    options.scopes = optional<std::vector<std::string>>(given, "scopes").value_or(std::vector<std::string>());
    options.client_id = optional<std::string>(given, "client_id");
    options.user_object_id = optional<std::string>(given, "user_object_id");
    options.refresh_proactively = optional<bool>(given, "refresh_proactively");
    options.refresh_time_before_expiry = duration<std::chrono::seconds>(given, "refresh_time_before_expiry_s");
    options.timeout = duration<std::chrono::milliseconds>(given, "timeout_ms");
    for (const char *name :
         {"token", "token_expires_in_s", "refresher", "entra_credential", "client", "exchanger", "scopes", "client_id",
          "user_object_id", "refresh_proactively", "refresh_time_before_expiry_s", "timeout_ms"}) {
        given.erase(name);
    }
    if (!given.empty()) {
        throw std::runtime_error("there is no option " + given.begin().key());
    }
    return acs::communication_token_credential::try_create(options);
}

} // namespace conformance
