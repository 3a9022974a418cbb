#include "testee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

static const json_t *request, *arguments;
static acs_error *refusal; /* the library's error */
static json_t *heard;      /* the response of the last call; NULL if it got none */

const char *text(const char *name)
{
    return json_string_value(json_object_get(arguments, name));
}

int64_t number(const json_t *object, const char *name)
{
    const json_t *given = json_object_get(object, name);
    return given != NULL ? json_integer_value(given) : ACS_DEFAULT;
}

int64_t argument(const char *name)
{
    return number(arguments, name);
}

const char *const *texts(const char *name, size_t *count)
{
    static const char *list[64];
    const json_t *values = json_object_get(arguments, name);
    *count = json_array_size(values);
    CHECK(*count <= sizeof list / sizeof *list);
    for (size_t index = 0; index < *count; index++) {
        list[index] = json_string_value(json_array_get(values, index));
    }
    return list;
}

const acs_header *headers(size_t *count)
{
    static acs_header list[64];
    *count = header_list(arguments, list, sizeof list / sizeof *list);
    return list;
}

size_t header_list(const json_t *object, acs_header *list, size_t room)
{
    const json_t *pairs = json_object_get(object, "headers");
    size_t count = json_array_size(pairs);
    CHECK(count <= room);
    for (size_t index = 0; index < count; index++) {
        const json_t *pair = json_array_get(pairs, index);
        list[index].name = json_string_value(json_array_get(pair, 0));
        list[index].value = json_string_value(json_array_get(pair, 1));
    }
    return count;
}

json_t *outcome(acs_status status, acs_error *error, json_t *result)
{
    CHECK(acs_error_kind(error) == status && (status == ACS_STATUS_OK) == (result != NULL));
    refusal = error;
    return result;
}

/* The result; NULL if the library returned an error. */
static json_t *called(void)
{
    const char *operation = json_string_value(json_object_get(request, "operation"));
    const json_t *options = json_object_get(request, "client");
    const char *toml = json_string_value(json_object_get(request, "handler"));
    const json_t *feeding = json_object_get(request, "user_credential");
    if ((options != NULL && !make_client(options)) ||
        (toml != NULL && !make_handler(toml, json_object_get(request, "settings"))) ||
        (feeding != NULL && !make_user_credential(feeding))) {
        return NULL;
    }
    if (is(operation, "user_credential_close")) {
        acs_user_credential_close(made.user_credential);
        return json_object();
    }
    json_t *result = call_without_io(operation, arguments);
    if (result != NULL || refusal != NULL) {
        return result;
    }
    acs_error *error = NULL;
    if (is(operation, "update_access_key")) {
        /* Replacing a key sends nothing, so there is no submission. */
        acs_status status = acs_client_update_access_key(made.client, text("access_key"),
                                                         text("secondary_access_key"), &error);
        return outcome(status, error, status == ACS_STATUS_OK ? json_object() : NULL);
    }
    acs_call_options_init(&made.call_options, sizeof made.call_options);
    made.call_options.timeout_ms = number(request, "timeout_ms");
    made.call_options.client_request_id = json_string_value(json_object_get(request, "client_request_id"));
    acs_header of_call[8];
    made.call_options.header_count = header_list(request, of_call, sizeof of_call / sizeof *of_call);
    made.call_options.headers = of_call;
    made.call_options.user_agent = json_string_value(json_object_get(request, "user_agent"));
    made.call_options.max_attempts = number(request, "max_attempts");
    made.call_options.attempt_timeout_ms = number(request, "attempt_timeout_ms");
    given given = {0};
    ask_for_response(&made.call_options, &given);
    acs_status status = make_call(call_service, operation, &given, &error);
    heard = call_response_json(given.call_response);
    acs_call_response_free(given.owned);
    acs_completion_free(given.completion);
    bool gives_nothing = is(operation, "revoke_tokens") || is(operation, "delete_user") ||
                         is(operation, "delete_teams_extension_assignment");
    result = gives_nothing && status == ACS_STATUS_OK ? json_object()
             : given.user != NULL                      ? user_json(given.user)
             : given.token != NULL                     ? token_json(given.token)
             : given.both != NULL                      ? both_json(given.both)
             : given.detail != NULL                    ? detail_json(given.detail)
             : given.assignment != NULL                ? assignment_json(given.assignment)
             : given.response != NULL                  ? response_json(given.response)
                                                       : NULL;
    return outcome(status, error, result);
}

/* Frees the error. Its message is the only form in which it is printed. */
static json_t *error_answer(void)
{
    acs_error *error = refusal;
    int32_t status = acs_error_http_status(error);
    int64_t wait = acs_error_retry_after_ms(error);
    json_t *answer = json_pack(
        "{s:{s:s, s:i, s:o, s:s?, s:s?, s:s?, s:o, s:s?, s:s?}, s:{s:[s], s:[]}}", "error", "kind",
        acs_status_name(acs_error_kind(error)), "value", (int)acs_error_kind(error), "status",
        status != 0 ? json_integer(status) : json_null(), "code", acs_error_code(error), "target",
        acs_error_target(error), "reason", acs_error_reason(error), "retry_after_ms",
        wait >= 0 ? json_integer(wait) : json_null(), "client_request_id", acs_error_client_request_id(error),
        "ms_cv", acs_error_ms_cv(error), "printed", "outcome", acs_error_message(error), "made");
    acs_error_free(error);
    refusal = NULL;
    return answer;
}

static json_t *answered(void)
{
    arguments = json_object_get(request, "arguments");
    if (json_object_get(request, "case") != NULL) {
        forget(true);
    }
    json_t *result = called();
    json_t *answer = result == NULL ? error_answer()
                                    : json_pack("{s:o, s:{s:[], s:[]}}", "result", result, "printed",
                                                "outcome", "made");
    if (heard != NULL) {
        json_object_set_new(answer, "response", heard);
        heard = NULL;
    }
    tell_what_is_made(answer);
    return answer;
}

int main(int count, char **words)
{
    if (count != 2 || !waiting_begin(words[1])) {
        fprintf(stderr, "usage: %s blocking|callback|queue\n", words[0]);
        return 64;
    }
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        json_t *read = json_loads(line, 0, NULL);
        CHECK(read != NULL);
        request = read;
        json_t *answer = answered();
        CHECK(answer != NULL && json_dumpf(answer, stdout, JSON_COMPACT) == 0);
        putchar('\n');
        fflush(stdout);
        json_decref(answer);
        json_decref(read);
    }
    free(line);
    forget(false);
    CHECK(waiting_end());
    return check_done();
}
