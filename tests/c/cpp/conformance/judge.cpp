#include "judge.hpp"

#include <fstream>
#include <set>

namespace conformance {
namespace {

/// The number of a kind, as every host has it.
std::int64_t number_of_kind(const std::string &kind) {
    std::ifstream file(std::string(ACS_SHARED_TESTS) + "/surface/errors.txt");
    const std::string start = kind + " = ";
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(start, 0) == 0) {
            return std::stoll(line.substr(start.size()));
        }
    }
    throw failure("there is no kind " + kind);
}

/// A record of the emulator as cases compare it: headers and checks by name.
json attempt_of(const json &record) {
    json attempt = record;
    attempt["headers"] = json::object();
    for (const json &header : record.at("headers")) {
        attempt["headers"][header.at(0).get<std::string>()] = header.at(1);
    }
    attempt["checks"] = json::object();
    for (const json &one : record.at("checks")) {
        // One that failed once has failed.
        const auto name = one.at("name").get<std::string>();
        attempt["checks"][name] = attempt["checks"].value(name, true) && one.at("ok") == json(true);
    }
    return attempt;
}

void judge_headers(const std::vector<std::string> &names, const std::vector<json> &attempts,
                   std::size_t wanted) {
    for (const std::string &name : names) {
        std::set<std::string> values;
        for (const json &attempt : attempts) {
            require(attempt.at("headers").contains(name), "the emulator: an attempt has no " + name);
            values.insert(attempt.at("headers").at(name).get<std::string>());
        }
        require(values.size() == wanted, "the emulator: " + name + " had " + std::to_string(values.size()) +
                                             " values in " + std::to_string(attempts.size()) + " attempts");
    }
}

void judge_attempts(const seen &expected, const std::vector<json> &attempts, const scope &scope,
                    std::int64_t now) {
    if (expected.attempts) {
        json statuses = json::array();
        for (const json &attempt : attempts) {
            statuses.push_back(attempt.at("status"));
        }
        require(statuses == *expected.attempts, "the emulator: the attempts were answered " +
                                                    shown(statuses) + ", not " + shown(*expected.attempts));
    }
    const bool compares =
        !expected.each.empty() || !expected.same_headers.empty() || !expected.different_headers.empty();
    const bool in_order_fits = expected.in_order.empty() || expected.in_order.size() == attempts.size();
    require(!(attempts.empty() && compares) && in_order_fits,
            "the emulator: there were " + std::to_string(attempts.size()) + " attempts to compare");
    for (std::size_t at = 0; at < attempts.size(); ++at) {
        try {
            check(attempts[at], expected.each, scope, now);
            if (!expected.in_order.empty()) {
                check(attempts[at], expected.in_order[at], scope, now);
            }
        } catch (const failure &why) {
            throw failure("the emulator: attempt " + std::to_string(at + 1) + ": " + why.what());
        }
    }
    judge_headers(expected.same_headers, attempts, 1);
    judge_headers(expected.different_headers, attempts, attempts.size());
}

} // namespace

std::string all_texts(const acs::error &error) {
    return std::string(error.what()) + "\n" + error.reason() + "\n" + shown(to_json(error));
}

void judge_error(const acs::error &error, const expectation &expected, const scope &scope, std::int64_t now) {
    const std::string kind = expected.error_kind.value();
    const std::int64_t number = number_of_kind(kind);
    const json found = to_json(error);
    require(found.at("kind") == kind && number_of(error) == number,
            "it failed otherwise than as " + kind + " (" + std::to_string(number) + "): " + error.what());
    try {
        check(found, expected.error_fields, scope, now);
    } catch (const failure &why) {
        throw failure(std::string(why.what()) + "\n" + error.what());
    }
}

void judge_duration(std::chrono::steady_clock::duration took, const expectation &expected) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    require(ms >= expected.at_least_ms.value_or(0) && (!expected.at_most_ms || ms <= *expected.at_most_ms),
            "it took " + std::to_string(ms) + " ms");
}

void judge_credential(const std::vector<std::vector<std::string>> &was_asked, const asked &expected) {
    require(static_cast<std::int64_t>(was_asked.size()) == expected.calls,
            "the credential was asked " + std::to_string(was_asked.size()) + " times");
    for (const auto &scopes : was_asked) {
        require(scopes == expected.scopes, "the credential was asked for " + shown(json(scopes)));
    }
}

void judge_seen(const seen &expected, harness::emulator &emulator, const scope &scope, std::int64_t now) {
    std::vector<json> attempts;
    for (const json &record : emulator.requests("acs")) {
        attempts.push_back(attempt_of(record));
    }
    judge_attempts(expected, attempts, scope, now);
    if (expected.identities) {
        const auto count = emulator.control("GET", "/identities").at("identities").size();
        require(static_cast<std::int64_t>(count) == *expected.identities,
                "the emulator: there are " + std::to_string(count) + " identities");
    }
    for (const token_state &token : expected.tokens) {
        const json found = emulator.control("POST", "/introspect", {{"token", scope.text(token.token)}});
        const json reason = token.reason ? json(*token.reason) : json();
        require(found.at("active") == token.active && found.value("reason", json()) == reason,
                "the emulator: a token is otherwise: " + shown(found));
    }
}

} // namespace conformance
