/* The C testee: reads one request per line, writes one answer per line; tests/conformance/README.md describes
 * both. A violation of the header's promises ends the process. */
#ifndef TESTEE_H
#define TESTEE_H

#include <jansson.h>

#include "check.h"
#include "waiting.h"

/* A text of the request's arguments; NULL if it is missing. */
const char *text(const char *name);
/* A number of an object; ACS_DEFAULT if it is missing. */
int64_t number(const json_t *object, const char *name);
/* A number of the arguments. */
int64_t argument(const char *name);
/* Lists of the arguments, valid as long as the request. */
const char *const *texts(const char *name, size_t *count);
const acs_header *headers(size_t *count);
/* The pairs of an object's member "headers", of which there must be at most `room`. */
size_t header_list(const json_t *object, acs_header *list, size_t room);

/* Returns the result of a function. Keeps its error for the answer; without a result there must be one. */
json_t *outcome(acs_status status, acs_error *error, json_t *result);

/* Each frees its argument, and returns NULL for NULL. */
json_t *user_json(acs_user *user);
json_t *token_json(acs_token *token);
json_t *both_json(acs_user_token *both);
json_t *detail_json(acs_user_detail *detail);
json_t *assignment_json(acs_teams_extension_assignment *assignment);
json_t *response_json(acs_response *response);
/* Doesn't free its argument. */
json_t *call_response_json(const acs_call_response *response);
json_t *pair(const char *name, const char *value);
json_t *bytes_json(acs_bytes bytes);

/* Calls an operation without I/O. NULL without an error if there is none of this name. */
json_t *call_without_io(const char *operation, const json_t *arguments);

/* What the requests of a case have created, and the options of the current call. */
extern struct made {
    acs_client *client;
    acs_handler *handler;
    acs_user_credential *user_credential;
    acs_call_options call_options;
} made;

/* Each creates what a member of the request describes; false if the library returned an error. */
bool make_client(const json_t *given);
bool make_handler(const char *toml, json_t *by_name);
bool make_user_credential(const json_t *given);
/* Adds the state of what has been created to an answer. */
void tell_what_is_made(json_t *answer);
/* Frees everything. begins_anew: whether another case follows. */
void forget(bool begins_anew);

bool is(const char *operation, const char *name);
/* Calls an operation with I/O. */
acs_status call_service(const char *operation, const acs_delivery *delivery, acs_call **call, given *given,
                        acs_error **error);

#endif
