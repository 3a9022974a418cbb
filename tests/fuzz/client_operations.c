/* Clients, and their operations, blocking and submitted. */
#include <stddef.h>
#include <string.h>

#include "callbacks.h"
#include "emulator.h"
#include "make.h"
#include "program.h"

static void set_numbers(struct program *program, acs_client_options *options)
{
    struct input *input = &program->input;
    options->proxy = input_once_in(input, 4) ? input_small_number(input) : ACS_PROXY_ENVIRONMENT;
    options->token_check = input_once_in(input, 8) ? input_small_number(input) : (int32_t)input_below(input, 3);
    options->allow_insecure_endpoint = input_once_in(input, 8) ? input_small_number(input) : ACS_DEFAULT;
    options->max_attempts = input_small_number(input);
    int64_t *const times[] = {&options->timeout_ms, &options->connect_timeout_ms,
                              &options->retry_base_delay_ms, &options->retry_throttled_delay_ms,
                              &options->retry_max_delay_ms, &options->attempt_timeout_ms};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        if (input_once_in(input, 4)) {
            *times[i] = input_number(input);
        }
    }
}

struct lease *lend_credential(struct program *program, acs_token_credential *credential)
{
    struct lease *lease = lease_new();
    for (size_t i = 0; i < SCRIPT_LEN; i++) {
        lease->script[i] = input_byte(&program->input);
    }
    acs_token_credential_init(credential, sizeof *credential);
    credential->get_token = ONCE_IN(program, 16) ? NULL : on_get_token;
    credential->user_data = lease;
    credential->release = lease_release;
    credential->struct_size = input_struct_size(&program->input, sizeof *credential);
    return lease;
}

/* A client with a transport of ours, which answers in one of all possible ways. */
static struct lease *set_transport(struct program *program, acs_client_options *options, acs_transport *transport)
{
    struct lease *lease = lease_new();
    for (size_t i = 0; i < SCRIPT_LEN; i++) {
        lease->script[i] = input_byte(&program->input);
    }
    acs_transport_init(transport, sizeof *transport);
    transport->send = ONCE_IN(program, 16) ? NULL : on_send;
    transport->user_data = lease;
    transport->release = lease_release;
    transport->struct_size = input_struct_size(&program->input, sizeof *transport);
    options->transport = transport;
    return lease;
}

/* Whether a call stays on this machine: a changed text may name another one. */
static bool may_be_called(const acs_client *client)
{
    const char *endpoint = acs_client_endpoint(client);
    const char *const known[] = {emulator_text("http_url"), emulator_text("https_url"), dead_url(),
                                 hanging_url()};
    for (size_t i = 0; endpoint != NULL && i < sizeof known / sizeof *known; i++) {
        if (strcmp(endpoint, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void client_new(struct program *program)
{
    OPTIONS(program, acs_client_options, options);
    union {
        acs_token_credential credential;
        unsigned char bytes[sizeof(acs_token_credential) + SIZE_ODD_MORE];
    } credential;
    union {
        acs_transport transport;
        unsigned char bytes[sizeof(acs_transport) + SIZE_ODD_MORE];
    } transport;
    struct lease *lease = NULL;
    struct handle made = {.pointer = NULL};
    memset(&credential, 0, sizeof credential);
    memset(&transport, 0, sizeof transport);
    switch (input_below(&program->input, 5)) {
    case 0:
        options->endpoint = ONCE_IN(program, 4) ? hanging_url() : TEXT(program, TEXT_ENDPOINT);
        options->access_key = TEXT(program, TEXT_ACCESS_KEY);
        made.may_wait = true;
        break;
    case 1:
        options->endpoint = emulator_text("http_url");
        lease = lend_credential(program, &credential.credential);
        options->token_credential = &credential.credential;
        made.may_wait = true;
        break;
    case 2:
        options->connection_string = emulator_text("connection_string_http");
        lease = set_transport(program, options, &transport.transport);
        made.may_wait = true;
        break;
    default:
        options->connection_string = TEXT(program, TEXT_CONNECTION_STRING);
        break;
    }
    options->root_certificates_pem = ONCE_IN(program, 3) ? TEXT(program, TEXT_PEM) : NULL;
    options->preview = ONCE_IN(program, 4) ? OPTIONAL_TEXT(program, TEXT_API_VERSION)
                                          : ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW;
    /* Not with a transport: its answers are retried, and a random backoff could last for years. */
    if (options->transport == NULL && ONCE_IN(program, 3)) {
        set_numbers(program, options);
        options->proxy_url = ONCE_IN(program, 3) ? SOUND_TEXT(program, TEXT_PROXY) : NULL;
        options->cloud = PICK(program, HANDLE_CLOUD);
        options->api_version = OPTIONAL_TEXT(program, TEXT_API_VERSION);
        options->application_id = OPTIONAL_TEXT(program, TEXT_NAME);
        options->client_identity_pem = OPTIONAL_TEXT(program, TEXT_PEM);
        made.may_wait = true;
    }
    MAKE(program, acs_client, client, acs_client_new, ONCE_IN(program, 48) ? NULL : options);
    if (lease != NULL) {
        /* If struct_size ends before this member, the client has no transport. */
        bool is_seen = options->transport == NULL ||
                       options->struct_size > offsetof(acs_client_options, transport);
        atomic_store(&lease->is_given, client != NULL && is_seen);
    }
    look_at(HANDLE_CLIENT, client, &program->input);
    if (!may_be_called(client)) {
        acs_client_free(client);
        return;
    }
    made.pointer = client;
    pool_put(&program->pool, &program->input, HANDLE_CLIENT, made);
}

static void client_from_connection_string(struct program *program)
{
    MAKE(program, acs_client, client, acs_client_from_connection_string,
         TEXT(program, TEXT_CONNECTION_STRING));
    if (!may_be_called(client)) {
        acs_client_free(client);
        client = NULL;
    }
    pool_put(&program->pool, &program->input, HANDLE_CLIENT, (struct handle){.pointer = client});
}

/* Shared clients are used by other programs at the same time. */
static struct handle some_client(struct program *program)
{
    switch (input_below(&program->input, 8)) {
    case 0:
    case 1:
        return (struct handle){.pointer = shared.client};
    case 2:
        return (struct handle){.pointer = shared.https_client};
    case 3:
        return (struct handle){.pointer = shared.hanging_client, .may_wait = true};
    default:
        return pool_pick(&program->pool, &program->input, HANDLE_CLIENT);
    }
}

static void update_access_key(struct program *program)
{
    /* A shared client keeps the key that the service knows, since other programs continue to use it. */
    bool is_shared = ONCE_IN(program, 4);
    acs_client *client = is_shared ? shared.client : PICK(program, HANDLE_CLIENT);
    const char *primary = is_shared ? service_key(program) : TEXT(program, TEXT_ACCESS_KEY);
    const char *secondary = is_shared ? service_key(program) : OPTIONAL_TEXT(program, TEXT_ACCESS_KEY);
    DO(program, acs_client_update_access_key, client, primary, secondary);
}

/* The arguments of all operations. */
struct arguments {
    acs_client *client;
    union {
        acs_call_options options;
        unsigned char bytes[sizeof(acs_call_options) + SIZE_ODD_MORE];
    } storage;
    const acs_call_options *options;
    struct list scopes;
    int64_t expires_in;
    const char *user;
    struct exchange exchange;
    const char *object_id;
    const char *tenant_id;
    const char *name;
    struct list client_ids;
};

static void arguments_choose(struct program *program, struct arguments *arguments, bool waits)
{
    static const int64_t deadlines[] = {0, 1, 5, 30, -2};
    struct input *input = &program->input;
    /* Often nothing is odd, so that each operation succeeds now and then. */
    bool is_sound = input_once_in(input, 3);
    unsigned oddness = input->oddness;
    input->oddness = is_sound ? 0 : oddness;
    struct handle client = is_sound ? (struct handle){.pointer = shared.client} : some_client(program);
    acs_call_options *options = &arguments->storage.options;
    memset(arguments, 0, sizeof *arguments);
    acs_call_options_init(options, sizeof *options);
    options->struct_size = input_struct_size(input, sizeof *options);
    options->client_request_id = optional_text_of(input, &program->arena, TEXT_NAME);
    bool is_bounded = waits && client.may_wait;
    if (is_bounded) {
        options->timeout_ms = deadlines[input_below(input, 5)];
    } else if (!is_sound && input_once_in(input, 4)) {
        options->timeout_ms = input_number(input);
    }
    arguments->client = client.pointer;
    arguments->options = !is_bounded && input_once_in(input, 2) ? NULL : options;
    arguments->scopes = LIST(program, TEXT_SCOPE);
    arguments->expires_in = !is_sound && input_once_in(input, 3) ? input_number(input) : ACS_DEFAULT;
    const char *made = acs_user_id((acs_user *)PICK(program, HANDLE_USER));
    arguments->user = made == NULL ? TEXT(program, TEXT_USER_ID) : made;
    arguments->exchange = exchange_of(program);
    arguments->object_id = TEXT(program, TEXT_OBJECT_ID);
    arguments->tenant_id = TEXT(program, TEXT_TENANT_ID);
    arguments->name = TEXT(program, TEXT_NAME);
    arguments->client_ids = LIST(program, TEXT_CLIENT_ID);
    input->oddness = oddness;
}

#define SCOPES arguments.scopes.items, arguments.scopes.count, arguments.expires_in
#define OF arguments.tenant_id, arguments.object_id
#define ASSIGNED "user", arguments.client_ids.items, arguments.client_ids.count
#define EXCHANGE arguments.exchange.token, arguments.exchange.client_id, arguments.exchange.object_id

static void wait(struct program *program)
{
    struct arguments arguments;
    arguments_choose(program, &arguments, true);
    acs_client *client = arguments.client;
    const acs_call_options *options = arguments.options;
    switch (input_below(&program->input, 14)) {
    case 0:
        MAKE_INTO_POOL(program, HANDLE_USER, acs_user, acs_client_create_user, client, options);
        break;
    case 1:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_client_create_user_and_token, client,
                       SCOPES, options);
        break;
    case 2:
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_client_get_token, client, arguments.user, SCOPES,
                       options);
        break;
    case 3:
        DO(program, acs_client_revoke_tokens, client, arguments.user, options);
        break;
    case 4:
        DO(program, acs_client_delete_user, client, arguments.user, options);
        break;
    case 5:
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_client_get_token_for_teams_user, client,
                       EXCHANGE, options);
        break;
    case 6:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_client_get_token_for_entra_user, client,
                       arguments.exchange.token, options);
        break;
    case 7:
        DO(program, acs_client_delete_teams_extension_assignment, client, OF, options);
        break;
    case 8:
        MAKE_INTO_POOL(program, HANDLE_ASSIGNMENT, acs_teams_extension_assignment,
                       acs_client_put_teams_extension_assignment, client, OF, ASSIGNED, options);
        break;
    case 9:
        MAKE_INTO_POOL(program, HANDLE_ASSIGNMENT, acs_teams_extension_assignment,
                       acs_client_get_teams_extension_assignment, client, OF, options);
        break;
    case 10:
        MAKE_INTO_POOL(program, HANDLE_USER, acs_user, acs_client_create_user_with_custom_id, client,
                       arguments.name, options);
        break;
    case 11:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token,
                       acs_client_create_user_and_token_with_custom_id, client, arguments.name, SCOPES, options);
        break;
    case 12:
        MAKE_INTO_POOL(program, HANDLE_USER_DETAIL, acs_user_detail, acs_client_get_user_detail, client,
                       arguments.user, options);
        break;
    default:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token,
                       acs_client_get_token_for_teams_extension_user, client, arguments.exchange.token, options);
        break;
    }
}

static void submit(struct program *program)
{
    struct arguments arguments;
    arguments_choose(program, &arguments, false);
    acs_client *client = arguments.client;
    const acs_call_options *options = arguments.options;
    switch (input_below(&program->input, 14)) {
    case 0:
        SUBMIT(program, acs_client_create_user_submit, client, options);
        break;
    case 1:
        SUBMIT(program, acs_client_create_user_and_token_submit, client, SCOPES, options);
        break;
    case 2:
        SUBMIT(program, acs_client_get_token_submit, client, arguments.user, SCOPES, options);
        break;
    case 3:
        SUBMIT(program, acs_client_revoke_tokens_submit, client, arguments.user, options);
        break;
    case 4:
        SUBMIT(program, acs_client_delete_user_submit, client, arguments.user, options);
        break;
    case 5:
        SUBMIT(program, acs_client_get_token_for_teams_user_submit, client, EXCHANGE, options);
        break;
    case 6:
        SUBMIT(program, acs_client_get_token_for_entra_user_submit, client, arguments.exchange.token, options);
        break;
    case 7:
        SUBMIT(program, acs_client_get_teams_extension_assignment_submit, client, OF, options);
        break;
    case 8:
        SUBMIT(program, acs_client_get_user_detail_submit, client, arguments.user, options);
        break;
    case 9:
        SUBMIT(program, acs_client_put_teams_extension_assignment_submit, client, OF, ASSIGNED, options);
        break;
    case 10:
        SUBMIT(program, acs_client_delete_teams_extension_assignment_submit, client, OF, options);
        break;
    case 11:
        SUBMIT(program, acs_client_create_user_with_custom_id_submit, client, arguments.name, options);
        break;
    case 12:
        SUBMIT(program, acs_client_create_user_and_token_with_custom_id_submit, client, arguments.name, SCOPES,
               options);
        break;
    default:
        SUBMIT(program, acs_client_get_token_for_teams_extension_user_submit, client, arguments.exchange.token,
               options);
        break;
    }
}

OPERATIONS(client_operations, client_new, client_new, client_from_connection_string, update_access_key, wait,
           wait, submit, submit, submit, submit, submit);
