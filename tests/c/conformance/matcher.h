/* What a value is compared with: a value, or an object with one word. */
#ifndef ACS_CONFORMANCE_MATCHER_H
#define ACS_CONFORMANCE_MATCHER_H

#include <stdint.h>

#include "failure.h"

/* Compares the members of an object with their matchers, once the references in these are filled from the
 * scope. A member that the object does not have fails, as does a word that does not exist. `now` is in Unix
 * seconds. */
bool check(const json_t *found, const json_t *expected, const json_t *scope, int64_t now, failure *why);

#endif
