#include "run.hpp"

#include "judge.hpp"

namespace conformance {
namespace {

class running {
public:
    running(const test_case &test, way way, harness::emulator &emulator)
        : test_(test), way_(way), emulator_(emulator) {
        scope_.name("emulator", emulator.info());
        secrets_.push_back(emulator.access_key());
    }

    void run() {
        emulator_.reset();
        for (const action &one : test_.before) {
            act(one);
        }
        emulator_.control("DELETE", "/requests");
        const auto started = std::chrono::steady_clock::now();
        const outcome given = call(test_.call);
        const auto took = std::chrono::steady_clock::now() - started;
        judge(given, took);
    }

private:
    void act(const action &one) {
        switch (one.what) {
        case action::kind::faults:
            emulator_.control("POST", "/faults", scope_.fill(one.given));
            return;
        case action::kind::clock:
            emulator_.control("POST", "/clock", scope_.fill(one.given));
            return;
        case action::kind::access_keys:
            emulator_.control("POST", "/access-keys", scope_.fill(one.given));
            return;
        case action::kind::behaviour:
            emulator_.control("PUT", "/behaviour", scope_.fill(one.given));
            return;
        case action::kind::mint: {
            const std::string token = emulator_.mint(scope_.fill(one.given));
            secrets_.push_back(token);
            scope_.name(one.name.value(), token);
            return;
        }
        case action::kind::call: {
            const outcome given = call(one.earlier);
            require(given.has_value(), "before: " + (given ? std::string() : given.error().what()));
            require(given->value("status", 0) < 400, "before: " + shown(*given));
            if (one.name) {
                scope_.name(*one.name, *given);
            }
            return;
        }
        }
    }

    outcome call(const conformance::call &call) {
        const members arguments(scope_.fill(call.arguments), "arguments");
        if (auto given = call_pure(call.operation, arguments)) {
            return *std::move(given);
        }
        if (call.operation == "handle") {
            return handle(call, arguments);
        }
        if (!client_) {
            auto created = make_client(test_.client, scope_, emulator_);
            if (!created) {
                return created.error();
            }
            client_.emplace(*std::move(created));
        }
        const outcome given = call_client(way_, client_->client, call, arguments);
        if (given && given->contains("token")) {
            secrets_.push_back(given->at("token").get<std::string>());
        }
        return given;
    }

    outcome handle(const conformance::call &call, const members &arguments) {
        require(!call.timeout_ms && !call.client_request_id,
                "a request to the handler has no options of a call");
        if (!handler_) {
            auto created = make_handler(test_.handler, scope_, emulator_);
            if (!created) {
                return created.error();
            }
            handler_.emplace(*std::move(created));
        }
        const outcome given = conformance::handle(way_, *handler_, arguments);
        if (given) {
            if (given->at("status") >= 400) {
                keeps_secrets(shown(*given), "the answer");
            }
            const json &body = given->at("json");
            if (body.is_object() && body.contains("token") && body.at("token").is_string()) {
                secrets_.push_back(body.at("token").get<std::string>());
            }
        }
        return given;
    }

    /// What an error shows, in whatever form, holds nothing that must not be shown.
    void keeps_secrets(const std::string &texts, const std::string &what) const {
        std::vector<std::string> secrets = secrets_;
        for (const std::string &text : test_.expect.never_shown) {
            secrets.push_back(scope_.text(text));
        }
        for (const std::string &secret : secrets) {
            require(texts.find(secret) == std::string::npos, what + " shows a secret");
        }
    }

    void judge(const outcome &given, std::chrono::steady_clock::duration took) const {
        const expectation &expect = test_.expect;
        const std::int64_t now = emulator_.control("GET", "/clock").at("unix").get<std::int64_t>();
        if (given) {
            require(expect.ok.has_value(),
                    "it succeeded and not failed as " + expect.error_kind.value_or(""));
            check(*given, *expect.ok, scope_, now);
        } else {
            require(expect.error_kind.has_value(), std::string("it failed: ") + given.error().what());
            keeps_secrets(all_texts(given.error()), "the error");
            judge_error(given.error(), expect, scope_, now);
        }
        judge_duration(took, expect);
        if (!expect.client.empty()) {
            require(client_.has_value(), "there is no client");
            const json says = {{"endpoint", client_->client.endpoint()},
                               {"clock_skew_seconds", client_->client.clock_skew().count()}};
            check(says, expect.client, scope_, now);
        }
        if (expect.credential) {
            require(client_ && client_->credential, "there is no token credential");
            const std::lock_guard<std::mutex> lock(client_->credential->mutex);
            judge_credential(client_->credential->asked, *expect.credential);
        }
        if (test_.emulator) {
            judge_seen(*test_.emulator, emulator_, scope_, now);
        }
    }

    const test_case &test_;
    way way_;
    harness::emulator &emulator_;
    scope scope_;
    /// Made when the first call needs it.
    std::optional<made_client> client_;
    /// Made when the first request needs it.
    std::optional<acs::handler> handler_;
    /// What must not be shown: keys and tokens.
    std::vector<std::string> secrets_;
};

} // namespace

void run(const test_case &test, way way, harness::emulator &emulator) { running(test, way, emulator).run(); }

} // namespace conformance
