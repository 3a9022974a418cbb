/* What came of a call: a result as JSON, or the library's error. */
#ifndef ACS_CONFORMANCE_OUTCOME_H
#define ACS_CONFORMANCE_OUTCOME_H

#include "acs_auth.h"
#include "failure.h"

typedef struct outcome {
    json_t *result;
    acs_error *error;
} outcome;

/* Takes what a function gave: the status, the error, and the result as JSON or NULL if nothing was written.
 * Fails if these do not agree. */
bool outcome_of(outcome *out, acs_status status, acs_error *error, json_t *result, failure *why);
void outcome_free(outcome *out);

/* Results as JSON; each frees what it is given. NULL for NULL. */
json_t *user_json(acs_user *user);
json_t *token_json(acs_token *token);
json_t *user_token_json(acs_user_token *both);
/* Of an operation that gives nothing. */
json_t *nothing_json(acs_status status);

/* A text, `null` for NULL. */
json_t *text_json(const char *text);
/* Bytes as a text; NULL and a failure if they are none. */
json_t *bytes_json(acs_bytes bytes, failure *why);

/* An error as cases compare it. */
json_t *error_json(const acs_error *error);

#endif
