/* Checks for tests: one that fails prints where and why, and ends the process. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition, NULL))
#define CHECK_INT(actual, expected) \
    check_int(__FILE__, __LINE__, #actual, (int64_t)(actual), (int64_t)(expected))
#define CHECK_TEXT(actual, expected) check_text(__FILE__, __LINE__, #actual, actual, expected)
#define CHECK_CONTAINS(text, part) check_contains(__FILE__, __LINE__, #text, text, part)
#define CHECK_LACKS(text, part) check_lacks(__FILE__, __LINE__, #text, text, part)

/* `acs_error *error = NULL; CHECK_OK(acs_client_new(&options, &client, &error), error);` */
#define CHECK_OK(call, error) check_ok(__FILE__, __LINE__, #call, call, &(error))
/* The call fails with this status, and its error has the same kind. Frees the error. */
#define CHECK_FAILS(call, error, status) check_fails(__FILE__, __LINE__, #call, call, &(error), status)
/* The call fails with ACS_STATUS_INVALID_ARGUMENT, and its error names this argument or option. Frees the
 * error. */
#define CHECK_REFUSED(call, error, target) check_refused(__FILE__, __LINE__, #call, call, &(error), target)

/* Runs `static void name(void)`. */
#define RUN(name) check_run(#name, name)

/* A hang is a failure: the process ends if a test takes longer than this, which leaves time for slow
 * machines. */
#define CHECK_TEST_SECONDS 300

/* Must be called first in a forked child. If the child hangs, it is ended. Leaks aren't checked in it,
 * because nothing frees what the parent's other threads held on their stacks. */
void check_in_child(void);

void check_run(const char *name, void (*test)(void));
/* Ends the library's threads and everything the harness started. main ends with `return check_done();`. */
int check_done(void);

void check_failed(const char *file, int line, const char *expression, const char *detail);
void check_int(const char *file, int line, const char *expression, int64_t actual, int64_t expected);
void check_text(const char *file, int line, const char *expression, const char *actual, const char *expected);
void check_contains(const char *file, int line, const char *expression, const char *text, const char *part);
void check_lacks(const char *file, int line, const char *expression, const char *text, const char *part);
void check_ok(const char *file, int line, const char *call, acs_status status, acs_error **error);
void check_fails(const char *file, int line, const char *call, acs_status status, acs_error **error,
                 acs_status expected);
void check_refused(const char *file, int line, const char *call, acs_status status, acs_error **error,
                   const char *target);

#ifdef __cplusplus
}
#endif

#endif
