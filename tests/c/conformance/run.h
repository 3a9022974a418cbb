/* One case from its beginning to its end. */
#ifndef ACS_CONFORMANCE_RUN_H
#define ACS_CONFORMANCE_RUN_H

#include "client.h"

typedef struct run {
    const json_t *test; /* the case */
    json_t *scope;
    client client;        /* made when the first call needs it */
    acs_handler *handler; /* made when the first request needs it */
    json_t *secrets;      /* what must not be shown: keys and tokens */
    failure *why;
} run;

/* Whether the case holds; `why` says why not. */
bool run_case(const json_t *test, failure *why);

/* Compares what came of the call with what the case expects, and with what the emulator has seen. */
bool judge(const run *run, const outcome *outcome, int64_t took_ns);

/* Whether an answer of the handler, where it refuses, holds nothing that must not be shown, header by header.
 */
bool answer_keeps_secrets(const run *run, const json_t *answer);

#endif
