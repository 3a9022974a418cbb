#include "arguments.h"

#include <stdlib.h>
#include <string.h>

#include "scope.h"

bool arguments_open(arguments *a, const json_t *scope, const json_t *given, failure *why)
{
    memset(a, 0, sizeof *a);
    a->why = why;
    a->all = given != NULL ? scope_fill(scope, given, why) : json_object();
    a->left = json_copy(a->all);
    return a->all != NULL;
}

void arguments_close(arguments *a)
{
    json_decref(a->all);
    json_decref(a->left);
    free((void *)a->texts);
    free(a->headers);
}

const json_t *argument(arguments *a, const char *name)
{
    const json_t *value = json_object_get(a->all, name);
    json_object_del(a->left, name);
    return json_is_null(value) ? NULL : value;
}

const char *argument_optional_text(arguments *a, const char *name)
{
    const json_t *value = argument(a, name);
    if (value != NULL && !json_is_string(value)) {
        fail(a->why, "the argument %s is no text", name);
    }
    return json_string_value(value);
}

const char *argument_text(arguments *a, const char *name)
{
    const char *text = argument_optional_text(a, name);
    if (text == NULL) {
        fail(a->why, "the argument %s is missing", name);
    }
    return text != NULL ? text : "";
}

int64_t argument_optional_seconds(arguments *a, const char *name)
{
    const json_t *value = argument(a, name);
    if (value == NULL) {
        return ACS_DEFAULT;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        fail(a->why, "the argument %s is no number of seconds", name);
    }
    return json_integer_value(value);
}

const char *const *argument_texts(arguments *a, const char *name, size_t *count)
{
    const json_t *values = argument(a, name);
    size_t index;
    json_t *value;
    *count = json_array_size(values);
    free((void *)a->texts);
    a->texts = calloc(*count + 1, sizeof *a->texts);
    if (!json_is_array(values) || a->texts == NULL) {
        fail(a->why, "the argument %s is no list", name);
        *count = 0;
        return NULL;
    }
    json_array_foreach(values, index, value)
    {
        a->texts[index] = json_string_value(value);
        if (a->texts[index] == NULL) {
            fail(a->why, "the argument %s is no list of texts", name);
        }
    }
    return a->texts;
}

static acs_header *new_headers(arguments *a, size_t count)
{
    free(a->headers);
    a->headers = calloc(count + 1, sizeof *a->headers);
    return a->headers;
}

const acs_header *argument_pairs(arguments *a, const char *name, size_t *count)
{
    const json_t *pairs = argument(a, name);
    size_t index;
    json_t *pair;
    *count = json_array_size(pairs);
    acs_header *headers = new_headers(a, *count);
    if (pairs != NULL && !json_is_array(pairs)) {
        fail(a->why, "the argument %s is no list", name);
    }
    json_array_foreach(pairs, index, pair)
    {
        headers[index].name = json_string_value(json_array_get(pair, 0));
        headers[index].value = json_string_value(json_array_get(pair, 1));
        if (json_array_size(pair) != 2 || headers[index].name == NULL || headers[index].value == NULL) {
            fail(a->why, "the argument %s is no list of pairs", name);
        }
    }
    return headers;
}

const acs_header *headers_of_object(arguments *a, const json_t *object, size_t *count)
{
    const char *name;
    json_t *value;
    *count = json_object_size(object);
    acs_header *headers = new_headers(a, *count);
    acs_header *next = headers;
    json_object_foreach((json_t *)object, name, value)
    {
        next->name = name;
        next->value = json_string_value(value);
        if (next->value == NULL) {
            fail(a->why, "the header %s is no text", name);
        }
        next++;
    }
    return headers;
}

bool arguments_end(arguments *a)
{
    void *first = json_object_iter(a->left);
    if (first != NULL) {
        fail(a->why, "there is no argument %s", json_object_iter_key(first));
    }
    return a->why->text[0] == '\0';
}
