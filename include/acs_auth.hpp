// acs_auth.hpp: exchanges users' Microsoft Entra tokens for Azure Communication Services (ACS) access tokens,
// and signs ACS requests, inside your own back end. C++17, header-only, over acs_auth.h: link the C library
// (CMake: acs_auth::acs_auth).
//
//     auto client = acs::client::from_connection_string(connection_string);
//     acs::token token = client.get_token_for_teams_user(aad_token, client_id, user_object_id);
//     answer(token.text(), token.expires_on());
//
// NAMES are those of the C functions without their prefix: acs_client_get_token is acs::client::get_token.
// acs_X_new is acs::X::create.
//
// ERRORS. Every function that can fail exists twice: `get_token` throws acs::error, `try_get_token` returns
// an acs::result, which has the shape of std::expected (and converts to one in C++23):
//
//     if (auto token = client.try_get_token(user_id, {"chat"})) {
//         answer(token->text(), token->expires_on());
//     } else {
//         log(token.error().what());
//     }
//
// With -fno-exceptions, of these two only the try_ function exists. It throws nothing but std::bad_alloc. An
// acs::error has kind(), status(), code(), target(), reason(), retry_after(), client_request_id() and
// ms_cv(); what() has everything in one line.
//
// WITHOUT BLOCKING. `client.get_token_async(user_id, {"chat"})` returns an operation, which takes a callback,
// a queue for an event loop, a std::future or co_await: see acs_auth/operation.hpp.
//
// OWNERSHIP. Objects own what they represent; they are movable but not copyable. A moved-from object is
// empty: its calls fail with invalid_argument. A std::string_view that a function returns is valid as long
// as the object that it was read from. Texts passed to a function are copied if necessary, and the copies
// wiped; a text that contains a NUL is rejected. Tokens, keys and objects that contain them are wiped when
// they are destroyed, and cannot be printed.
//
// UNITS. Durations are std::chrono's: `options.timeout = std::chrono::seconds(5)`. Times are time points of
// std::chrono::system_clock. std::nullopt means absent, or the default.
//
// THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds, and settings while
// no value is being set, may be used by any threads at once; everything else by one thread at a time.
//
// CALLBACKS run on threads of the library, an operation's possibly also on the thread that cancels it or
// calls acs::shutdown. Their exceptions cannot pass through the library. An exception of a token credential
// or a transport becomes an error of the call; that of a completion, an observer or a log is passed to
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
