/* Handlers. */
#include <stdbool.h>
#include <string.h>

#include "callbacks.h"
#include "emulator.h"
#include "program.h"

static const char *any_text(struct program *program, const char *name)
{
    static const enum text_kind kinds[] = {TEXT_NAME, TEXT_SCOPE, TEXT_CLIENT_ID, TEXT_KEY32, TEXT_PEM};
    /* These name a machine, so they are never changed at random. */
    if (name != NULL && strstr(name, "connection_string") != NULL) {
        return SOUND_TEXT(program, TEXT_CONNECTION_STRING);
    }
    if (name != NULL && strstr(name, "redis") != NULL && strstr(name, "url") != NULL) {
        return SOUND_TEXT(program, TEXT_REDIS_URL);
    }
    if (name != NULL &&
        (strstr(name, "url") != NULL || strstr(name, "endpoint") != NULL || strstr(name, "authority") != NULL)) {
        return SOUND_TEXT(program, TEXT_AUTHORITY);
    }
    return TEXT(program, kinds[input_below(&program->input, sizeof kinds / sizeof *kinds)]);
}

void set_any(struct program *program, acs_handler_settings *settings)
{
    static const enum text_kind kinds[] = {TEXT_NAME, TEXT_SCOPE, TEXT_CLIENT_ID, TEXT_KEY32};
    struct input *input = &program->input;
    const char *name = ONCE_IN(program, 8) ? TEXT(program, TEXT_NAME)
                                           : acs_setting_toml(input_below(input, acs_setting_count() + 1));
    struct list list;
    switch (input_below(input, 4)) {
    case 0:
        DO(program, acs_handler_settings_set_text, settings, name, any_text(program, name));
        break;
    case 1:
        list = LIST(program, kinds[input_below(input, sizeof kinds / sizeof *kinds)]);
        DO(program, acs_handler_settings_set_list, settings, name, list.items, list.count);
        break;
    case 2:
        DO(program, acs_handler_settings_set_number, settings, name, input_number(input));
        break;
    default:
        DO(program, acs_handler_settings_set_flag, settings, name,
           ONCE_IN(program, 4) ? input_small_number(input) : (int32_t)input_below(input, 2));
        break;
    }
}

static void set_text(acs_handler_settings *settings, const char *name, const char *value)
{
    HOLDS(acs_handler_settings_set_text(settings, name, value, NULL) == ACS_STATUS_OK, name);
}

static void set_list_of_one(acs_handler_settings *settings, const char *name, const char *value)
{
    HOLDS(acs_handler_settings_set_list(settings, name, &value, 1, NULL) == ACS_STATUS_OK, name);
}

/* Settings that fit when a credential replaces the connection string. */
static acs_handler_settings *settings_for_credential(void)
{
    acs_handler_settings *settings = NULL;
    HOLDS(acs_handler_settings_new(&settings, NULL) == ACS_STATUS_OK, "settings");
    set_text(settings, "endpoint", emulator_text("http_url"));
    set_text(settings, "root_certificates_pem", emulator_ca());
    set_text(settings, "api_client_id", emulator_text("api.client_id"));
    set_list_of_one(settings, "tenant_ids", emulator_text("tenant_id"));
    set_list_of_one(settings, "teams_client_ids", emulator_text("spa.client_id"));
    return settings;
}

/* Random settings, over those that fit. */
static acs_handler_settings *some_settings(struct program *program, bool for_credential)
{
    static const int64_t deadlines[] = {1, 20, 300, 300, 300, 0, -2};
    acs_handler_settings *own = NULL;
    acs_handler_settings *both = NULL;
    acs_handler_settings *fitting = for_credential ? settings_for_credential() : NULL;
    HOLDS(acs_handler_settings_new(&own, NULL) == ACS_STATUS_OK, "settings");
    for (size_t left = input_below(&program->input, 12); left > 0; left--) {
        set_any(program, own);
    }
    if (ONCE_IN(program, 2)) {
        struct list keys = LIST(program, TEXT_KEY32);
        const char *url = ONCE_IN(program, 4) ? SOUND_TEXT(program, TEXT_AUTHORITY) : emulator_text("graph_url");
        set_text(own, "graph.client_secret", emulator_text("api.client_secret"));
        DO(program, acs_handler_settings_set_list, own, "graph.mapping_keys", keys.items, keys.count);
        DO(program, acs_handler_settings_set_text, own, "graph.base_url", url);
    }
    /* Whatever the other settings are, a request ends soon. */
    int64_t deadline = deadlines[input_below(&program->input, 7)];
    if (acs_handler_settings_set_number(own, "timeout_ms", deadline, NULL) != ACS_STATUS_OK) {
        HOLDS(acs_handler_settings_set_number(own, "timeout_ms", 300, NULL) == ACS_STATUS_OK, "timeout_ms");
    }
    HOLDS(acs_handler_settings_or(own, for_credential ? fitting : shared.options.settings, &both, NULL) ==
              ACS_STATUS_OK,
          "both");
    acs_handler_settings_free(own);
    acs_handler_settings_free(fitting);
    return both;
}

static void handler_new(struct program *program)
{
    OPTIONS(program, acs_handler_options, options);
    acs_token_credential credential;
    acs_observer observer;
    acs_handler_settings *settings = NULL;
    struct lease *observing = NULL;
    struct lease *lending = NULL;
    if (options->struct_size == sizeof *options) {
        *options = shared.options;
    }
    options->cloud = ONCE_IN(program, 8) ? PICK(program, HANDLE_CLOUD) : shared.cloud;
    bool lends = ONCE_IN(program, 4);
    /* Never only those that fit: with their defaults, a request may take a minute. */
    options->settings = settings = some_settings(program, lends);
    if (ONCE_IN(program, 6)) {
        options->settings = PICK(program, HANDLE_SETTINGS);
    }
    if (ONCE_IN(program, 3)) {
        observing = lease_new();
        acs_observer_init(&observer, sizeof observer);
        observer.on_event = on_event;
        observer.user_data = observing;
        observer.release = lease_release;
        options->observer = &observer;
    }
    if (lends) {
        lending = lease_new();
        acs_token_credential_init(&credential, sizeof credential);
        credential.get_token = on_get_token;
        credential.user_data = lending;
        credential.release = lease_release;
        options->token_credential = &credential;
    }
    MAKE(program, acs_handler, handler, acs_handler_new, ONCE_IN(program, 32) ? NULL : options);
    acs_handler_settings_free(settings);
    if (observing != NULL) {
        atomic_store(&observing->is_given, handler != NULL);
    }
    if (lending != NULL) {
        atomic_store(&lending->is_given, handler != NULL);
    }
    pool_put(&program->pool, &program->input, HANDLE_HANDLER, (struct handle){.pointer = handler});
}

static void handler_update_access_key(struct program *program)
{
    /* A shared handler keeps the key that the service knows, since other programs continue to use it. */
    bool is_shared = ONCE_IN(program, 3);
    acs_handler *handler = is_shared ? shared.handler : PICK(program, HANDLE_HANDLER);
    const char *primary = is_shared ? service_key(program) : TEXT(program, TEXT_ACCESS_KEY);
    const char *secondary = is_shared ? service_key(program) : OPTIONAL_TEXT(program, TEXT_ACCESS_KEY);
    DO(program, acs_handler_update_access_key, handler, primary, secondary);
}

static const char *joined(struct program *program, const char *first, const char *second)
{
    size_t len = strlen(first);
    if (second == NULL) {
        return NULL;
    }
    char *text = (char *)arena_take(&program->arena, len + strlen(second) + 1);
    memcpy(text, first, len);
    memcpy(text + len, second, strlen(second));
    return text;
}

/* What the page would send, or anything else. */
static struct headers some_headers(struct program *program, const char **body)
{
    if (ONCE_IN(program, 4)) {
        return headers_of(&program->input, &program->arena);
    }
    acs_header *items = (acs_header *)arena_take(&program->arena, 3 * sizeof *items);
    const char *teams = TEXT(program, TEXT_TEAMS_TOKEN);
    items[0].name = "Authorization";
    items[0].value = joined(program, "Bearer ", TEXT(program, TEXT_CALLER_TOKEN));
    items[1].name = "teams-user-aad-token";
    items[1].value = teams;
    items[2].name = "Content-Type";
    items[2].value = "application/json";
    *body = NULL;
    return (struct headers){items, 1 + input_below(&program->input, 3)};
}

static void handle(struct program *program)
{
    OPTIONS(program, acs_request, request);
    const char *body = "";
    acs_handler *handler = ONCE_IN(program, 2) ? shared.handler : PICK(program, HANDLE_HANDLER);
    struct headers headers = some_headers(program, &body);
    request->method = ONCE_IN(program, 3) ? TEXT(program, TEXT_METHOD) : "POST";
    request->path = ONCE_IN(program, 2) ? TEXT(program, TEXT_PATH) : "/api/token/teams";
    request->headers = headers.items;
    request->header_count = headers.count;
    if (body != NULL) {
        request->body = bytes_of(&program->input, &program->arena, TEXT_BODY);
    }
    const acs_request *given = ONCE_IN(program, 32) ? NULL : request;
    if (ONCE_IN(program, 2)) {
        MAKE_INTO_POOL(program, HANDLE_RESPONSE, acs_response, acs_handler_handle, handler, given);
    } else {
        SUBMIT(program, acs_handler_handle_submit, handler, given);
    }
}

OPERATIONS(handler_operations, handler_new, handler_update_access_key, handle, handle, handle);
