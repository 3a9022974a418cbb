#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef ACS_HAS_VALGRIND
#include <valgrind/valgrind.h>
#else
#define VALGRIND_CLO_CHANGE(option) ((void)0)
#endif

#include "emulator.h"
#include "http.h"
#include "system.h"

static const char *running = "";
static bool is_child;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/* LeakSanitizer calls this at the end of the process. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return is_child;
}
#endif
#endif

void check_in_child(void)
{
    is_child = true;
    VALGRIND_CLO_CHANGE("--leak-check=no");
    system_end_within(CHECK_TEST_SECONDS);
}

void check_failed(const char *file, int line, const char *expression, const char *detail)
{
    fflush(stdout);
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, running, expression);
    if (detail != NULL) {
        fprintf(stderr, "    %s\n", detail);
    }
    fflush(stderr);
    /* Not exit, because other threads run, and their memory would be reported as leaked. */
    _exit(1);
}

void check_int(const char *file, int line, const char *expression, int64_t actual, int64_t expected)
{
    if (actual != expected) {
        char detail[128];
        snprintf(detail, sizeof detail, "is %" PRId64 " and should be %" PRId64, actual, expected);
        check_failed(file, line, expression, detail);
    }
}

static void failed_with_texts(const char *file, int line, const char *expression, const char *text,
                              const char *verb, const char *other)
{
    char detail[2048];
    snprintf(detail, sizeof detail, "is %s and %s %s", text == NULL ? "NULL" : text, verb,
             other == NULL ? "NULL" : other);
    check_failed(file, line, expression, detail);
}

void check_text(const char *file, int line, const char *expression, const char *actual, const char *expected)
{
    bool equal = actual == NULL || expected == NULL ? actual == expected : strcmp(actual, expected) == 0;
    if (!equal) {
        failed_with_texts(file, line, expression, actual, "should be", expected);
    }
}

void check_contains(const char *file, int line, const char *expression, const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL) {
        failed_with_texts(file, line, expression, text, "should contain", part);
    }
}

void check_lacks(const char *file, int line, const char *expression, const char *text, const char *part)
{
    if (text != NULL && strstr(text, part) != NULL) {
        failed_with_texts(file, line, expression, text, "should not contain", part);
    }
}

void check_ok(const char *file, int line, const char *call, acs_status status, acs_error **error)
{
    if (status != ACS_STATUS_OK) {
        check_failed(file, line, call, acs_error_message(*error));
    }
    if (*error != NULL) {
        check_failed(file, line, call, "succeeded, and an error was written");
    }
}

void check_fails(const char *file, int line, const char *call, acs_status status, acs_error **error,
                 acs_status expected)
{
    if (status != expected) {
        char detail[2048];
        snprintf(detail, sizeof detail, "gave %s and should have given %s: %s", acs_status_name(status),
                 acs_status_name(expected), *error == NULL ? "no error" : acs_error_message(*error));
        check_failed(file, line, call, detail);
    }
    check_int(file, line, call, acs_error_kind(*error), expected);
    acs_error_free(*error);
    *error = NULL;
}

void check_refused(const char *file, int line, const char *call, acs_status status, acs_error **error,
                   const char *target)
{
    if (status == ACS_STATUS_INVALID_ARGUMENT) {
        check_text(file, line, call, acs_error_target(*error), target);
    }
    check_fails(file, line, call, status, error, ACS_STATUS_INVALID_ARGUMENT);
}

void check_run(const char *name, void (*test)(void))
{
    running = name;
    system_end_within(CHECK_TEST_SECONDS);
    test();
    system_end_within(0);
    printf("ok %s\n", name);
    fflush(stdout);
}

int check_done(void)
{
    acs_error *error = NULL;
    running = "the end";
    system_end_within(CHECK_TEST_SECONDS);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    emulator_stop();
    http_stop();
    return 0;
}
