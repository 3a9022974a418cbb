#include "run.h"

#include <string.h>
#include <time.h>

#include "control.h"
#include "emulator.h"
#include "handler.h"
#include "pure.h"
#include "scope.h"
#include "vocabulary.h"

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool call_handler(run *run, const json_t *call, arguments *a, outcome *out)
{
    if (json_object_get(call, "timeout_ms") != NULL || json_object_get(call, "client_request_id") != NULL) {
        return fail(run->why, "a request to the handler has no options of a call");
    }
    if (run->handler == NULL) {
        bool good =
            handler_make(&run->handler, json_object_get(run->test, "handler"), run->scope, out, run->why);
        if (!good || out->error != NULL) {
            return good;
        }
        outcome_free(out);
    }
    if (!handler_call(run->handler, a, out, run->why)) {
        return false;
    }
    if (out->result != NULL) {
        json_t *token = json_object_get(json_object_get(out->result, "json"), "token");
        if (!answer_keeps_secrets(run, out->result)) {
            return false;
        }
        if (json_is_string(token)) {
            json_array_append(run->secrets, token);
        }
    }
    return true;
}

static bool call_service(run *run, const json_t *call, const operation *operation, arguments *a, outcome *out)
{
    operation_arguments with;
    take_operation_arguments(a, operation, &with);
    if (!arguments_end(a)) {
        return false;
    }
    if (run->client.client == NULL) {
        bool good =
            client_make(&run->client, json_object_get(run->test, "client"), run->scope, out, run->why);
        if (!good || out->error != NULL) {
            return good;
        }
        outcome_free(out);
    }
    if (!client_call(&run->client, operation, &with, call, run->scope, out, run->why)) {
        return false;
    }
    json_t *token = json_object_get(out->result, "token");
    if (json_is_string(token)) {
        json_array_append(run->secrets, token);
    }
    return true;
}

/* Makes a call. False if the case is wrong; the library's own error is in `out`. */
static bool make(run *run, const json_t *call, outcome *out)
{
    const char *name = text_of(call, "operation");
    const operation *operation = operation_named(name);
    pure_call *pure = pure_call_named(name);
    arguments a;
    bool good = arguments_open(&a, run->scope, json_object_get(call, "arguments"), run->why);
    if (good && operation != NULL) {
        good = call_service(run, call, operation, &a, out);
    } else if (good && pure != NULL) {
        good = pure(&a, out, run->why);
    } else if (good && strcmp(name, "handle") == 0) {
        good = call_handler(run, call, &a, out);
    } else if (good) {
        good = fail(run->why, "there is no operation %s", name);
    }
    arguments_close(&a);
    return good;
}

static bool call_before(run *run, const json_t *call)
{
    outcome out = {NULL, NULL};
    bool good = make(run, call, &out);
    if (good && out.error != NULL) {
        good = fail(run->why, "before: %s", acs_error_message(out.error));
    } else if (good && json_integer_value(json_object_get(out.result, "status")) >= 400) {
        good = fail_with(run->why, "before: ", out.result);
    } else if (good && text_of(call, "as") != NULL) {
        good = scope_name(run->scope, text_of(call, "as"), out.result, run->why);
    }
    outcome_free(&out);
    return good;
}

static bool mint(run *run, const json_t *wanted)
{
    const char *name = text_of(wanted, "as");
    json_t *members = json_copy((json_t *)wanted);
    json_object_del(members, "as");
    json_t *filled = scope_fill(run->scope, members, run->why);
    json_decref(members);
    json_t *token = filled != NULL ? control_mint(filled, run->why) : NULL;
    json_decref(filled);
    bool good = token != NULL && scope_name(run->scope, name, token, run->why);
    json_array_append(run->secrets, token);
    json_decref(token);
    return good;
}

static bool tell_emulator(run *run, const char *method, const char *path, const json_t *body)
{
    json_t *filled = scope_fill(run->scope, body, run->why);
    json_t *answer = filled != NULL ? control_send(method, path, filled, run->why) : NULL;
    json_decref(filled);
    json_decref(answer);
    return answer != NULL;
}

static bool act(run *run, const json_t *action)
{
    void *only = json_object_iter((json_t *)action);
    const char *name = json_object_iter_key(only);
    const json_t *what = json_object_iter_value(only);
    if (strcmp(name, "mint") == 0) {
        return mint(run, what);
    }
    if (strcmp(name, "call") == 0) {
        return call_before(run, what);
    }
    if (strcmp(name, "faults") == 0) {
        return tell_emulator(run, "POST", "/faults", what);
    }
    if (strcmp(name, "clock") == 0) {
        return tell_emulator(run, "POST", "/clock", what);
    }
    if (strcmp(name, "access_keys") == 0) {
        return tell_emulator(run, "POST", "/access-keys", what);
    }
    return strcmp(name, "behaviour") == 0 ? tell_emulator(run, "PUT", "/behaviour", what)
                                          : fail(run->why, "nothing is done for %s", name);
}

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool run_from_reset(run *run)
{
    json_t *reset = control_send("POST", "/reset", NULL, run->why);
    bool good = reset != NULL && scope_name(run->scope, "emulator", (json_t *)emulator_info(), run->why);
    json_decref(reset);
    json_array_append_new(run->secrets, json_string(emulator_access_key()));
    size_t index;
    json_t *action;
    json_array_foreach(json_object_get(run->test, "before"), index, action)
    {
        good = good && act(run, action);
    }
    json_t *forgotten = good ? control_send("DELETE", "/requests", NULL, run->why) : NULL;
    json_decref(forgotten);
    if (forgotten == NULL) {
        return false;
    }
    outcome out = {NULL, NULL};
    int64_t started = nanoseconds();
    good = make(run, json_object_get(run->test, "call"), &out);
    good = good && judge(run, &out, nanoseconds() - started);
    outcome_free(&out);
    return good;
}

bool run_case(const json_t *test, failure *why)
{
    if (!is_case(test, why)) {
        return false;
    }
    run run = {.test = test, .scope = json_object(), .secrets = json_array(), .why = why};
    bool good = run_from_reset(&run);
    client_free(&run.client);
    acs_handler_free(run.handler);
    json_decref(run.scope);
    json_decref(run.secrets);
    return good;
}
