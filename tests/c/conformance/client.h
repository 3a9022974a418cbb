/* The client under test and its calls. */
#ifndef ACS_CONFORMANCE_CLIENT_H
#define ACS_CONFORMANCE_CLIENT_H

#include "credential.h"
#include "operation.h"
#include "outcome.h"

typedef struct client {
    acs_client *client;
    credential *credential; /* NULL: an access key */
} client;

/* Makes the client of a case's options, which may be NULL. False if the case is wrong; the library's own
 * error is in `out`. */
bool client_make(client *made, const json_t *options, const json_t *scope, outcome *out, failure *why);
void client_free(client *client);

/* Calls an operation of the service. `call` is the case's, for its options. */
bool client_call(const client *client, const operation *operation, const operation_arguments *with,
                 const json_t *call, const json_t *scope, outcome *out, failure *why);

#endif
