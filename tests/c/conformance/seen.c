#include "seen.h"

#include "control.h"
#include "matcher.h"
#include "scope.h"

/* The status that each attempt was answered with. */
static bool judge_statuses(const json_t *attempts, const json_t *expected, failure *why)
{
    json_t *found = json_array();
    size_t index;
    json_t *attempt;
    json_array_foreach(attempts, index, attempt)
    {
        json_array_append(found, json_object_get(attempt, "status"));
    }
    bool same = expected == NULL || json_equal(found, expected);
    if (!same) {
        fail_with(why, "the attempts were answered ", found);
    }
    json_decref(found);
    return same;
}

/* What holds for each attempt, and for the first, the second, … */
static bool judge_attempts(const json_t *attempts, const json_t *seen, const json_t *scope, int64_t now,
                           failure *why)
{
    const json_t *each = json_object_get(seen, "each"), *in_order = json_object_get(seen, "in_order");
    size_t count = json_array_size(attempts), wanted = json_array_size(in_order);
    bool compares = json_object_size(each) + json_array_size(json_object_get(seen, "same_headers")) +
                        json_array_size(json_object_get(seen, "different_headers")) >
                    0;
    if ((count == 0 && compares) || (wanted != 0 && wanted != count)) {
        return fail(why, "there were %zu attempts to compare", count);
    }
    size_t index;
    json_t *attempt;
    json_array_foreach(attempts, index, attempt)
    {
        if (!check(attempt, each, scope, now, why) ||
            !check(attempt, json_array_get(in_order, index), scope, now, why)) {
            return fail_at(why, "attempt %zu: ", index + 1);
        }
    }
    return true;
}

/* Headers that every attempt has, with so many values in all. */
static bool judge_headers(const json_t *attempts, const json_t *names, size_t wanted, failure *why)
{
    size_t at, index;
    json_t *name, *attempt;
    json_array_foreach(names, at, name)
    {
        json_t *values = json_object();
        bool missing = false;
        json_array_foreach(attempts, index, attempt)
        {
            const json_t *headers = json_object_get(attempt, "headers");
            const char *value = json_string_value(json_object_get(headers, json_string_value(name)));
            missing = missing || value == NULL;
            json_object_set_new(values, value != NULL ? value : "", json_true());
        }
        size_t count = json_object_size(values);
        json_decref(values);
        if (missing) {
            return fail(why, "an attempt has no %s", json_string_value(name));
        }
        if (count != wanted) {
            return fail(why, "%s had %zu values in %zu attempts", json_string_value(name), count,
                        json_array_size(attempts));
        }
    }
    return true;
}

static bool judge_identities(const json_t *expected, failure *why)
{
    if (expected == NULL) {
        return true;
    }
    json_t *answer = control_send("GET", "/identities", NULL, why);
    const json_t *identities = json_object_get(answer, "identities");
    size_t count = json_array_size(identities);
    bool listed = json_is_array(identities);
    json_decref(answer);
    if (!listed) {
        return fail(why, "the control API gave no list of identities");
    }
    return (json_int_t)count == json_integer_value(expected) || fail(why, "there are %zu identities", count);
}

/* What became of tokens of the service. */
static bool judge_token(const json_t *expected, const json_t *scope, failure *why)
{
    json_t *token = scope_fill_text(scope, json_object_get(expected, "token"), why);
    json_t *body = json_pack("{s:o?}", "token", token);
    json_t *found = token != NULL ? control_send("POST", "/introspect", body, why) : NULL;
    const json_t *reason = json_object_get(found, "reason"), *wanted = json_object_get(expected, "reason");
    bool same = json_equal(json_object_get(found, "active"), json_object_get(expected, "active")) &&
                json_equal(reason != NULL ? reason : json_null(), wanted != NULL ? wanted : json_null());
    json_decref(body);
    if (!same) {
        fail_with(why, "a token is ", found);
    }
    json_decref(found);
    return same;
}

bool judge_seen(const json_t *seen, const json_t *scope, int64_t now, failure *why)
{
    json_t *attempts = control_attempts(why);
    bool good =
        attempts != NULL && judge_statuses(attempts, json_object_get(seen, "attempts"), why) &&
        judge_attempts(attempts, seen, scope, now, why) &&
        judge_headers(attempts, json_object_get(seen, "same_headers"), 1, why) &&
        judge_headers(attempts, json_object_get(seen, "different_headers"), json_array_size(attempts), why) &&
        judge_identities(json_object_get(seen, "identities"), why);
    json_decref(attempts);
    size_t index;
    json_t *token;
    json_array_foreach(json_object_get(seen, "tokens"), index, token)
    {
        good = good && judge_token(token, scope, why);
    }
    return good;
}
