#include "pure.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool parse_connection_string(arguments *a, outcome *out, failure *why)
{
    const char *text = argument_text(a, "text");
    if (!arguments_end(a)) {
        return false;
    }
    acs_connection_string *parts = NULL;
    acs_error *error = NULL;
    acs_status status = acs_connection_string_parse(text, &parts, &error);
    json_t *result = NULL;
    if (parts != NULL) {
        result = json_pack("{s:s}", "endpoint", acs_endpoint_url(acs_connection_string_endpoint(parts)));
    }
    acs_connection_string_free(parts);
    return outcome_of(out, status, error, result, why);
}

/* The names of the checks that ended so, in their order. */
static json_t *checks_with(const acs_inspection *inspection, int32_t outcome)
{
    json_t *names = json_array();
    for (size_t index = 0; index < acs_inspection_check_count(inspection); index++) {
        if (acs_inspection_outcome(inspection, index) == outcome) {
            json_array_append_new(names, text_json(acs_check_name(acs_inspection_check(inspection, index))));
        }
    }
    return names;
}

/* Frees the inspection. */
static json_t *inspection_json(acs_inspection *inspection)
{
    if (inspection == NULL) {
        return NULL;
    }
    int64_t failure = acs_inspection_first_failure(inspection);
    const char *explanation = failure >= 0 ? acs_inspection_explanation(inspection, (size_t)failure) : NULL;
    json_t *result =
        json_pack("{s:b, s:o, s:o, s:o, s:o}", "ok", acs_inspection_is_ok(inspection), "passed",
                  checks_with(inspection, ACS_OUTCOME_PASSED), "failed",
                  checks_with(inspection, ACS_OUTCOME_FAILED), "not_checked",
                  checks_with(inspection, ACS_OUTCOME_NOT_CHECKED), "explanation", text_json(explanation));
    acs_inspection_free(inspection);
    return result;
}

static bool inspect(arguments *a, outcome *out, failure *why)
{
    acs_expectations expected;
    acs_expectations_init(&expected, sizeof expected);
    const char *kind = argument_text(a, "expect");
    if (strcmp(kind, "teams_user") == 0) {
        expected.kind = ACS_EXPECT_TEAMS_USER;
    } else if (strcmp(kind, "teams_extension") == 0) {
        expected.kind = ACS_EXPECT_TEAMS_EXTENSION;
    } else {
        fail(why, "there are no expectations %s", kind);
    }
    expected.client_id = argument_optional_text(a, "client_id");
    expected.user_object_id = argument_optional_text(a, "user_object_id");
    expected.tenant_id = argument_optional_text(a, "tenant_id");
    expected.min_remaining_s = argument_optional_seconds(a, "min_remaining_s");
    const char *token = argument_text(a, "token");
    if (!arguments_end(a)) {
        return false;
    }
    acs_inspection *inspection = NULL;
    acs_error *error = NULL;
    acs_status status = acs_inspect(token, &expected, (int64_t)time(NULL), &inspection, &error);
    return outcome_of(out, status, error, inspection_json(inspection), why);
}

pure_call *pure_call_named(const char *name)
{
    static const struct {
        const char *name;
        pure_call *call;
    } calls[] = {
        {"parse_connection_string", parse_connection_string},
        {"sign_request", sign_request},
        {"prepare_request", prepare_request},
        {"parse_response", parse_response},
        {"inspect", inspect},
    };
    for (size_t index = 0; index < sizeof calls / sizeof *calls; index++) {
        if (strcmp(calls[index].name, name) == 0) {
            return calls[index].call;
        }
    }
    return NULL;
}

json_t *shared_file(const char *folder, const char *name, failure *why)
{
    char path[1024];
    json_error_t error;
    int length = snprintf(path, sizeof path, "%s/%s/%s.json", ACS_TESTS, folder, name);
    json_t *file = length > 0 && (size_t)length < sizeof path ? json_load_file(path, 0, &error) : NULL;
    if (file == NULL) {
        fail(why, "%s/%s.json cannot be read", folder, name);
    }
    return file;
}
