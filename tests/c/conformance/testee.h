/* The C testee: a request a line in, an answer a line out; tests/conformance/README.md describes both. What cannot be,
 * by the header's own promises, ends the process. */
#ifndef TESTEE_H
#define TESTEE_H

#include <jansson.h>

#include "check.h"
#include "waiting.h"

/* A member of the request's arguments; NULL for one that is not given. */
const char *text(const char *name);
/* As the library has what is left out. */
int64_t number(const json_t *object, const char *name);
/* A number of the arguments. */
int64_t argument(const char *name);
/* Lists of the arguments, which live as long as the request. */
const char *const *texts(const char *name, size_t *count);
const acs_header *headers(size_t *count);
/* The pairs of an object's member "headers", at most as many as there is room for. */
size_t header_list(const json_t *object, acs_header *list, size_t room);

/* What a function gave as JSON: the error is kept for the answer, and must be there if there is no result. */
json_t *outcome(acs_status status, acs_error *error, json_t *result);

/* Each frees what it is given; NULL for NULL. */
json_t *user_json(acs_user *user);
json_t *token_json(acs_token *token);
json_t *both_json(acs_user_token *both);
json_t *detail_json(acs_user_detail *detail);
json_t *assignment_json(acs_teams_extension_assignment *assignment);
json_t *response_json(acs_response *response);
/* Borrows it. */
json_t *call_response_json(const acs_call_response *response);
json_t *pair(const char *name, const char *value);
json_t *bytes_json(acs_bytes bytes);

/* An operation without I/O; NULL, without an error, if it is none. */
json_t *call_without_io(const char *operation, const json_t *arguments);

/* What the requests of a case have created, and the options of the present call. */
extern struct made {
    acs_client *client;
    acs_handler *handler;
    acs_user_credential *user_credential;
    acs_call_options call_options;
} made;

/* Each creates one of the options of a request; false if the library refused. */
bool make_client(const json_t *given);
bool make_handler(const char *toml, json_t *by_name);
bool make_user_credential(const json_t *given);
/* Adds what there is now to an answer. */
void tell_what_is_made(json_t *answer);
/* Frees it all; begins_anew: there may be more. */
void forget(bool begins_anew);

bool is(const char *operation, const char *name);
/* An operation that waits. */
acs_status call_service(const char *operation, const acs_delivery *delivery, acs_call **call, given *given,
                        acs_error **error);

#endif
