/* Shared by the null_*.c files, which are one test. */
#ifndef NULL_ARGUMENTS_H
#define NULL_ARGUMENTS_H

#include "check.h"

/* What a result's variable is before a call that fails, and after it. */
extern char untouched[1];
#define UNTOUCHED(type) ((type *)(void *)untouched)

/* The function, given these and a place for its error, is refused for this argument; and without that place
 * too. */
#define REFUSED(target, function, ...) \
    do { \
        acs_error *refusal = NULL; \
        CHECK_REFUSED(function(__VA_ARGS__, &refusal), refusal, target); \
        CHECK_INT(function(__VA_ARGS__, NULL), ACS_STATUS_INVALID_ARGUMENT); \
    } while (0)

void null_operations(void);
void null_submissions(void);
void null_getters(void);

#endif
