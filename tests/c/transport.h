/* Shared by the transport*.c files, which are one test: a host's data for a transport, and clients with
 * it. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <stdatomic.h>

#include "acs_auth.h"

#define CREATED "{\"identity\":{\"id\":\"8:acs:a_b\"}}"

struct host {
    atomic_int sent;
    atomic_int released;
    _Atomic(acs_transport_request *) kept;
    /* The statuses of the next responses, in order; 0: the request fails as `failure`. */
    int statuses[4];
    int failure;
};

/* The transport's release function; counts in host->released. */
void release(void *user_data);
acs_client *client_with(struct host *host, void (*send)(void *, acs_transport_request *));
/* Frees the client; the host's data is released once the last call has ended. */
void expect_released(struct host *host, acs_client *client);
acs_bytes body_of(const char *text);
void respond(acs_transport_request *request, int32_t status, const char *body);
const char *header_of(const acs_transport_request *request, const char *name);
acs_call_options within(int64_t timeout_ms);
/* A send function that checks the request and answers it at once. */
void answer_at_once(void *user_data, acs_transport_request *request);

/* Runs the tests of transports that don't answer, and of their release. */
void transport_without_answers(void);

#endif
