/* Shared by the null_*.c files, which are one test. */
#ifndef NULL_ARGUMENTS_H
#define NULL_ARGUMENTS_H

#include "check.h"

/* The value of a result's variable before and after a call that fails. */
extern char untouched[1];
#define UNTOUCHED(type) ((type *)(void *)untouched)

/* The function with these arguments fails and names the argument `target`, with or without a place for the
 * error. */
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
