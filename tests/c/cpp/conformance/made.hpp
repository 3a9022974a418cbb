// The client and the handler under test, made from a case's options.
#ifndef CONFORMANCE_MADE_HPP
#define CONFORMANCE_MADE_HPP

#include "calls.hpp"
#include "harness/emulator.hpp"
#include "scope.hpp"

#include <mutex>

namespace conformance {

/// What a token credential was asked for, each time.
struct credential_log {
    std::mutex mutex;
    std::vector<std::vector<std::string>> asked;
};

struct made_client {
    acs::client client;
    /// None without a token credential.
    std::shared_ptr<credential_log> credential;
};

acs::result<made_client> make_client(const client_options &options, const scope &scope,
                                     harness::emulator &emulator);
acs::result<acs::handler> make_handler(const json &settings, const scope &scope, harness::emulator &emulator);

/// Lets the handler answer.
outcome handle(way way, const acs::handler &handler, members arguments);

} // namespace conformance

#endif
