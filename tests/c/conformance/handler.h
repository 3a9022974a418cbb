/* The handler under test and its answers. */
#ifndef ACS_CONFORMANCE_HANDLER_H
#define ACS_CONFORMANCE_HANDLER_H

#include "arguments.h"
#include "outcome.h"

/* Makes the handler of a case's settings, which may be NULL. False if the case is wrong; the library's own
 * error is in `out`. */
bool handler_make(acs_handler **made, const json_t *settings, const json_t *scope, outcome *out,
                  failure *why);

/* Lets the handler answer. */
bool handler_call(const acs_handler *handler, arguments *a, outcome *out, failure *why);

#endif
