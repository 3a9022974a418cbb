/* Requests that are prepared and answers that are parsed, to be sent and received by other means. */
#include <string.h>
#include <time.h>

#include "operation.h"
#include "pure.h"

static const operation *operation_argument(arguments *a, failure *why)
{
    const char *name = argument_text(a, "operation");
    const operation *operation = operation_named(name);
    if (operation == NULL || operation->id == UPDATE_ACCESS_KEY) {
        fail(why, "%s has no request and no answer", name);
        return NULL;
    }
    return operation;
}

static acs_status prepare(const operation *of, const acs_endpoint *endpoint, const operation_arguments *a,
                          const char *version, acs_prepared_request **request, acs_error **error)
{
    switch (of->id) {
    case CREATE_USER:
        return acs_prepare_create_user(endpoint, version, request, error);
    case CREATE_USER_AND_TOKEN:
        return acs_prepare_create_user_and_token(endpoint, a->scopes, a->scope_count, a->token_expires_in_s,
                                                 version, request, error);
    case GET_TOKEN:
        return acs_prepare_issue_token(endpoint, a->user, a->scopes, a->scope_count, a->token_expires_in_s,
                                       version, request, error);
    case REVOKE_TOKENS:
        return acs_prepare_revoke_tokens(endpoint, a->user, version, request, error);
    case DELETE_USER:
        return acs_prepare_delete_user(endpoint, a->user, version, request, error);
    case GET_TOKEN_FOR_TEAMS_USER:
        return acs_prepare_exchange_teams_user(endpoint, a->aad_token, a->client_id, a->user_object_id,
                                               version, request, error);
    case GET_TOKEN_FOR_TEAMS_EXTENSION_USER:
        return acs_prepare_exchange_teams_extension(endpoint, a->aad_token, version, request, error);
    case UPDATE_ACCESS_KEY:
        break;
    }
    return ACS_STATUS_INTERNAL;
}

/* Frees the request. */
static json_t *prepared_json(acs_prepared_request *request, failure *why)
{
    static const char *const authentications[] = {
        [ACS_AUTHENTICATION_CREDENTIAL] = "credential",
        [ACS_AUTHENTICATION_USER_TOKEN] = "user_token",
    };
    static const char *const repeatables[] = {
        [ACS_REPEATABLE_ALWAYS] = "always",
        [ACS_REPEATABLE_IF_NOT_PROCESSED] = "if_not_processed",
    };
    if (request == NULL) {
        return NULL;
    }
    json_t *headers = json_object();
    for (size_t index = 0; index < acs_prepared_request_header_count(request); index++) {
        acs_header header = acs_prepared_request_header(request, index);
        json_object_set_new(headers, header.name, json_string(header.value));
    }
    int32_t authentication = acs_prepared_request_authentication(request);
    int32_t repeatable = acs_prepared_request_repeatable(request);
    if (authentication < 0 || authentication > 1 || repeatable < 0 || repeatable > 1) {
        fail(why, "a request has an authentication or a repeatability that is none");
        authentication = repeatable = 0;
    }
    json_t *result =
        json_pack("{s:s, s:s, s:o, s:o?, s:s, s:s}", "method", acs_prepared_request_method(request), "url",
                  acs_prepared_request_url(request), "headers", headers, "body",
                  bytes_json(acs_prepared_request_body(request), why), "authentication",
                  authentications[authentication], "repeatable", repeatables[repeatable]);
    acs_prepared_request_free(request);
    return result;
}

bool prepare_request(arguments *a, outcome *out, failure *why)
{
    operation_arguments with;
    const operation *operation = operation_argument(a, why);
    const char *endpoint_text = argument_text(a, "endpoint");
    const char *version = argument_text(a, "api_version");
    if (operation != NULL) {
        take_operation_arguments(a, operation, &with);
    }
    if (!arguments_end(a)) {
        return false;
    }
    acs_endpoint *endpoint = NULL;
    acs_prepared_request *request = NULL;
    acs_error *error = NULL;
    acs_status status = acs_endpoint_parse(endpoint_text, &endpoint, &error);
    if (status == ACS_STATUS_OK) {
        status = prepare(operation, endpoint, &with, version, &request, &error);
    }
    acs_endpoint_free(endpoint);
    return outcome_of(out, status, error, prepared_json(request, why), why) && why->text[0] == '\0';
}

static bool parse(const operation *of, const acs_raw_response *response, outcome *out, failure *why)
{
    acs_error *error = NULL;
    acs_user *user = NULL;
    acs_token *token = NULL;
    acs_user_token *both = NULL;
    acs_status status = ACS_STATUS_INTERNAL;
    json_t *result = NULL;
    switch (of->id) {
    case CREATE_USER:
        status = acs_parse_create_user(response, &user, &error);
        result = user_json(user);
        break;
    case CREATE_USER_AND_TOKEN:
        status = acs_parse_create_user_and_token(response, &both, &error);
        result = user_token_json(both);
        break;
    case GET_TOKEN:
        status = acs_parse_issue_token(response, &token, &error);
        result = token_json(token);
        break;
    case REVOKE_TOKENS:
        status = acs_parse_revoke_tokens(response, &error);
        result = nothing_json(status);
        break;
    case DELETE_USER:
        status = acs_parse_delete_user(response, &error);
        result = nothing_json(status);
        break;
    case GET_TOKEN_FOR_TEAMS_USER:
        status = acs_parse_exchange_teams_user(response, &token, &error);
        result = token_json(token);
        break;
    case GET_TOKEN_FOR_TEAMS_EXTENSION_USER:
        status = acs_parse_exchange_teams_extension(response, &both, &error);
        result = user_token_json(both);
        break;
    case UPDATE_ACCESS_KEY:
        break;
    }
    return outcome_of(out, status, error, result, why);
}

/* The body of a recording as it came: compact JSON, or nothing. To be freed. */
static char *recorded_body(const json_t *recording)
{
    const json_t *body = json_object_get(recording, "response_body");
    return body == NULL || json_is_null(body) ? strdup("") : json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
}

bool parse_response(arguments *a, outcome *out, failure *why)
{
    const operation *operation = operation_argument(a, why);
    const char *name = argument_optional_text(a, "recording");
    json_t *recording = name != NULL ? shared_file("recordings", name, why) : NULL;
    const json_t *status = name != NULL ? json_object_get(recording, "status") : argument(a, "status");
    const json_t *headers =
        name != NULL ? json_object_get(recording, "response_headers") : argument(a, "headers");
    char *body = name != NULL ? recorded_body(recording) : strdup(argument_text(a, "body"));
    acs_raw_response response;
    acs_raw_response_init(&response, sizeof response);
    response.status = (int32_t)json_integer_value(status);
    response.headers = headers_of_object(a, headers, &response.header_count);
    response.body = (acs_bytes){(const uint8_t *)body, strlen(body)};
    response.received_at = (int64_t)time(NULL);
    if (!json_is_integer(status)) {
        fail(why, "the status is no number");
    }
    bool good = arguments_end(a) && parse(operation, &response, out, why);
    free(body);
    json_decref(recording);
    return good;
}
