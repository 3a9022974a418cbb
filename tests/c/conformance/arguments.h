/* The arguments of a call, each of which must be used. */
#ifndef ACS_CONFORMANCE_ARGUMENTS_H
#define ACS_CONFORMANCE_ARGUMENTS_H

#include "acs_auth.h"
#include "failure.h"

/* All that is taken lives until `arguments_close`. What cannot be taken is noted as the failure, which
 * `arguments_end` tells: in between, a text that is missing is "". */
typedef struct arguments {
    json_t *all;
    json_t *left;
    const char **texts;
    acs_header *headers;
    failure *why;
} arguments;

/* Fills the references of what a case gives; `given` NULL: no arguments. */
bool arguments_open(arguments *a, const json_t *scope, const json_t *given, failure *why);
void arguments_close(arguments *a);

/* A value of any kind; NULL for one that is left out. */
const json_t *argument(arguments *a, const char *name);
const char *argument_text(arguments *a, const char *name);
/* NULL for one that is left out. */
const char *argument_optional_text(arguments *a, const char *name);
/* ACS_DEFAULT for one that is left out. */
int64_t argument_optional_seconds(arguments *a, const char *name);
/* A list of texts; once a call. */
const char *const *argument_texts(arguments *a, const char *name, size_t *count);
/* Headers as a list of pairs or, as recordings have them, as an object; none if they are left out; once a
 * call. */
const acs_header *argument_pairs(arguments *a, const char *name, size_t *count);
const acs_header *headers_of_object(arguments *a, const json_t *object, size_t *count);

/* Whether all arguments could be taken, and there are no others. */
bool arguments_end(arguments *a);

#endif
