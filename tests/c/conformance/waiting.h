/* The three ways to wait for a call: the function that blocks, a callback, and a queue with a descriptor to
 * poll. */
#ifndef ACS_CONFORMANCE_WAITING_H
#define ACS_CONFORMANCE_WAITING_H

#include <stdbool.h>

#include "acs_auth.h"

/* What a call gave: at most one of the first four, and its response, if it got one. */
typedef struct given {
    acs_user *user;
    acs_token *token;
    acs_user_token *both;
    acs_user_detail *detail;
    acs_teams_extension_assignment *assignment;
    acs_response *response;
    const acs_call_response *call_response;
    /* Who owns that. */
    acs_call_response *owned;
    acs_completion *completion;
} given;

/* Lets a call give its response, in the way that was chosen. */
void ask_for_response(acs_call_options *options, given *given);

/* Calls an operation: blocks and writes what it gives if there is no delivery, else submits. */
typedef acs_status call_function(const char *operation, const acs_delivery *delivery, acs_call **call,
                                 given *given, acs_error **error);

/* Chooses the way by its name, for the whole run; false if there is none of this name. */
bool waiting_begin(const char *way);

/* Calls an operation in the way that was chosen. */
acs_status make_call(call_function *function, const char *operation, given *given, acs_error **error);

/* Whether each submission was completed, and none of them twice. */
bool waiting_end(void);

#endif
