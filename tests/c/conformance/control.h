/* The emulator's control API, through one connection that is kept open: a case that resets the next
 * connection on accept means the client's. */
#ifndef ACS_CONFORMANCE_CONTROL_H
#define ACS_CONFORMANCE_CONTROL_H

#include <stdint.h>

#include "failure.h"

/* Sends a request; `path` is what follows `/_emulator`, `body` may be NULL. The answer as JSON, null if it is
 * none; NULL if the request failed or was not answered with a success. The caller frees it. */
json_t *control_send(const char *method, const char *path, const json_t *body, failure *why);

/* Lets the emulator mint a token: the members are the query. NULL on failure, else to be freed with
 * `json_decref`. */
json_t *control_mint(const json_t *members, failure *why);

/* The attempts of the identity operations since they were forgotten, the oldest first, as cases compare them:
 * headers and checks by name. */
json_t *control_attempts(failure *why);

/* The time by the emulator's clock, in Unix seconds. */
bool control_now(int64_t *now, failure *why);

#endif
