#include "handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator.h"
#include "scope.h"
#include "waiting.h"

/* The settings that fit the emulator, before the case's own go over them. */
static json_t *emulator_settings(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[s]}", "root_certificates_pem", emulator_ca(),
                     "connection_string", "${emulator.connection_string}", "authority",
                     "${emulator.https_url}", "api_client_id", "${emulator.api.client_id}", "tenants",
                     "${emulator.tenant_id}", "teams_client_ids", "${emulator.spa.client_id}");
}

/* Each setting as a line of TOML, in which texts, numbers, booleans and arrays of texts are written as in
 * JSON. To be freed; NULL if there is no memory. */
static char *toml_of(const json_t *settings)
{
    char *toml = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&toml, &length);
    const char *name;
    json_t *value;
    if (out == NULL) {
        return NULL;
    }
    json_object_foreach((json_t *)settings, name, value)
    {
        if (!json_is_null(value)) {
            fprintf(out, "%s = ", name);
            json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
            fputc('\n', out);
        }
    }
    fclose(out);
    return toml;
}

bool handler_make(acs_handler **made, const json_t *settings, const json_t *scope, outcome *out, failure *why)
{
    json_t *given = emulator_settings();
    json_object_update(given, (json_t *)settings);
    json_t *filled = scope_fill(scope, given, why);
    json_decref(given);
    char *toml = filled != NULL ? toml_of(filled) : NULL;
    json_decref(filled);
    if (toml == NULL) {
        return fail(why, "the settings cannot be written");
    }
    acs_handler_settings *read = NULL;
    acs_error *error = NULL;
    acs_status status = acs_handler_settings_from_toml(toml, &read, &error);
    free(toml);
    if (status == ACS_STATUS_OK) {
        acs_handler_options options;
        acs_handler_options_init(&options, sizeof options);
        options.settings = read;
        status = acs_handler_new(&options, made, &error);
    }
    acs_handler_settings_free(read);
    return outcome_of(out, status, error, *made != NULL ? json_object() : NULL, why);
}

typedef struct sent {
    const acs_handler *handler;
    acs_request request;
} sent;

static acs_status call_handler(const void *arguments, const acs_delivery *delivery, acs_call **call,
                               given *given, acs_error **error)
{
    const sent *sent = arguments;
    if (delivery == NULL) {
        return acs_handler_handle(sent->handler, &sent->request, &given->response, error);
    }
    return acs_handler_handle_submit(sent->handler, &sent->request, delivery, call, error);
}

/* Frees the response. */
static json_t *response_json(acs_response *response, failure *why)
{
    if (response == NULL) {
        return NULL;
    }
    json_t *headers = json_object();
    for (size_t index = 0; index < acs_response_header_count(response); index++) {
        acs_header header = acs_response_header(response, index);
        json_object_set_new(headers, header.name, json_string(header.value));
    }
    acs_bytes body = acs_response_body(response);
    json_t *json = json_loadb(body.len > 0 ? (const char *)body.data : "", body.len, JSON_DECODE_ANY, NULL);
    json_t *text = bytes_json(body, why);
    json_t *result = json_pack("{s:i, s:o, s:o?, s:o?}", "status", (int)acs_response_status(response),
                               "headers", headers, "body", text, "json", json);
    if (json == NULL) {
        json_object_set_new(result, "json", json_null());
    }
    acs_response_free(response);
    return result;
}

bool handler_call(const acs_handler *handler, arguments *a, outcome *out, failure *why)
{
    sent sent = {.handler = handler};
    acs_request_init(&sent.request, sizeof sent.request);
    sent.request.method = argument_text(a, "method");
    sent.request.path = argument_text(a, "path");
    sent.request.headers = argument_pairs(a, "headers", &sent.request.header_count);
    const char *body = argument_optional_text(a, "body");
    if (body != NULL) {
        sent.request.body = (acs_bytes){(const uint8_t *)body, strlen(body)};
    }
    if (!arguments_end(a)) {
        return false;
    }
    given given = {NULL, NULL, NULL, NULL};
    acs_error *error = NULL;
    acs_status status = make_call(call_handler, &sent, &given, &error, why);
    if (given.user != NULL || given.token != NULL || given.both != NULL) {
        fail(why, "a request to the handler gave what is no response");
    }
    return outcome_of(out, status, error, response_json(given.response, why), why) && why->text[0] == '\0';
}
