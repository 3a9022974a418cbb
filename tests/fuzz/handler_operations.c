/* Handlers. */
#include <string.h>

#include "callbacks.h"
#include "emulator.h"
#include "program.h"

static void set_lists(struct program *program, acs_handler_options *options)
{
    struct list clients = LIST(program, TEXT_CLIENT_ID);
    struct list origins = LIST(program, TEXT_NAME);
    struct list scopes = LIST(program, TEXT_SCOPE);
    struct list keys = LIST(program, TEXT_KEY32);
    options->allowed_clients = clients.items;
    options->allowed_client_count = clients.count;
    options->cors_origins = origins.items;
    options->cors_origin_count = origins.count;
    options->token_scopes = scopes.items;
    options->token_scope_count = scopes.count;
    options->redis_sealing_keys = keys.items;
    options->redis_sealing_key_count = keys.count;
    options->redis_url = SOUND_TEXT(program, TEXT_REDIS_URL);
    options->redis_cache_secret = TEXT(program, TEXT_KEY32);
    options->redis_namespace = OPTIONAL_TEXT(program, TEXT_NAME);
}

static void set_numbers(struct program *program, acs_handler_options *options)
{
    struct input *input = &program->input;
    int64_t *const numbers[] = {&options->service_timeout_ms,
                                &options->connect_timeout_ms,
                                &options->attempt_timeout_ms,
                                &options->redis_timeout_ms,
                                &options->cache_bytes,
                                &options->limit,
                                &options->limit_window_ms,
                                &options->user_limit};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        *numbers[i] = input_once_in(input, 3) ? input_number(input) : ACS_DEFAULT;
    }
    options->token_check = input_once_in(input, 2) ? input_small_number(input) : ACS_DEFAULT;
    options->allow_insecure_endpoint = input_once_in(input, 4) ? input_small_number(input) : ACS_DEFAULT;
    options->redis_lock = input_once_in(input, 4) ? input_small_number(input) : ACS_DEFAULT;
    options->required_scope = optional_text_of(input, &program->arena, TEXT_SCOPE);
    options->graph_extension_name = optional_text_of(input, &program->arena, TEXT_NAME);
}

static void handler_new(struct program *program)
{
    OPTIONS(program, acs_handler_options, options);
    static const int64_t deadlines[] = {1, 20, 300, 300, 300, 0, -2};
    acs_token_credential credential;
    acs_observer observer;
    struct lease *observing = NULL;
    struct lease *lending = NULL;
    if (options->struct_size == sizeof *options) {
        *options = shared.options;
    }
    options->cloud = ONCE_IN(program, 8) ? PICK(program, HANDLE_CLOUD) : shared.cloud;
    options->settings = ONCE_IN(program, 3) ? PICK(program, HANDLE_SETTINGS) : NULL;
    /* Whatever else it is told, a request ends soon. */
    options->timeout_ms = deadlines[input_below(&program->input, 7)];
    if (ONCE_IN(program, 3)) {
        options->connection_string = SOUND_TEXT(program, TEXT_CONNECTION_STRING);
        options->api_client_id = TEXT(program, TEXT_CLIENT_ID);
        set_numbers(program, options);
    }
    if (ONCE_IN(program, 6)) {
        set_lists(program, options);
    }
    if (ONCE_IN(program, 2)) {
        struct list keys = LIST(program, TEXT_KEY32);
        options->graph_client_secret = emulator_text("api.client_secret");
        options->graph_mapping_keys = keys.items;
        options->graph_mapping_key_count = keys.count;
        options->graph_adopt_unsigned_mappings =
            ONCE_IN(program, 2) ? input_small_number(&program->input) : ACS_DEFAULT;
        options->graph_base_url =
            ONCE_IN(program, 4) ? SOUND_TEXT(program, TEXT_AUTHORITY) : emulator_text("graph_url");
    }
    if (ONCE_IN(program, 3)) {
        observing = lease_new();
        acs_observer_init(&observer, sizeof observer);
        observer.on_event = on_event;
        observer.user_data = observing;
        observer.release = lease_release;
        options->observer = &observer;
    }
    if (ONCE_IN(program, 4)) {
        lending = lease_new();
        acs_token_credential_init(&credential, sizeof credential);
        credential.get_token = on_get_token;
        credential.user_data = lending;
        credential.release = lease_release;
        options->token_credential = &credential;
        options->connection_string = NULL;
        options->endpoint = emulator_text("http_url");
        options->root_certificates_pem = emulator_ca();
    }
    MAKE(program, acs_handler, handler, acs_handler_new, ONCE_IN(program, 32) ? NULL : options);
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
    /* Those who share a handler go on with it, so it keeps the key that the service knows. */
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

/* What a page of the spa sends, or what anybody sends. */
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
