/* What the emulator has seen of a call. */
#ifndef ACS_CONFORMANCE_SEEN_H
#define ACS_CONFORMANCE_SEEN_H

#include <stdint.h>

#include "failure.h"

/* Compares it with what a case says that it must have seen. `now` is in Unix seconds. */
bool judge_seen(const json_t *seen, const json_t *scope, int64_t now, failure *why);

#endif
