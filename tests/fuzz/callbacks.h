/* The callbacks that the library calls. */
#ifndef CALLBACKS_H
#define CALLBACKS_H

#include "acs_auth.h"
#include "input.h"

/* user_data is a ticket. */
void on_completion(void *user_data, acs_completion *completion);
/* user_data is a lease. */
void on_get_token(void *user_data, acs_token_request *request);
void on_send(void *user_data, acs_transport_request *request);
void on_event(void *user_data, const acs_event *event);
void on_log(void *user_data, const acs_log_record *record);

/* Answers a request for a token in one of all possible ways, and frees it. */
void answer_token_request(acs_token_request *request, struct input *input);

#endif
