#include "matcher.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scope.h"

typedef struct comparison {
    const json_t *scope;
    int64_t now;
    failure *why;
} comparison;

/* What came of a word: what it was given is not what it takes, it holds, or it does not. */
typedef enum verdict { NO_ARGUMENT_OF_THE_WORD, HOLDS, DOES_NOT_HOLD } verdict;

static verdict holds_if(bool holds)
{
    return holds ? HOLDS : DOES_NOT_HOLD;
}

static const char *text_of(const json_t *value)
{
    return json_is_string(value) ? json_string_value(value) : "";
}

static bool are_texts(const json_t *values)
{
    size_t index;
    json_t *value;
    json_array_foreach(values, index, value)
    {
        if (!json_is_string(value)) {
            return false;
        }
    }
    return json_is_array(values);
}

/* How many of the texts stand in the value. */
static size_t count_in(const json_t *value, const json_t *parts)
{
    size_t index, count = 0;
    json_t *part;
    json_array_foreach(parts, index, part)
    {
        if (strstr(text_of(value), json_string_value(part)) != NULL) {
            count++;
        }
    }
    return count;
}

static verdict present(const json_t *value, const json_t *wanted)
{
    if (!json_is_boolean(wanted)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    bool empty = json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0);
    return holds_if(json_is_true(wanted) != empty);
}

static verdict prefix(const json_t *value, const json_t *wanted)
{
    if (!json_is_string(wanted)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    return holds_if(strncmp(text_of(value), json_string_value(wanted), json_string_length(wanted)) == 0);
}

static verdict contains(const json_t *value, const json_t *parts)
{
    if (!are_texts(parts)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    size_t count = json_array_size(parts);
    return holds_if(count > 0 && count_in(value, parts) == count);
}

static verdict lacks(const json_t *value, const json_t *parts)
{
    if (!are_texts(parts)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    return holds_if(json_is_string(value) && count_in(value, parts) == 0);
}

static verdict ignoring_case(const json_t *value, const json_t *wanted)
{
    if (!json_is_string(wanted)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    return holds_if(strcasecmp(text_of(value), json_string_value(wanted)) == 0);
}

/* Whether a number is in a range that starts at `origin`. */
static verdict in_range(const json_t *value, const json_t *range, int64_t origin)
{
    const json_t *from = json_array_get(range, 0), *to = json_array_get(range, 1);
    if (json_array_size(range) != 2 || !json_is_integer(from) || !json_is_integer(to)) {
        return NO_ARGUMENT_OF_THE_WORD;
    }
    int64_t number = json_integer_value(value);
    return holds_if(json_is_integer(value) && origin + json_integer_value(from) <= number &&
                    number <= origin + json_integer_value(to));
}

static verdict is_json(const json_t *value, const json_t *wanted)
{
    json_t *found = json_loads(text_of(value), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    verdict result = holds_if(found != NULL && json_equal(found, (json_t *)wanted));
    json_decref(found);
    return result;
}

static bool matches(const json_t *value, const json_t *matcher, const comparison *by);

/* Compares members; one that the object does not have is null. */
static bool check_members(const json_t *found, const json_t *expected, const comparison *by)
{
    const char *name;
    json_t *matcher;
    json_object_foreach((json_t *)expected, name, matcher)
    {
        json_t *filled = scope_fill(by->scope, matcher, by->why);
        const json_t *value = json_object_get(found, name);
        bool same = filled != NULL && matches(value != NULL ? value : json_null(), filled, by);
        json_decref(filled);
        if (!same) {
            return fail_at(by->why, "%s: ", name);
        }
    }
    return true;
}

static bool differs(const json_t *value, const char *how, const json_t *matcher, failure *why)
{
    char *found = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    char *wanted = json_dumps(matcher, JSON_COMPACT | JSON_ENCODE_ANY);
    fail(why, "is %s, %s %s", found, how, wanted);
    free(found);
    free(wanted);
    return false;
}

static bool matches(const json_t *value, const json_t *matcher, const comparison *by)
{
    if (!json_is_object(matcher)) {
        return json_equal((json_t *)value, (json_t *)matcher) || differs(value, "not", matcher, by->why);
    }
    if (json_object_size(matcher) != 1) {
        return fail_with(by->why, "a matcher has one word: ", matcher);
    }
    void *only = json_object_iter((json_t *)matcher);
    const char *word = json_object_iter_key(only);
    const json_t *argument = json_object_iter_value(only);
    if (strcmp(word, "has") == 0 && json_is_object(argument)) {
        return check_members(value, argument, by);
    }
    verdict result = NO_ARGUMENT_OF_THE_WORD;
    if (strcmp(word, "present") == 0) {
        result = present(value, argument);
    } else if (strcmp(word, "prefix") == 0) {
        result = prefix(value, argument);
    } else if (strcmp(word, "contains") == 0) {
        result = contains(value, argument);
    } else if (strcmp(word, "lacks") == 0) {
        result = lacks(value, argument);
    } else if (strcmp(word, "ignoring_case") == 0) {
        result = ignoring_case(value, argument);
    } else if (strcmp(word, "between") == 0) {
        result = in_range(value, argument, 0);
    } else if (strcmp(word, "seconds_from_now") == 0) {
        result = in_range(value, argument, by->now);
    } else if (strcmp(word, "json") == 0) {
        result = is_json(value, argument);
    } else if (strcmp(word, "has") != 0) {
        return fail_with(by->why, "there is no such word: ", matcher);
    }
    if (result == NO_ARGUMENT_OF_THE_WORD) {
        return fail_with(by->why, "this word takes no such value: ", matcher);
    }
    return result == HOLDS || differs(value, "which is not", matcher, by->why);
}

bool check(const json_t *found, const json_t *expected, const json_t *scope, int64_t now, failure *why)
{
    const char *name;
    json_t *matcher;
    json_object_foreach((json_t *)expected, name, matcher)
    {
        if (json_object_get(found, name) == NULL) {
            return fail(why, "there is no member %s to compare", name);
        }
    }
    return check_members(found, expected, &(comparison){.scope = scope, .now = now, .why = why});
}
