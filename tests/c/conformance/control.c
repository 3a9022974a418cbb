#include "control.h"

#include <stdio.h>
#include <stdlib.h>

#include "emulator.h"
#include "http.h"

json_t *control_send(const char *method, const char *path, const json_t *body, failure *why)
{
    char url[2048];
    int length = snprintf(url, sizeof url, "%s/_emulator%s", emulator_text("http_url"), path);
    if (length < 0 || (size_t)length >= sizeof url) {
        fail(why, "the control API: too long a path");
        return NULL;
    }
    char *sent = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    char *answer = NULL;
    long status = http_request(method, url, sent, &answer);
    free(sent);
    json_t *result = NULL;
    if (status < 200 || status > 299) {
        fail(why, "the control API answered %ld: %s", status, answer);
    } else {
        result = json_loads(answer, JSON_DECODE_ANY, NULL);
        result = result != NULL ? result : json_null();
    }
    free(answer);
    return result;
}

/* A value in a query: a text as it is, a number as JSON. */
static char *escaped(const json_t *value)
{
    if (json_is_string(value)) {
        return http_escape(json_string_value(value));
    }
    char *json = json_dumps(value, JSON_ENCODE_ANY);
    char *text = json != NULL ? http_escape(json) : NULL;
    free(json);
    return text;
}

json_t *control_mint(const json_t *members, failure *why)
{
    char *path = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&path, &length);
    if (out == NULL) {
        fail(why, "no memory for a query");
        return NULL;
    }
    const char *name;
    json_t *value;
    char separator = '?';
    fputs("/mint", out);
    json_object_foreach((json_t *)members, name, value)
    {
        char *text = escaped(value);
        fprintf(out, "%c%s=%s", separator, name, text != NULL ? text : "");
        separator = '&';
        free(text);
    }
    fclose(out);
    json_t *answer = control_send("GET", path, NULL, why);
    free(path);
    json_t *token = json_incref(json_object_get(answer, "token"));
    json_decref(answer);
    if (json_is_string(token)) {
        return token;
    }
    json_decref(token);
    fail(why, "the control API gave no token");
    return NULL;
}

/* A record of the emulator as cases compare it. */
static bool by_name(json_t *record, failure *why)
{
    json_t *listed = json_object_get(record, "headers"), *made = json_object_get(record, "checks");
    if (!json_is_array(listed) || !json_is_array(made)) {
        return fail(why, "a record has no headers or no checks");
    }
    json_t *headers = json_object(), *checks = json_object(), *each;
    size_t index;
    bool good = true;
    json_array_foreach(listed, index, each)
    {
        const char *name = json_string_value(json_array_get(each, 0));
        good = good && json_object_set(headers, name, json_array_get(each, 1)) == 0;
    }
    json_array_foreach(made, index, each)
    {
        const char *name = json_string_value(json_object_get(each, "name"));
        /* One that failed once has failed. */
        bool failed = json_is_false(json_object_get(checks, name != NULL ? name : ""));
        bool ok = !failed && json_is_true(json_object_get(each, "ok"));
        good = good && json_object_set_new(checks, name, json_boolean(ok)) == 0;
    }
    json_object_set_new(record, "headers", headers);
    json_object_set_new(record, "checks", checks);
    return good || fail(why, "a record has a header or a check without a name");
}

json_t *control_attempts(failure *why)
{
    json_t *answer = control_send("GET", "/requests?operation=acs", NULL, why);
    json_t *attempts = json_incref(json_object_get(answer, "requests"));
    json_decref(answer);
    size_t index;
    json_t *record;
    bool good = json_is_array(attempts) || fail(why, "the control API gave no list of requests");
    json_array_foreach(attempts, index, record)
    {
        good = good && by_name(record, why);
    }
    if (good) {
        return attempts;
    }
    json_decref(attempts);
    return NULL;
}

bool control_now(int64_t *now, failure *why)
{
    json_t *answer = control_send("GET", "/clock", NULL, why);
    const json_t *unix_seconds = json_object_get(answer, "unix");
    bool good = json_is_integer(unix_seconds) || fail(why, "the emulator's clock shows no time");
    *now = json_integer_value(unix_seconds);
    json_decref(answer);
    return good;
}
