#include "testee.hpp"

#include <iostream>

namespace conformance {
namespace {

const std::string &text_at(const json &list, std::size_t index) {
    return list.at(index).get_ref<const std::string &>();
}

/// Headers that refer to the texts of the object.
std::vector<acs::header> headers_of(const json &object) {
    std::vector<acs::header> headers;
    const auto found = object.find("headers");
    if (found != object.end()) {
        for (const json &header : *found) {
            headers.push_back({text_at(header, 0), text_at(header, 1)});
        }
    }
    return headers;
}

acs::result<acs::client> make_client(json given, const std::shared_ptr<log_of_credential> &log) {
    acs::client_options options;
    options.connection_string = optional<std::string>(given, "connection_string");
    options.endpoint = optional<std::string>(given, "endpoint");
    options.root_certificates_pem = optional<std::string>(given, "root_certificates_pem");
    options.allow_insecure_endpoint = optional<bool>(given, "allow_insecure_endpoint");
    options.api_version = optional<std::string>(given, "api_version");
    options.preview = optional<std::string>(given, "preview");
    options.application_id = optional<std::string>(given, "application_id");
    options.user_agent = optional<std::string>(given, "user_agent");
    // The headers refer to texts, so this copy must outlive the options.
    const json with_headers = given;
    options.headers = headers_of(with_headers);
    options.timeout = duration<std::chrono::milliseconds>(given, "timeout_ms");
    options.max_attempts = optional<int>(given, "max_attempts");
    if (given.contains("secondary_access_key")) {
        options.secondary_access_key = text(given, "secondary_access_key");
    }
    if (given.contains("token_credential")) {
        options.token_credential = credential_of(given.at("token_credential"), log);
    }
    if (const auto token_check = optional<std::string>(given, "token_check")) {
        options.token_check = *token_check == "off"    ? acs::token_check::off
                              : *token_check == "warn" ? acs::token_check::warn
                                                       : acs::token_check::enforce;
    }
    for (const char *name :
         {"connection_string", "endpoint", "root_certificates_pem", "allow_insecure_endpoint", "api_version", "preview",
          "application_id", "user_agent", "headers", "timeout_ms", "max_attempts", "secondary_access_key",
          "token_credential", "token_check"}) {
        given.erase(name);
    }
    if (!given.empty()) {
        throw std::runtime_error("there is no option " + given.begin().key());
    }
    return acs::client::try_create(options);
}

acs::result<void> set_by_name(acs::handler_settings &settings, const std::string &name, const json &value) {
    if (value.is_string()) {
        return settings.try_set(name, value.get<std::string>());
    }
    if (value.is_number_integer()) {
        return settings.try_set(name, value.get<std::int64_t>());
    }
    if (value.is_boolean()) {
        return settings.try_set(name, value.get<bool>());
    }
    return settings.try_set(name, value.get<std::vector<std::string>>());
}

acs::result<acs::handler> make_handler(const json &request) {
    auto settings = acs::handler_settings::try_from_toml(text(request, "handler"));
    if (!settings) {
        return settings.error();
    }
    const json by_name = request.value("settings", json::object());
    for (const auto &[name, value] : by_name.items()) {
        if (const auto set = set_by_name(*settings, name, value); !set) {
            return set.error();
        }
    }
    acs::handler_options options;
    options.settings = &*settings;
    return acs::handler::try_create(options);
}

template <class T>
json or_null(const std::optional<T> &value) {
    return value ? json(*value) : json();
}

json error_json(const acs::error &error) {
    const auto retry_after = error.retry_after();
    return {{"kind", acs::name(error.kind())},
            {"value", static_cast<std::int64_t>(error.kind())},
            {"status", or_null(error.status())},
            {"code", or_null(error.code())},
            {"target", or_null(error.target())},
            {"reason", error.reason()},
            {"retry_after_ms", retry_after ? json(retry_after->count()) : json()},
            {"client_request_id", or_null(error.client_request_id())},
            {"ms_cv", or_null(error.ms_cv())}};
}

class testee {
public:
    explicit testee(way way) : way_(way) {}

    json answer(const json &request) {
        if (request.contains("case")) {
            client_.reset();
            handler_.reset();
            user_credential_.reset();
            log_ = std::make_shared<log_of_credential>();
            log_for_user_ = std::make_shared<log_of_credential>();
        }
        const outcome given = called(request);
        // An error is printed in one form, as an exception; other values cannot be printed.
        json answer = {{"printed", {{"outcome", json::array()}, {"made", json::array()}}}};
        if (given) {
            answer["result"] = *given;
        } else {
            answer["error"] = error_json(given.error());
            answer["printed"]["outcome"].push_back(given.error().what());
        }
        answer["response"] = std::exchange(response_, nullptr);
        if (client_) {
            const std::lock_guard<std::mutex> lock(log_->mutex);
            answer["client"] = {{"endpoint", client_->endpoint()},
                                {"clock_skew_seconds", client_->clock_skew().count()},
                                {"asked", log_->asked}};
        }
        if (user_credential_) {
            const std::lock_guard<std::mutex> lock(log_for_user_->mutex);
            answer["user_credential"] = {{"asked", log_for_user_->asked}};
        }
        return answer;
    }

private:
    outcome called(const json &request) {
        if (request.contains("client")) {
            auto created = make_client(request.at("client"), log_);
            if (!created) {
                return created.error();
            }
            client_.emplace(*std::move(created));
        }
        if (request.contains("handler")) {
            auto created = make_handler(request);
            if (!created) {
                return created.error();
            }
            handler_.emplace(*std::move(created));
        }
        if (request.contains("user_credential")) {
            auto created = make_user_credential(request.at("user_credential"), client_, log_for_user_);
            if (!created) {
                return created.error();
            }
            user_credential_.emplace(*std::move(created));
        }
        const std::string &operation = text(request, "operation");
        const json &a = request.at("arguments");
        if (operation == "user_credential_close") {
            user_credential_.value().close();
            return json::object();
        }
        if (operation == "user_credential_get_token") {
            return get_token(way_, user_credential_.value());
        }
        if (auto given = call_without_io(operation, a)) {
            return *std::move(given);
        }
        if (operation == "handle") {
            return handle(way_, handler_.value(), a);
        }
        acs::call_options options;
        options.timeout = duration<std::chrono::milliseconds>(request, "timeout_ms");
        options.client_request_id = optional<std::string>(request, "client_request_id");
        options.headers = headers_of(request);
        options.user_agent = optional<std::string>(request, "user_agent");
        options.max_attempts = optional<int>(request, "max_attempts");
        options.attempt_timeout = duration<std::chrono::milliseconds>(request, "attempt_timeout_ms");
        options.on_response = [this](const acs::call_response &response) {
            response_ = {{"status", response.status()},
                         {"headers", pairs(response.headers())},
                         {"client_request_id", response.client_request_id()},
                         {"attempts", response.attempts()}};
        };
        return call(way_, client_.value(), operation, a, options);
    }

    way way_;
    std::optional<acs::client> client_;
    std::optional<acs::handler> handler_;
    std::optional<acs::communication_token_credential> user_credential_;
    std::shared_ptr<log_of_credential> log_;
    std::shared_ptr<log_of_credential> log_for_user_;
    /// The response of the last call; null if it got none.
    json response_;
};

void answer_all(way way) {
    testee testee(way);
    for (std::string line; std::getline(std::cin, line);) {
        json answer;
        try {
            answer = testee.answer(json::parse(line));
        } catch (const std::exception &why) {
            answer = {{"failure", why.what()}};
        }
        std::cout << answer.dump() << std::endl;
    }
}

} // namespace
} // namespace conformance

int main(int argc, char **argv) {
    const std::vector<std::string> ways = {"throwing", "result", "callback", "queue", "future"};
    const auto chosen = std::find(ways.begin(), ways.end(), argc == 2 ? argv[1] : "");
    if (chosen == ways.end()) {
        std::cerr << "give throwing, result, callback, queue or future\n";
        return 64;
    }
    conformance::answer_all(static_cast<conformance::way>(chosen - ways.begin()));
    acs::shutdown();
}
