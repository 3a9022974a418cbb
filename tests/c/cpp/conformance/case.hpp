// A case, member by member; tests/conformance/README.md says what each is for. What is not known does not
// parse.
#ifndef CONFORMANCE_CASE_HPP
#define CONFORMANCE_CASE_HPP

#include "members.hpp"

namespace conformance {

struct call {
    std::string operation;
    json arguments = json::object();
    std::optional<std::int64_t> timeout_ms{};
    std::optional<std::string> client_request_id{};
};

/// One thing that happens before the call: exactly one of these.
struct action {
    enum class kind { faults, clock, behaviour, access_keys, mint, call };

    kind what;
    /// The body, or the query of a mint.
    json given{};
    conformance::call earlier{};
    /// What the token, or the call's result, is called from here on.
    std::optional<std::string> name{};
};

struct credential_options {
    std::string token;
    std::int64_t expires_in_s;
};

struct client_options {
    bool is_https = false;
    bool trust_ca = true;
    std::optional<std::string> connection_string{};
    std::optional<std::string> secondary_access_key{};
    std::optional<credential_options> token_credential{};
    std::optional<bool> allow_insecure_endpoint{};
    std::optional<std::string> api_version{};
    std::optional<std::string> application_id{};
    std::optional<std::string> preflight{};
    std::optional<std::int64_t> timeout_ms{};
    std::optional<std::int64_t> max_attempts{};
};

struct asked {
    std::int64_t calls;
    std::vector<std::string> scopes;
};

struct expectation {
    std::optional<json> ok{};
    std::optional<std::string> error_kind{};
    json error_fields = json::object();
    std::vector<std::string> never_shown{};
    std::optional<std::int64_t> at_least_ms{};
    std::optional<std::int64_t> at_most_ms{};
    json client = json::object();
    std::optional<asked> credential{};
};

struct token_state {
    std::string token;
    bool active;
    std::optional<std::string> reason;
};

/// What the emulator must have seen.
struct seen {
    std::optional<json> attempts{};
    json each = json::object();
    std::vector<json> in_order{};
    std::vector<std::string> same_headers{};
    std::vector<std::string> different_headers{};
    std::optional<std::int64_t> identities{};
    std::vector<token_state> tokens{};
};

struct test_case {
    std::string name;
    std::string about;
    client_options client{};
    json handler = json::object();
    std::vector<action> before{};
    conformance::call call;
    expectation expect{};
    std::optional<seen> emulator{};
};

/// Every operation that there is.
const std::vector<std::string> &operations();

test_case read_case(const json &given);
/// All cases of a file; throws a failure for a word that is not known.
std::vector<test_case> read_suite(const json &file);
/// A file that the hosts share, such as "conformance/cases".
json read_shared(const std::string &path);

} // namespace conformance

#endif
