#include "client.h"

#include <string.h>

#include "emulator.h"
#include "scope.h"
#include "waiting.h"

/* A text of the options with its references filled: it lives as long as `texts`. NULL if it is not given. */
static const char *option_text(const json_t *options, const char *name, const json_t *scope, json_t *texts,
                               failure *why)
{
    const json_t *given = json_object_get(options, name);
    if (given == NULL) {
        return NULL;
    }
    json_t *text = scope_fill_text(scope, given, why);
    json_array_append_new(texts, text);
    return json_string_value(text);
}

static int32_t option_flag(const json_t *options, const char *name)
{
    const json_t *given = json_object_get(options, name);
    return given != NULL ? json_is_true(given) : ACS_DEFAULT;
}

static int64_t option_number(const json_t *options, const char *name)
{
    const json_t *given = json_object_get(options, name);
    return given != NULL ? json_integer_value(given) : ACS_DEFAULT;
}

static int32_t option_preflight(const json_t *options)
{
    const char *given = json_string_value(json_object_get(options, "preflight"));
    if (given == NULL) {
        return ACS_DEFAULT;
    }
    if (strcmp(given, "off") == 0) {
        return ACS_PREFLIGHT_OFF;
    }
    return strcmp(given, "warn") == 0 ? ACS_PREFLIGHT_WARN : ACS_PREFLIGHT_ENFORCE;
}

bool client_make(client *made, const json_t *options, const json_t *scope, outcome *out, failure *why)
{
    const json_t *given = json_object_get(options, "token_credential");
    const char *transport = json_string_value(json_object_get(options, "transport"));
    bool https = transport != NULL && strcmp(transport, "https") == 0;
    json_t *texts = json_array();
    acs_token_credential shared;
    acs_client_options with;
    acs_client_options_init(&with, sizeof with);
    const char *connection_string = option_text(options, "connection_string", scope, texts, why);
    if (given != NULL) {
        const char *token = option_text(given, "token", scope, texts, why);
        made->credential = credential_new(token != NULL ? token : "", option_number(given, "expires_in_s"));
        shared = credential_share(made->credential);
        with.token_credential = &shared;
        with.endpoint = emulator_text(https ? "https_url" : "http_url");
    } else if (connection_string != NULL) {
        with.connection_string = connection_string;
    } else {
        with.connection_string = emulator_text(https ? "connection_string" : "connection_string_http");
    }
    with.secondary_access_key = option_text(options, "secondary_access_key", scope, texts, why);
    if (!json_is_false(json_object_get(options, "trust_ca"))) {
        with.root_certificates_pem = emulator_ca();
    }
    with.allow_insecure_endpoint = option_flag(options, "allow_insecure_endpoint");
    with.api_version = option_text(options, "api_version", scope, texts, why);
    with.application_id = option_text(options, "application_id", scope, texts, why);
    with.preflight = option_preflight(options);
    with.timeout_ms = option_number(options, "timeout_ms");
    with.max_attempts = (int32_t)option_number(options, "max_attempts");

    acs_error *error = NULL;
    acs_status status = acs_client_new(&with, &made->client, &error);
    json_decref(texts);
    if (status != ACS_STATUS_OK && given != NULL) {
        credential_free(made->credential);
    }
    return outcome_of(out, status, error, made->client != NULL ? json_object() : NULL, why) &&
           why->text[0] == '\0';
}

void client_free(client *client)
{
    acs_client_free(client->client);
    credential_free(client->credential);
    *client = (struct client){NULL, NULL};
}

typedef struct sent {
    const acs_client *client;
    const operation *operation;
    const operation_arguments *with;
    acs_call_options options;
} sent;

/* The functions that wait. */
static acs_status blocking(const sent *sent, given *given, acs_error **error)
{
    const acs_client *client = sent->client;
    const operation_arguments *a = sent->with;
    switch (sent->operation->id) {
    case CREATE_USER:
        return acs_client_create_user(client, &sent->options, &given->user, error);
    case CREATE_USER_AND_TOKEN:
        return acs_client_create_user_and_token(client, a->scopes, a->scope_count, a->token_expires_in_s,
                                                &sent->options, &given->both, error);
    case GET_TOKEN:
        return acs_client_get_token(client, a->user, a->scopes, a->scope_count, a->token_expires_in_s,
                                    &sent->options, &given->token, error);
    case REVOKE_TOKENS:
        return acs_client_revoke_tokens(client, a->user, &sent->options, error);
    case DELETE_USER:
        return acs_client_delete_user(client, a->user, &sent->options, error);
    case UPDATE_ACCESS_KEY:
        return acs_client_update_access_key(client, a->access_key, a->secondary_access_key, error);
    case GET_TOKEN_FOR_TEAMS_USER:
        return acs_client_get_token_for_teams_user(client, a->aad_token, a->client_id, a->user_object_id,
                                                   &sent->options, &given->token, error);
    case GET_TOKEN_FOR_TEAMS_EXTENSION_USER:
        return acs_client_get_token_for_teams_extension_user(client, a->aad_token, &sent->options,
                                                             &given->both, error);
    }
    return ACS_STATUS_INTERNAL;
}

/* The functions that submit. */
static acs_status submitting(const sent *sent, const acs_delivery *delivery, acs_call **call,
                             acs_error **error)
{
    const acs_client *client = sent->client;
    const operation_arguments *a = sent->with;
    switch (sent->operation->id) {
    case CREATE_USER:
        return acs_client_create_user_submit(client, &sent->options, delivery, call, error);
    case CREATE_USER_AND_TOKEN:
        return acs_client_create_user_and_token_submit(
            client, a->scopes, a->scope_count, a->token_expires_in_s, &sent->options, delivery, call, error);
    case GET_TOKEN:
        return acs_client_get_token_submit(client, a->user, a->scopes, a->scope_count, a->token_expires_in_s,
                                           &sent->options, delivery, call, error);
    case REVOKE_TOKENS:
        return acs_client_revoke_tokens_submit(client, a->user, &sent->options, delivery, call, error);
    case DELETE_USER:
        return acs_client_delete_user_submit(client, a->user, &sent->options, delivery, call, error);
    case UPDATE_ACCESS_KEY:
        break;
    case GET_TOKEN_FOR_TEAMS_USER:
        return acs_client_get_token_for_teams_user_submit(
            client, a->aad_token, a->client_id, a->user_object_id, &sent->options, delivery, call, error);
    case GET_TOKEN_FOR_TEAMS_EXTENSION_USER:
        return acs_client_get_token_for_teams_extension_user_submit(client, a->aad_token, &sent->options,
                                                                    delivery, call, error);
    }
    return ACS_STATUS_INTERNAL;
}

static acs_status call_client(const void *arguments, const acs_delivery *delivery, acs_call **call,
                              given *given, acs_error **error)
{
    return delivery == NULL ? blocking(arguments, given, error)
                            : submitting(arguments, delivery, call, error);
}

bool client_call(const client *client, const operation *operation, const operation_arguments *with,
                 const json_t *call, const json_t *scope, outcome *out, failure *why)
{
    sent sent = {.client = client->client, .operation = operation, .with = with};
    json_t *texts = json_array();
    acs_call_options_init(&sent.options, sizeof sent.options);
    sent.options.timeout_ms = option_number(call, "timeout_ms");
    sent.options.client_request_id = option_text(call, "client_request_id", scope, texts, why);
    given given = {NULL, NULL, NULL, NULL};
    acs_error *error = NULL;
    /* Nothing is sent for a new key, so nothing is submitted. */
    acs_status status = operation->id == UPDATE_ACCESS_KEY
                            ? blocking(&sent, &given, &error)
                            : make_call(call_client, &sent, &given, &error, why);
    json_decref(texts);

    json_t *results[] = {
        [GIVES_USER] = user_json(given.user),
        [GIVES_TOKEN] = token_json(given.token),
        [GIVES_BOTH] = user_token_json(given.both),
        [GIVES_NOTHING] = operation->gives == GIVES_NOTHING ? nothing_json(status) : NULL,
    };
    for (int kind = GIVES_USER; kind <= GIVES_NOTHING; kind++) {
        if (results[kind] != NULL && kind != (int)operation->gives) {
            fail(why, "%s gave what is not its result", operation->name);
            json_decref(results[kind]);
        }
    }
    return outcome_of(out, status, error, results[operation->gives], why) && why->text[0] == '\0';
}
