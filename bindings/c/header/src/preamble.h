/*
 * acs_auth.h: exchanges Microsoft Entra user tokens for Azure Communication Services (ACS) access tokens, and signs ACS
 * requests, inside your own back end.
 *
 * Three ways in, each complete by itself:
 *   - sign, prepare, parse: no I/O, for a program with an HTTP library of its own;
 *   - acs_client: all operations, with retries and a deadline;
 *   - acs_handler: an HTTP request in, an HTTP response out, for /api/token/teams.
 *
 * RESULTS. A function that can fail returns acs_status. Its results come last among its parameters, and are written only
 * if it returns ACS_STATUS_OK. The very last parameter, acs_error **error, may be NULL; if not, it is written only if the
 * function fails, and the caller frees the error.
 *
 * OWNERSHIP. Handles are opaque. What a function gives through a parameter is the caller's, to be freed once with the
 * type's own _free function; freeing NULL does nothing. What a function returns as a pointer to const is borrowed: it
 * lives as long as the handle that it is of.
 *
 * TEXTS are UTF-8 and end with NUL. Those that are handed over are borrowed for the call alone. A text that is absent is
 * NULL.
 *
 * ARGUMENTS that cannot be used are ACS_STATUS_INVALID_ARGUMENT: NULL where something must be there, a text that is not
 * UTF-8, a number that is none of those listed, a count without a list. The error's target names the argument or option: by
 * its name here, or by the one that it has in all languages ("user" for user_id, "timeout" for timeout_ms, "retry_policy"
 * for max_attempts). A function that cannot fail returns NULL, 0, false, or what it says.
 *
 * TIMES are seconds since 1970-01-01T00:00:00Z. Durations have their unit in their name.
 *
 * OPTIONS are structs that may grow. Fill them with their _init function, which sets pointers to NULL and numbers to
 * ACS_DEFAULT, and then change members; lists that are NULL are empty. A library that is older than the header takes
 * them as long as no member that it does not know is set.
 *
 * THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds and settings may be used by any
 * threads at once; everything else by one at a time. No handle may be in use when it is freed.
 *
 * CALLBACKS run on threads of the library: the log's and each observer's on one of its own, a credential's on one of at most
 * 16, a completion's on a thread that serves calls, or on one of 16 more while another one blocks that. An exception of C++,
 * longjmp, pthread_exit and pthread_cancel may not leave a callback. An exception and pthread_exit abort the process, with a line
 * on the standard error that names the callback, since the library's own frames cannot be unwound so; longjmp is undefined.
 * acs_auth.hpp catches what callbacks of C++ throw; with acs_auth.h alone, declare them noexcept, which also shows where the
 * exception was thrown. exit() does not wait for a callback: call acs_shutdown first where a callback uses what exit() destroys.
 *
 * FORKS. All handles may be used before and after a fork, in the parent and in the child, but not in a child that was
 * forked in a callback. A child opens connections and starts threads of its own.
 *
 * But for that line the library writes nothing to the standard streams. It installs no signal handlers and changes no
 * environment variable.
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
