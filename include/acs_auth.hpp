// acs_auth.hpp: exchanges Microsoft Entra user tokens for Azure Communication Services (ACS) access tokens,
// and signs ACS requests, inside your own back end. C++17, header-only, over acs_auth.h: link the C library
// (CMake: acs_auth::acs_auth).
//
//     auto client = acs::client::from_connection_string(connection_string);
//     acs::token token = client.get_token_for_teams_user(aad_token, client_id, user_object_id);
//     answer(token.text(), token.expires_on());
//
// NAMES are those of the C functions without their prefix: acs_client_get_token is acs::client::get_token.
// What acs_X_new makes is made by acs::X::create.
//
// ERRORS. Every function that can fail is there twice: `get_token` throws acs::error, `try_get_token` gives
// an acs::result, which has the shape of std::expected (and becomes one in C++23):
//
//     if (auto token = client.try_get_token(user_id, {"chat"})) {
//         answer(token->text(), token->expires_on());
//     } else {
//         log(token.error().what());
//     }
//
// With -fno-exceptions there are the second ones only. An acs::error says kind(), status(), code(), target(),
// reason(), retry_after(), client_request_id(), ms_cv(), and what() is all of it in one line. The try_
// functions throw nothing but std::bad_alloc.
//
// WITHOUT WAITING. `client.get_token_async(user_id, {"chat"})` gives an operation, which takes a callback, a
// queue for an event loop, a std::future or co_await: see acs_auth/operation.hpp.
//
// OWNERSHIP. Objects own what they stand for; they move and are not copied. One that was moved from is empty:
// its calls fail as invalid_argument. Texts that a function gives as std::string_view live as long as the
// object that it is of. Texts that it takes are copied where that is needed, and the copies wiped; one that
// holds a NUL is refused. Tokens, keys and what holds them are wiped when they are destroyed and cannot be
// printed.
//
// UNITS. Durations are of std::chrono: `options.timeout = std::chrono::seconds(5)`. Times are of its
// system_clock. What is std::nullopt is absent, or the default.
//
// THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds and settings may be
// used by any threads at once; everything else by one at a time.
//
// CALLBACKS are called on threads of the library. What they throw cannot pass through it: a token
// credential's exception becomes the call's error; that of a completion, an observer or a log is told to
// acs::on_callback_exception and dropped.
#ifndef ACS_AUTH_HPP
#define ACS_AUTH_HPP

#include "acs_auth/answer.hpp"
#include "acs_auth/cache_key.hpp"
#include "acs_auth/client.hpp"
#include "acs_auth/coroutine.hpp"
#include "acs_auth/endpoint.hpp"
#include "acs_auth/exchanger.hpp"
#include "acs_auth/handler.hpp"
#include "acs_auth/identifier.hpp"
#include "acs_auth/inspect.hpp"
#include "acs_auth/library.hpp"
#include "acs_auth/protocol.hpp"
#include "acs_auth/signing.hpp"
#include "acs_auth/user_credential.hpp"
#include "acs_auth/verifier.hpp"

#endif
