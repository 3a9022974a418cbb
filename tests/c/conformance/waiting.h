/* The three ways to wait for a call: the blocking function, a callback, and a queue with a descriptor to
 * poll. */
#ifndef ACS_CONFORMANCE_WAITING_H
#define ACS_CONFORMANCE_WAITING_H

#include <stdbool.h>

#include "acs_auth.h"

/* The outcome of a call: at most one of the first six, and the response, if there was one. */
typedef struct given {
    acs_user *user;
    acs_token *token;
    acs_user_token *both;
    acs_user_detail *detail;
    acs_teams_extension_assignment *assignment;
    acs_response *response;
    const acs_call_response *call_response;
    /* The owners of call_response, which is borrowed. */
    acs_call_response *owned;
    acs_completion *completion;
} given;

/* Requests the response of a call, in the chosen way. */
void ask_for_response(acs_call_options *options, given *given);

/* Calls an operation. Without a delivery it blocks and writes the result, otherwise it submits. */
typedef acs_status call_function(const char *operation, const acs_delivery *delivery, acs_call **call,
                                 given *given, acs_error **error);

/* Chooses the way to wait, for the whole run; false if there is none of this name. */
bool waiting_begin(const char *way);

/* Calls an operation and waits for it in the chosen way. */
acs_status make_call(call_function *function, const char *operation, given *given, acs_error **error);

/* Returns whether each submission was completed, and none of them twice. */
bool waiting_end(void);

#endif
