/* The calls without I/O. */
#ifndef ACS_CONFORMANCE_PURE_H
#define ACS_CONFORMANCE_PURE_H

#include "arguments.h"
#include "outcome.h"

/* A call by its arguments. False if the case is wrong; the library's own error is in `out`. */
typedef bool pure_call(arguments *a, outcome *out, failure *why);

/* The call of this name; NULL if it is none of those without I/O. */
pure_call *pure_call_named(const char *name);

pure_call sign_request;
pure_call prepare_request;
pure_call parse_response;

/* A file that the hosts share, such as ("vectors", "custom_port"); NULL on failure, else to be freed. */
json_t *shared_file(const char *folder, const char *name, failure *why);

#endif
