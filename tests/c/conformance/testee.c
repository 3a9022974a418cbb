#include "testee.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const json_t *request, *arguments;
static acs_client *client;
static acs_handler *handler;
static acs_call_options call_options;
static acs_error *refusal; /* the library's error */
static json_t *heard;      /* the response of the last call; NULL if it got none */
static json_t *asked;      /* what the client's token credential was asked for */
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;

const char *text(const char *name)
{
    return json_string_value(json_object_get(arguments, name));
}

int64_t number(const json_t *object, const char *name)
{
    const json_t *given = json_object_get(object, name);
    return given != NULL ? json_integer_value(given) : ACS_DEFAULT;
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

json_t *user_json(acs_user *user)
{
    json_t *result = user != NULL ? json_pack("{s:s}", "id", acs_user_id(user)) : NULL;
    acs_user_free(user);
    return result;
}

json_t *token_json(acs_token *token)
{
    json_t *result = token == NULL ? NULL
                                   : json_pack("{s:s, s:I}", "token", acs_token_text(token), "expires_on",
                                               (json_int_t)acs_token_expires_on(token));
    acs_token_free(token);
    return result;
}

json_t *both_json(acs_user_token *both)
{
    json_t *result =
        both == NULL ? NULL
                     : json_pack("{s:s, s:s, s:I}", "id", acs_user_token_user_id(both), "token",
                                 acs_user_token_text(both), "expires_on",
                                 (json_int_t)acs_user_token_expires_on(both));
    acs_user_token_free(both);
    return result;
}

json_t *detail_json(acs_user_detail *detail)
{
    int64_t issued = acs_user_detail_last_token_issued_at(detail);
    json_t *result = detail == NULL ? NULL
                                    : json_pack("{s:s, s:s?, s:o}", "id", acs_user_detail_user_id(detail),
                                                "custom_id", acs_user_detail_custom_id(detail),
                                                "last_token_issued_at",
                                                issued != 0 ? json_integer(issued) : json_null());
    acs_user_detail_free(detail);
    return result;
}

json_t *assignment_json(acs_teams_extension_assignment *assignment)
{
    json_t *ids = json_array();
    size_t count = acs_teams_extension_assignment_client_id_count(assignment);
    for (size_t index = 0; index < count; index++) {
        json_array_append_new(ids, json_string(acs_teams_extension_assignment_client_id(assignment, index)));
    }
    CHECK(acs_teams_extension_assignment_client_id(assignment, count) == NULL);
    if (assignment == NULL) {
        json_decref(ids);
        return NULL;
    }
    json_t *result = json_pack(
        "{s:s, s:s, s:s, s:o}", "tenant_id", acs_teams_extension_assignment_tenant_id(assignment), "object_id",
        acs_teams_extension_assignment_object_id(assignment), "principal_type",
        acs_teams_extension_assignment_principal_type(assignment), "client_ids", ids);
    acs_teams_extension_assignment_free(assignment);
    return result;
}

json_t *pair(const char *name, const char *value)
{
    return json_pack("[s, s?]", name, value);
}

json_t *bytes_json(acs_bytes bytes)
{
    json_t *given = json_stringn(bytes.len > 0 ? (const char *)bytes.data : "", bytes.len);
    CHECK(given != NULL);
    return given;
}

/* Shared by the client and the library, whose threads ask and release. */
typedef struct credential {
    char *token;
    int64_t expires_in_s;
    json_t *asked;
} credential;

static void get_token(void *user_data, acs_token_request *wanted)
{
    credential *credential = user_data;
    json_t *scopes = json_array();
    for (size_t index = 0; index < acs_token_request_scope_count(wanted); index++) {
        json_array_append_new(scopes, json_string(acs_token_request_scope(wanted, index)));
    }
    pthread_mutex_lock(&asking);
    json_array_append_new(credential->asked, scopes);
    pthread_mutex_unlock(&asking);
    acs_error *error = NULL;
    int64_t expires_on = (int64_t)time(NULL) + credential->expires_in_s;
    CHECK_OK(acs_token_request_complete(wanted, credential->token, expires_on, &error), error);
}

static void release(void *user_data)
{
    credential *credential = user_data;
    pthread_mutex_lock(&asking);
    json_decref(credential->asked);
    pthread_mutex_unlock(&asking);
    free(credential->token);
    free(credential);
}

static acs_token_credential credential_of(const json_t *given)
{
    credential *made = calloc(1, sizeof *made);
    acs_token_credential lent;
    acs_token_credential_init(&lent, sizeof lent);
    CHECK(made != NULL);
    made->token = strdup(json_string_value(json_object_get(given, "token")));
    made->expires_in_s = json_integer_value(json_object_get(given, "expires_in_s"));
    made->asked = json_incref(asked);
    lent.get_token = get_token;
    lent.release = release;
    lent.user_data = made;
    return lent;
}

static int32_t token_check_of(const char *name)
{
    return name == NULL                 ? ACS_DEFAULT
           : strcmp(name, "off") == 0  ? ACS_TOKEN_CHECK_OFF
           : strcmp(name, "warn") == 0 ? ACS_TOKEN_CHECK_WARN
                                        : ACS_TOKEN_CHECK_ENFORCE;
}

static bool make_client(const json_t *given)
{
    acs_client_options options;
    acs_token_credential credential;
    acs_error *error = NULL;
    const char *token_check = NULL;
    const json_t *with = NULL, *pairs = NULL, *insecure = json_object_get(given, "allow_insecure_endpoint");
    acs_client_options_init(&options, sizeof options);
    /* What is left out stays as it was initialised; what is not known here fails. */
    int unpacked = json_unpack((json_t *)given, "{s?s, s?s, s?o, s?s, s?s, s?o, s?s, s?s, s?s, s?s, s?I, s?i, s?s, s?o!}",
                               "connection_string", &options.connection_string, "endpoint", &options.endpoint,
                               "token_credential", &with, "secondary_access_key",
                               &options.secondary_access_key, "root_certificates_pem",
                               &options.root_certificates_pem, "allow_insecure_endpoint", &insecure,
                               "api_version", &options.api_version, "preview", &options.preview, "application_id", &options.application_id,
                               "token_check", &token_check, "timeout_ms", &options.timeout_ms, "max_attempts",
                               &options.max_attempts, "user_agent", &options.user_agent, "headers", &pairs);
    CHECK_INT(unpacked, 0);
    acs_header of_client[8];
    options.header_count = header_list(given, of_client, sizeof of_client / sizeof *of_client);
    options.headers = of_client;
    options.token_check = token_check_of(token_check);
    if (insecure != NULL) {
        options.allow_insecure_endpoint = json_is_true(insecure);
    }
    if (with != NULL) {
        credential = credential_of(with);
        options.token_credential = &credential;
    }
    acs_status status = acs_client_new(&options, &client, &error);
    if (status != ACS_STATUS_OK && with != NULL) {
        release(credential.user_data);
    }
    json_decref(outcome(status, error, client != NULL ? json_object() : NULL));
    return status == ACS_STATUS_OK;
}

static acs_status set_by_name(acs_handler_settings *settings, const char *name, json_t *value, acs_error **error)
{
    if (json_is_string(value)) {
        return acs_handler_settings_set_text(settings, name, json_string_value(value), error);
    }
    if (json_is_integer(value)) {
        return acs_handler_settings_set_number(settings, name, json_integer_value(value), error);
    }
    if (json_is_boolean(value)) {
        return acs_handler_settings_set_flag(settings, name, json_is_true(value), error);
    }
    const char *items[8];
    size_t count = json_array_size(value);
    CHECK(json_is_array(value) && count <= sizeof items / sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = json_string_value(json_array_get(value, i));
    }
    return acs_handler_settings_set_list(settings, name, items, count, error);
}

static bool make_handler(const char *toml, json_t *by_name)
{
    const char *name;
    json_t *value;
    acs_handler_settings *settings = NULL;
    acs_handler_options options;
    acs_error *error = NULL;
    acs_status status = acs_handler_settings_from_toml(toml, &settings, &error);
    json_object_foreach(by_name, name, value) {
        if (status == ACS_STATUS_OK) {
            status = set_by_name(settings, name, value, &error);
        }
    }
    if (status == ACS_STATUS_OK) {
        acs_handler_options_init(&options, sizeof options);
        options.settings = settings;
        status = acs_handler_new(&options, &handler, &error);
    }
    acs_handler_settings_free(settings);
    json_decref(outcome(status, error, handler != NULL ? json_object() : NULL));
    return status == ACS_STATUS_OK;
}

/* A function in its two forms; `out` is where the one that waits writes, and a comma. */
#define CALL(function, out, ...)                                                                             \
    (delivery != NULL ? function##_submit(__VA_ARGS__, delivery, call, error)                                \
                      : function(__VA_ARGS__, out error))
#define TO(place) &given->place,
#define NOWHERE

static bool is(const char *operation, const char *name)
{
    return strcmp(operation, name) == 0;
}

static acs_status call_service(const char *operation, const acs_delivery *delivery, acs_call **call,
                               given *given, acs_error **error)
{
    const acs_call_options *with = &call_options;
    const char *user = text("user"), *aad_token = text("aad_token");
    size_t count;
    const char *const *scopes = texts("scopes", &count);
    int64_t expires_in = number(arguments, "token_expires_in_s");
    if (is(operation, "create_user")) {
        return CALL(acs_client_create_user, TO(user), client, with);
    }
    if (is(operation, "create_user_and_token")) {
        return CALL(acs_client_create_user_and_token, TO(both), client, scopes, count, expires_in, with);
    }
    if (is(operation, "get_token")) {
        return CALL(acs_client_get_token, TO(token), client, user, scopes, count, expires_in, with);
    }
    if (is(operation, "revoke_tokens")) {
        return CALL(acs_client_revoke_tokens, NOWHERE, client, user, with);
    }
    if (is(operation, "delete_user")) {
        return CALL(acs_client_delete_user, NOWHERE, client, user, with);
    }
    if (is(operation, "get_token_for_teams_user")) {
        return CALL(acs_client_get_token_for_teams_user, TO(token), client, aad_token, text("client_id"),
                    text("user_object_id"), with);
    }
    if (is(operation, "get_token_for_teams_extension_user")) {
        return CALL(acs_client_get_token_for_teams_extension_user, TO(both), client, aad_token, with);
    }
    const char *custom_id = text("custom_id"), *tenant_id = text("tenant_id"), *object_id = text("object_id");
    if (is(operation, "get_token_for_entra_user")) {
        return CALL(acs_client_get_token_for_entra_user, TO(both), client, aad_token, with);
    }
    if (is(operation, "create_user_with_custom_id")) {
        return CALL(acs_client_create_user_with_custom_id, TO(user), client, custom_id, with);
    }
    if (is(operation, "create_user_and_token_with_custom_id")) {
        return CALL(acs_client_create_user_and_token_with_custom_id, TO(both), client, custom_id, scopes, count,
                    expires_in, with);
    }
    if (is(operation, "get_user_detail")) {
        return CALL(acs_client_get_user_detail, TO(detail), client, user, with);
    }
    if (is(operation, "put_teams_extension_assignment")) {
        size_t id_count;
        const char *const *ids = texts("client_ids", &id_count);
        return CALL(acs_client_put_teams_extension_assignment, TO(assignment), client, tenant_id, object_id,
                    text("principal_type"), ids, id_count, with);
    }
    if (is(operation, "get_teams_extension_assignment")) {
        return CALL(acs_client_get_teams_extension_assignment, TO(assignment), client, tenant_id, object_id, with);
    }
    if (is(operation, "delete_teams_extension_assignment")) {
        return CALL(acs_client_delete_teams_extension_assignment, NOWHERE, client, tenant_id, object_id, with);
    }
    if (is(operation, "handle")) {
        const char *body = text("body");
        acs_request sent;
        acs_request_init(&sent, sizeof sent);
        sent.method = text("method");
        sent.path = text("path");
        sent.headers = headers(&sent.header_count);
        sent.body = (acs_bytes){(const uint8_t *)body, strlen(body)};
        return CALL(acs_handler_handle, TO(response), handler, &sent);
    }
    check_failed(__FILE__, __LINE__, "there is no such operation", operation);
    return ACS_STATUS_INTERNAL;
}

static json_t *response_json(acs_response *response)
{
    json_t *list = json_array();
    for (size_t index = 0; index < acs_response_header_count(response); index++) {
        acs_header header = acs_response_header(response, index);
        json_array_append_new(list, pair(header.name, header.value));
    }
    json_t *result = json_pack("{s:i, s:o, s:o}", "status", (int)acs_response_status(response), "headers",
                               list, "body", bytes_json(acs_response_body(response)));
    acs_response_free(response);
    return result;
}

static json_t *call_response_json(const acs_call_response *response)
{
    if (response == NULL) {
        return NULL;
    }
    json_t *list = json_array();
    for (size_t index = 0; index < acs_call_response_header_count(response); index++) {
        acs_header header = acs_call_response_header(response, index);
        CHECK(acs_call_response_header_value(response, header.name) != NULL);
        json_array_append_new(list, pair(header.name, header.value));
    }
    return json_pack("{s:i, s:o, s:s, s:i}", "status", (int)acs_call_response_status(response), "headers", list,
                     "client_request_id", acs_call_response_client_request_id(response), "attempts",
                     (int)acs_call_response_attempts(response));
}

/* The result; NULL if the library refused. */
static json_t *called(void)
{
    const char *operation = json_string_value(json_object_get(request, "operation"));
    const json_t *options = json_object_get(request, "client");
    const char *toml = json_string_value(json_object_get(request, "handler"));
    if ((options != NULL && !make_client(options)) || (toml != NULL && !make_handler(toml, json_object_get(request, "settings")))) {
        return NULL;
    }
    json_t *result = call_without_io(operation, arguments);
    if (result != NULL || refusal != NULL) {
        return result;
    }
    acs_error *error = NULL;
    if (is(operation, "update_access_key")) {
        /* Nothing is sent for a new key, so nothing is submitted. */
        acs_status status = acs_client_update_access_key(client, text("access_key"),
                                                         text("secondary_access_key"), &error);
        return outcome(status, error, status == ACS_STATUS_OK ? json_object() : NULL);
    }
    acs_call_options_init(&call_options, sizeof call_options);
    call_options.timeout_ms = number(request, "timeout_ms");
    call_options.client_request_id = json_string_value(json_object_get(request, "client_request_id"));
    acs_header of_call[8];
    call_options.header_count = header_list(request, of_call, sizeof of_call / sizeof *of_call);
    call_options.headers = of_call;
    call_options.user_agent = json_string_value(json_object_get(request, "user_agent"));
    call_options.max_attempts = number(request, "max_attempts");
    call_options.attempt_timeout_ms = number(request, "attempt_timeout_ms");
    given given = {0};
    ask_for_response(&call_options, &given);
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

/* Frees the error. Its message is the one form in which it is printed. */
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

static void forget(void)
{
    acs_client_free(client);
    acs_handler_free(handler);
    client = NULL;
    handler = NULL;
    pthread_mutex_lock(&asking);
    json_decref(asked);
    asked = json_array();
    pthread_mutex_unlock(&asking);
}

static json_t *answered(void)
{
    arguments = json_object_get(request, "arguments");
    if (json_object_get(request, "case") != NULL) {
        forget();
    }
    json_t *result = called();
    json_t *answer = result == NULL ? error_answer()
                                    : json_pack("{s:o, s:{s:[], s:[]}}", "result", result, "printed",
                                                "outcome", "made");
    if (heard != NULL) {
        json_object_set_new(answer, "response", heard);
        heard = NULL;
    }
    if (client != NULL) {
        pthread_mutex_lock(&asking);
        json_t *copy = json_deep_copy(asked);
        pthread_mutex_unlock(&asking);
        json_object_set_new(answer, "client",
                            json_pack("{s:s, s:I, s:o}", "endpoint", acs_client_endpoint(client),
                                      "clock_skew_seconds",
                                      (json_int_t)acs_client_clock_skew_seconds(client), "asked", copy));
    }
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
    forget();
    json_decref(asked);
    CHECK(waiting_end());
    return check_done();
}
