/*
 * acs_auth.h: exchanges users' Microsoft Entra tokens for Azure Communication Services (ACS) access tokens, and signs
 * ACS requests, inside your own back end.
 *
 * It can be used on three levels, each complete in itself:
 *   - sign, prepare, parse: no I/O, for a program with its own HTTP library;
 *   - acs_client: all operations, with retries and a deadline;
 *   - acs_handler: an HTTP request in, an HTTP response out, for /api/token/teams.
 *
 * RESULTS. A function that can fail returns acs_status. Its results are its last parameters, and are written only if it
 * returns ACS_STATUS_OK. The very last parameter, acs_error **error, may be NULL. Otherwise it is written only if the
 * function fails, and the caller frees the error.
 *
 * OWNERSHIP. Handles are opaque. What a function returns through a parameter belongs to the caller, who frees it once
 * with the type's own _free function; freeing NULL does nothing. A returned pointer to const is borrowed: it is valid as
 * long as the handle that it was read from.
 *
 * TEXTS are UTF-8 and NUL-terminated, except that received headers may have any encoding. Texts passed to a function are
 * borrowed only for the call. A missing text is NULL.
 *
 * ARGUMENTS that are invalid cause ACS_STATUS_INVALID_ARGUMENT: NULL for a required argument, text that is not UTF-8, a
 * number that is not listed, a count without a list. The error's target names the argument or option, by its name here or
 * by its name in all languages ("user" for user_id, "timeout" for timeout_ms, "retry_policy" for max_attempts). A function
 * that cannot fail returns NULL, 0, false, or the value that its documentation names.
 *
 * TIMES are seconds since 1970-01-01T00:00:00Z. Durations have their unit in their name.
 *
 * OPTIONS are structs that may grow. Fill them with their _init function, which sets pointers to NULL and numbers to
 * ACS_DEFAULT, and then change members. A list that is NULL is empty, unless its member says otherwise. A library that is
 * older than the header accepts them as long as no member is set that it doesn't know.
 *
 * THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds, and settings while no value is
 * being set, may be used by any threads at once; everything else by one thread at a time. No handle may be in use when
 * it is freed.
 *
 * CALLBACKS run on threads of the library. The log and each observer have a thread of their own. A credential's callback
 * runs on one of at most 16 threads. A completion's callback runs on a worker thread, on one of 16 more while another
 * callback blocks that, or on the thread that calls acs_call_cancel or acs_shutdown.
 *
 * A C++ exception, longjmp, pthread_exit and pthread_cancel must not leave a callback. An exception or pthread_exit aborts
 * the process, with a line on standard error that names the callback, since the library's own frames cannot be unwound;
 * longjmp is undefined. acs_auth.hpp catches what C++ callbacks throw. With acs_auth.h alone, declare them noexcept, which
 * also shows where the exception was thrown. exit() doesn't wait for callbacks: call acs_shutdown first if a callback uses
 * anything that exit() destroys.
 *
 * FORKS. All handles may be used before and after a fork, in the parent and in the child, but not in a child that was
 * forked in a callback. A child opens its own connections and starts its own threads.
 *
 * Except for that one line, the library writes nothing to the standard streams. It installs no signal handlers and changes
 * no environment variable.
 */
#ifndef ACS_AUTH_H
#define ACS_AUTH_H

/* Generated from bindings/c by `make header`: do not edit. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
