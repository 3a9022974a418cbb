/* Why a case failed. */
#ifndef ACS_CONFORMANCE_FAILURE_H
#define ACS_CONFORMANCE_FAILURE_H

#include <stdbool.h>

#include <jansson.h>

/* Empty as long as nothing failed. */
typedef struct failure {
    char text[4096];
} failure;

/* Notes the reason, unless there is one already: what failed first explains the rest. Always false. */
__attribute__((format(printf, 2, 3))) bool fail(failure *why, const char *format, ...);

/* Says where a failure happened, in front of its reason. Always false. */
__attribute__((format(printf, 2, 3))) bool fail_at(failure *why, const char *format, ...);

/* As `fail`, with a value as JSON after the text. */
bool fail_with(failure *why, const char *text, const json_t *value);

#endif
