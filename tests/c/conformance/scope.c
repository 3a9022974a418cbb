#include "scope.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool scope_name(json_t *scope, const char *name, json_t *value, failure *why)
{
    if (json_object_get(scope, name) != NULL) {
        return fail(why, "%s names two things", name);
    }
    json_object_set(scope, name, value);
    return true;
}

static json_t *member(const json_t *value, const char *name)
{
    if (!json_is_array(value)) {
        return json_object_get(value, name);
    }
    if (!isdigit((unsigned char)name[0])) {
        return NULL;
    }
    char *end;
    unsigned long index = strtoul(name, &end, 10);
    return *end == '\0' ? json_array_get(value, index) : NULL;
}

/* What a path names, borrowed. */
static json_t *look_up(const json_t *scope, const char *path, size_t length, failure *why)
{
    char *copy = strndup(path, length);
    char *rest = copy;
    json_t *found = (json_t *)scope;
    while (found != NULL && rest != NULL) {
        char *name = rest;
        rest = strchr(rest, '.');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        found = member(found, name);
    }
    free(copy);
    if (found == NULL) {
        fail(why, "${%.*s} names nothing", (int)length, path);
    }
    return found;
}

static void write_as_text(FILE *out, const json_t *value)
{
    if (json_is_string(value)) {
        fwrite(json_string_value(value), 1, json_string_length(value), out);
    } else {
        json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
    }
}

/* A text, in which each reference is part of it. */
static json_t *replace_all(const json_t *scope, const char *text, failure *why)
{
    char *filled = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&filled, &length);
    const char *reference;
    bool good = out != NULL;
    while (good && (reference = strstr(text, "${")) != NULL) {
        const char *path = reference + 2;
        const char *end = strchr(path, '}');
        const json_t *found = NULL;
        if (end == NULL) {
            fail(why, "%s: a reference has no end", text);
        } else {
            found = look_up(scope, path, (size_t)(end - path), why);
        }
        good = found != NULL;
        if (good) {
            fwrite(text, 1, (size_t)(reference - text), out);
            write_as_text(out, found);
            text = end + 1;
        }
    }
    if (out != NULL) {
        fputs(text, out);
        fclose(out);
    }
    json_t *result = good ? json_stringn(filled, length) : NULL;
    free(filled);
    return result;
}

static json_t *fill_string(const json_t *scope, const json_t *value, failure *why)
{
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (strlen(text) != length) {
        fail(why, "a text with a NUL is none in C");
        return NULL;
    }
    bool whole = length >= 3 && strncmp(text, "${", 2) == 0 && text[length - 1] == '}';
    if (whole && strstr(text + 2, "${") == NULL) {
        return json_incref(look_up(scope, text + 2, length - 3, why));
    }
    return replace_all(scope, text, why);
}

json_t *scope_fill(const json_t *scope, const json_t *value, failure *why)
{
    if (json_is_string(value)) {
        return fill_string(scope, value, why);
    }
    json_t *filled = NULL;
    bool good = true;
    if (json_is_array(value)) {
        size_t index;
        json_t *item;
        filled = json_array();
        json_array_foreach(value, index, item)
        {
            good = good && json_array_append_new(filled, scope_fill(scope, item, why)) == 0;
        }
    } else if (json_is_object(value)) {
        const char *name;
        json_t *item;
        filled = json_object();
        json_object_foreach((json_t *)value, name, item)
        {
            good = good && json_object_set_new(filled, name, scope_fill(scope, item, why)) == 0;
        }
    } else {
        return json_incref((json_t *)value);
    }
    if (good) {
        return filled;
    }
    json_decref(filled);
    return NULL;
}

json_t *scope_fill_text(const json_t *scope, const json_t *text, failure *why)
{
    json_t *filled = scope_fill(scope, text, why);
    if (filled == NULL || json_is_string(filled)) {
        return filled;
    }
    char *json = json_dumps(filled, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(filled);
    filled = json_string(json);
    free(json);
    return filled;
}
