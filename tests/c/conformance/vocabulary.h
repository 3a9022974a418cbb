/* The members that a case may have. */
#ifndef ACS_CONFORMANCE_VOCABULARY_H
#define ACS_CONFORMANCE_VOCABULARY_H

#include "failure.h"

/* Whether a case has all members that it must have and none that does not exist, each of its kind. What the
 * words of its matchers and the arguments of its calls are is seen where they are used. */
bool is_case(const json_t *value, failure *why);

#endif
