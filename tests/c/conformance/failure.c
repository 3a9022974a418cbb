#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fail(failure *why, const char *format, ...)
{
    if (why->text[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why->text, sizeof why->text, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool fail_at(failure *why, const char *format, ...)
{
    failure inner = *why;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof why->text) {
        strncat(why->text, inner.text, sizeof why->text - (size_t)length - 1);
    }
    return false;
}

bool fail_with(failure *why, const char *text, const json_t *value)
{
    char *json = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    fail(why, "%s%s", text, json != NULL ? json : "nothing");
    free(json);
    return false;
}
