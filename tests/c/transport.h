/* Shared by the transport*.c files, which are one test: a transport of the host's own, and clients with it. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <stdatomic.h>

#include "acs_auth.h"

#define CREATED "{\"identity\":{\"id\":\"8:acs:a_b\"}}"

struct host {
    atomic_int sent;
    atomic_int released;
    _Atomic(acs_transport_request *) kept;
    /* What the next answers are, one after another; 0 for those that are not given. */
    int statuses[4];
    int failure;
};

/* The release of a host. */
void release(void *user_data);
acs_client *client_with(struct host *host, void (*send)(void *, acs_transport_request *));
/* The client is freed: the host's data is not needed any more, once the last call has ended. */
void expect_released(struct host *host, acs_client *client);
acs_bytes body_of(const char *text);
void respond(acs_transport_request *request, int32_t status, const char *body);
const char *header_of(const acs_transport_request *request, const char *name);
acs_call_options within(int64_t timeout_ms);
/* A send that looks at the request. */
void answer_at_once(void *user_data, acs_transport_request *request);

/* Runs the tests of a transport that does not answer, and of its end. */
void transport_without_answers(void);

#endif
