#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "matcher.h"
#include "run.h"
#include "scope.h"
#include "seen.h"

/* Whether a text holds none of the secrets, nor what the case says is never shown. */
static bool keeps_secrets(const run *run, const char *text, const char *what)
{
    const json_t *never_shown = json_object_get(json_object_get(run->test, "expect"), "never_shown");
    size_t index;
    json_t *each;
    bool shown = false;
    json_array_foreach(run->secrets, index, each)
    {
        shown = shown || strstr(text, json_string_value(each)) != NULL;
    }
    json_array_foreach(never_shown, index, each)
    {
        json_t *filled = scope_fill_text(run->scope, each, run->why);
        if (filled == NULL) {
            return false;
        }
        shown = shown || strstr(text, json_string_value(filled)) != NULL;
        json_decref(filled);
    }
    return !shown || fail(run->why, "%s shows a secret", what);
}

/* Each text in a value, and the value as JSON. */
static bool value_keeps_secrets(const run *run, const json_t *value, const char *what)
{
    const char *name;
    json_t *member;
    if (json_is_string(value)) {
        return keeps_secrets(run, json_string_value(value), what);
    }
    json_object_foreach((json_t *)value, name, member)
    {
        if (!keeps_secrets(run, name, what) || !value_keeps_secrets(run, member, name)) {
            return false;
        }
    }
    char *json = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    bool good = json != NULL && keeps_secrets(run, json, what);
    free(json);
    return good;
}

bool answer_keeps_secrets(const run *run, const json_t *answer)
{
    bool refuses = json_integer_value(json_object_get(answer, "status")) >= 400;
    return !refuses || value_keeps_secrets(run, answer, "the answer");
}

static bool error_keeps_secrets(const run *run, const acs_error *error, const json_t *fields)
{
    return keeps_secrets(run, acs_error_message(error), "the error's message") &&
           value_keeps_secrets(run, fields, "the error");
}

/* The number that every host has for a kind of error; -1 if there is none of this name. */
static int kind_number(const char *kind)
{
    int number = -1;
    char line[512], name[128];
    int value;
    FILE *file = fopen(ACS_TESTS "/surface/errors.txt", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%127[A-Za-z] = %d", name, &value) == 2 && strcmp(name, kind) == 0) {
            number = value;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return number;
}

static bool judge_error(const run *run, const acs_error *error, const json_t *expected, int64_t now)
{
    const char *kind = json_string_value(json_object_get(expected, "kind"));
    int number = kind_number(kind);
    if (number < 0) {
        return fail(run->why, "there is no kind %s", kind);
    }
    json_t *found = error_json(error);
    bool good = error_keeps_secrets(run, error, found);
    if (good && ((int)acs_error_kind(error) != number || strcmp(acs_status_name(number), kind) != 0)) {
        good =
            fail(run->why, "it failed otherwise than as %s (%d): %s", kind, number, acs_error_message(error));
    }
    good = good && check(found, expected, run->scope, now, run->why);
    json_decref(found);
    return good;
}

static bool judge_outcome(const run *run, const outcome *outcome, const json_t *expect, int64_t now)
{
    const json_t *ok = json_object_get(expect, "ok"), *error = json_object_get(expect, "error");
    if ((ok == NULL) == (error == NULL)) {
        return fail(run->why, "a case expects either ok or an error");
    }
    if (outcome->error == NULL) {
        return ok != NULL
                   ? check(outcome->result, ok, run->scope, now, run->why)
                   : fail_with(run->why, "it succeeded and not failed as ", json_object_get(error, "kind"));
    }
    return error != NULL ? judge_error(run, outcome->error, error, now)
                         : fail(run->why, "it failed: %s", acs_error_message(outcome->error));
}

static bool judge_took(const json_t *bounds, int64_t took_ns, failure *why)
{
    const json_t *at_most = json_object_get(bounds, "at_most");
    json_int_t at_least = json_integer_value(json_object_get(bounds, "at_least"));
    bool late = at_most != NULL && took_ns > json_integer_value(at_most) * 1000000;
    return (!late && took_ns >= at_least * 1000000) || fail(why, "it took %.3f ms", (double)took_ns / 1e6);
}

/* What the client says of itself afterwards. */
static bool judge_client(const run *run, const json_t *expected, int64_t now)
{
    if (json_object_size(expected) == 0) {
        return true;
    }
    if (run->client.client == NULL) {
        return fail(run->why, "there is no client");
    }
    json_t *says =
        json_pack("{s:s, s:I}", "endpoint", acs_client_endpoint(run->client.client), "clock_skew_seconds",
                  (json_int_t)acs_client_clock_skew_seconds(run->client.client));
    bool good = check(says, expected, run->scope, now, run->why) || fail_at(run->why, "the client: ");
    json_decref(says);
    return good;
}

/* What the token credential was asked. */
static bool judge_credential(const run *run, const json_t *expected)
{
    if (expected == NULL) {
        return true;
    }
    if (run->client.credential == NULL) {
        return fail(run->why, "there is no token credential");
    }
    json_t *asked = credential_asked(run->client.credential);
    json_t *none = json_array();
    const json_t *scopes = json_object_get(expected, "scopes");
    size_t index;
    json_t *each;
    bool same = (json_int_t)json_array_size(asked) == json_integer_value(json_object_get(expected, "calls"));
    json_array_foreach(asked, index, each)
    {
        same = same && json_equal(each, scopes != NULL ? scopes : none);
    }
    if (!same) {
        fail_with(run->why, "the credential was asked ", asked);
    }
    json_decref(asked);
    json_decref(none);
    return same;
}

bool judge(const run *run, const outcome *outcome, int64_t took_ns)
{
    const json_t *expect = json_object_get(run->test, "expect");
    const json_t *seen = json_object_get(run->test, "emulator");
    int64_t now;
    return control_now(&now, run->why) && judge_outcome(run, outcome, expect, now) &&
           judge_took(json_object_get(expect, "took_ms"), took_ns, run->why) &&
           judge_client(run, json_object_get(expect, "client"), now) &&
           judge_credential(run, json_object_get(expect, "credential")) &&
           (seen == NULL || judge_seen(seen, run->scope, now, run->why) ||
            fail_at(run->why, "the emulator: "));
}
