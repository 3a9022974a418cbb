/* Creates what a request asks for: a client, a handler, a user's token credential. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "testee.h"

struct made made;

/* Shared by the client and the library, whose threads call get_token and release. */
typedef struct credential {
    char *token;
    int64_t expires_in_s;
    json_t *asked;
} credential;

static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;
static json_t *asked;          /* the scopes that the client's token credential was asked for */
static json_t *asked_for_user; /* those that the source of the user's token credential was asked for */

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

static acs_token_credential credential_of(const json_t *given, json_t *noted)
{
    credential *own = calloc(1, sizeof *own);
    acs_token_credential lent;
    acs_token_credential_init(&lent, sizeof lent);
    CHECK(own != NULL);
    own->token = strdup(json_string_value(json_object_get(given, "token")));
    own->expires_in_s = json_integer_value(json_object_get(given, "expires_in_s"));
    own->asked = json_incref(noted);
    lent.get_token = get_token;
    lent.release = release;
    lent.user_data = own;
    return lent;
}

static int32_t token_check_of(const char *name)
{
    return name == NULL                 ? ACS_DEFAULT
           : strcmp(name, "off") == 0  ? ACS_TOKEN_CHECK_OFF
           : strcmp(name, "warn") == 0 ? ACS_TOKEN_CHECK_WARN
                                        : ACS_TOKEN_CHECK_ENFORCE;
}

bool make_client(const json_t *given)
{
    acs_client_options options;
    acs_token_credential credential;
    acs_error *error = NULL;
    const char *token_check = NULL;
    const json_t *with = NULL, *pairs = NULL, *insecure = json_object_get(given, "allow_insecure_endpoint");
    acs_client_options_init(&options, sizeof options);
    /* A member that is missing keeps its initial value; an unknown one fails. */
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
        credential = credential_of(with, asked);
        options.token_credential = &credential;
    }
    acs_status status = acs_client_new(&options, &made.client, &error);
    if (status != ACS_STATUS_OK && with != NULL) {
        release(credential.user_data);
    }
    json_decref(outcome(status, error, made.client != NULL ? json_object() : NULL));
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

bool make_handler(const char *toml, json_t *by_name)
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
        status = acs_handler_new(&options, &made.handler, &error);
    }
    acs_handler_settings_free(settings);
    json_decref(outcome(status, error, made.handler != NULL ? json_object() : NULL));
    return status == ACS_STATUS_OK;
}

bool make_user_credential(const json_t *given)
{
    acs_user_credential_options options;
    acs_token_credential lent;
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    const json_t *refresher = NULL, *entra = NULL, *scopes = NULL, *proactively = NULL;
    int by_client = 0, by_exchanger = 0;
    json_int_t expires_in = 0, margin = ACS_DEFAULT, timeout = ACS_DEFAULT;
    acs_user_credential_options_init(&options, sizeof options);
    int unpacked = json_unpack((json_t *)given, "{s?s, s?I, s?o, s?o, s?b, s?b, s?o, s?s, s?s, s?o, s?I, s?I!}", "token",
                               &options.token, "token_expires_in_s", &expires_in, "refresher", &refresher,
                               "entra_credential", &entra, "client", &by_client, "exchanger", &by_exchanger, "scopes",
                               &scopes, "client_id", &options.client_id, "user_object_id", &options.user_object_id,
                               "refresh_proactively", &proactively, "refresh_time_before_expiry_s", &margin,
                               "timeout_ms", &timeout);
    CHECK_INT(unpacked, 0);
    options.refresh_time_before_expiry_s = margin;
    options.timeout_ms = timeout;
    if (json_object_get(given, "token_expires_in_s") != NULL) {
        options.token_expires_on = (int64_t)time(NULL) + expires_in;
    }
    if (proactively != NULL) {
        options.refresh_proactively = json_is_true(proactively);
    }
    if (refresher != NULL || entra != NULL) {
        CHECK(refresher == NULL || entra == NULL);
        lent = credential_of(refresher != NULL ? refresher : entra, asked_for_user);
        options.refresher = refresher != NULL ? &lent : NULL;
        options.entra_credential = entra != NULL ? &lent : NULL;
    }
    options.client = by_client ? made.client : NULL;
    if (by_exchanger) {
        CHECK_OK(acs_exchanger_new(made.client, NULL, &exchanger, &error), error);
        options.exchanger = exchanger;
    }
    const char *list[8];
    options.scopes = list;
    options.scope_count = json_array_size(scopes);
    CHECK(options.scope_count <= sizeof list / sizeof *list);
    for (size_t i = 0; i < options.scope_count; i++) {
        list[i] = json_string_value(json_array_get(scopes, i));
    }
    acs_status status = acs_user_credential_new(&options, &made.user_credential, &error);
    if (status != ACS_STATUS_OK && (refresher != NULL || entra != NULL)) {
        release(lent.user_data);
    }
    acs_exchanger_free(exchanger);
    json_decref(outcome(status, error, status == ACS_STATUS_OK ? json_object() : NULL));
    return status == ACS_STATUS_OK;
}

static json_t *copy_of(json_t *noted)
{
    pthread_mutex_lock(&asking);
    json_t *copy = json_deep_copy(noted);
    pthread_mutex_unlock(&asking);
    return copy;
}

void tell_what_is_made(json_t *answer)
{
    if (made.client != NULL) {
        json_object_set_new(answer, "client",
                            json_pack("{s:s, s:I, s:o}", "endpoint", acs_client_endpoint(made.client),
                                      "clock_skew_seconds", (json_int_t)acs_client_clock_skew_seconds(made.client),
                                      "asked", copy_of(asked)));
    }
    if (made.user_credential != NULL) {
        json_object_set_new(answer, "user_credential", json_pack("{s:o}", "asked", copy_of(asked_for_user)));
    }
}

void forget(bool begins_anew)
{
    acs_user_credential_free(made.user_credential);
    acs_client_free(made.client);
    acs_handler_free(made.handler);
    memset(&made, 0, sizeof made);
    pthread_mutex_lock(&asking);
    json_decref(asked);
    json_decref(asked_for_user);
    asked = begins_anew ? json_array() : NULL;
    asked_for_user = begins_anew ? json_array() : NULL;
    pthread_mutex_unlock(&asking);
}
