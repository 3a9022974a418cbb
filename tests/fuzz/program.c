#include "program.h"

#include <string.h>

#include "emulator.h"
#include "make.h"

struct shared shared;

static acs_client *client_of(const char *connection_string, const char *root_certificates_pem)
{
    acs_client_options options;
    acs_client *client = NULL;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = connection_string;
    options.root_certificates_pem = root_certificates_pem;
    options.timeout_ms = 2000;
    options.preview = ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW;
    HOLDS(acs_client_new(&options, &client, NULL) == ACS_STATUS_OK, "the shared client");
    return client;
}

static acs_verifier *verifier(void)
{
    acs_verifier_options options;
    acs_verifier *verifier = NULL;
    make_verifier_options(&options);
    options.cloud = shared.cloud;
    HOLDS(acs_verifier_new(&options, &verifier, NULL) == ACS_STATUS_OK, "the shared verifier");
    return verifier;
}

void shared_init(void)
{
    shared.client = client_of(emulator_text("connection_string_http"), NULL);
    shared.https_client = client_of(emulator_text("connection_string"), emulator_ca());
    shared.hanging_client = make_hanging_client();
    shared.cloud = make_cloud();
    make_handler_options(&shared.options);
    shared.options.cloud = shared.cloud;
    HOLDS(acs_handler_new(&shared.options, &shared.handler, NULL) == ACS_STATUS_OK, "the shared handler");
    shared.verifier = verifier();
    HOLDS(acs_exchanger_new(shared.client, NULL, &shared.exchanger, NULL) == ACS_STATUS_OK,
          "the shared exchanger");
    HOLDS(acs_queue_new(&shared.queue, NULL) == ACS_STATUS_OK, "the shared queue");
}

void shared_free(void)
{
    acs_queue_free(shared.queue);
    acs_verifier_free(shared.verifier);
    acs_handler_free(shared.handler);
    acs_cloud_free(shared.cloud);
    acs_exchanger_free(shared.exchanger);
    acs_client_free(shared.hanging_client);
    acs_client_free(shared.https_client);
    acs_client_free(shared.client);
    memset(&shared, 0, sizeof shared);
}

const char *service_key(struct program *program)
{
    static const char *const refused[] = {NULL, "", "\xff"};
    return ONCE_IN(program, 6) ? refused[input_below(&program->input, 3)] : emulator_access_key();
}

struct exchange exchange_of(struct program *program)
{
    static const enum text_kind tokens[] = {TEXT_TEAMS_TOKEN, TEXT_EXTENSION_TOKEN, TEXT_ENTRA_USER_TOKEN};
    if (ONCE_IN(program, 2)) {
        return (struct exchange){first_text_of(tokens[input_below(&program->input, 3)]),
                                 first_text_of(TEXT_CLIENT_ID), first_text_of(TEXT_OBJECT_ID)};
    }
    const char *token = TEXT(program, TEXT_TEAMS_TOKEN);
    const char *client_id = TEXT(program, TEXT_CLIENT_ID);
    return (struct exchange){token, client_id, TEXT(program, TEXT_OBJECT_ID)};
}

void program_run(struct program *program)
{
    static const struct operations *const kinds[] = {
        &pure_operations,     &preparing_operations,  &parsing_operations,    &client_operations,
        &client_operations,   &client_operations,     &exchange_operations,   &exchange_operations,
        &handler_operations,  &completion_operations, &completion_operations, &completion_operations,
        &process_operations,  &user_credential_operations};
    static const unsigned oddnesses[] = {0, 4, 12, 40};
    struct input *input = &program->input;
    input->oddness = oddnesses[input_below(input, 4)];
    while (!input_is_over(input)) {
        const struct operations *kind = kinds[input_below(input, sizeof kinds / sizeof *kinds)];
        kind->items[input_below(input, kind->count)](program);
    }
}

void program_end(struct program *program)
{
    for (size_t i = 0; i < OWN_QUEUES; i++) {
        ledger_drop_queue(program->queues[i]);
        acs_queue_free(program->queues[i]);
        program->queues[i] = NULL;
    }
    pool_free(&program->pool);
    arena_free(&program->arena);
}
