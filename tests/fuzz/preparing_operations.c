/* Requests prepared for the caller's own transport, without I/O. */
#include "program.h"

#define PREPARE(program, function, ...) \
    MAKE_INTO_POOL(program, HANDLE_PREPARED_REQUEST, acs_prepared_request, function, some_endpoint(program), \
                   __VA_ARGS__)
#define API_VERSION(program) OPTIONAL_TEXT(program, TEXT_API_VERSION)

static int64_t expires_in(struct program *program)
{
    return ONCE_IN(program, 3) ? input_number(&program->input) : 3600;
}

static void prepare_user(struct program *program)
{
    struct list scopes = LIST(program, TEXT_SCOPE);
    const char *user = TEXT(program, TEXT_USER_ID);
    const char *custom_id = TEXT(program, TEXT_NAME);
    switch (input_below(&program->input, 8)) {
    case 0:
        PREPARE(program, acs_prepare_create_user, API_VERSION(program));
        break;
    case 1:
        PREPARE(program, acs_prepare_create_user_and_token, scopes.items, scopes.count, expires_in(program),
                API_VERSION(program));
        break;
    case 2:
        PREPARE(program, acs_prepare_issue_token, user, scopes.items, scopes.count, expires_in(program),
                API_VERSION(program));
        break;
    case 3:
        PREPARE(program, acs_prepare_revoke_tokens, user, API_VERSION(program));
        break;
    case 4:
        PREPARE(program, acs_prepare_delete_user, user, API_VERSION(program));
        break;
    case 5:
        PREPARE(program, acs_prepare_create_user_with_custom_id, custom_id, API_VERSION(program));
        break;
    case 6:
        PREPARE(program, acs_prepare_create_user_and_token_with_custom_id, custom_id, scopes.items,
                scopes.count, expires_in(program), API_VERSION(program));
        break;
    default:
        PREPARE(program, acs_prepare_get_user_detail, user, API_VERSION(program));
        break;
    }
}

static void prepare_exchange(struct program *program)
{
    struct exchange exchange = exchange_of(program);
    switch (input_below(&program->input, 3)) {
    case 0:
        PREPARE(program, acs_prepare_exchange_teams_user, exchange.token, exchange.client_id,
                exchange.object_id, API_VERSION(program));
        break;
    case 1:
        PREPARE(program, acs_prepare_exchange_teams_extension, exchange.token, API_VERSION(program));
        break;
    default:
        PREPARE(program, acs_prepare_exchange_entra_user, exchange.token, API_VERSION(program));
        break;
    }
}

static void prepare_assignment(struct program *program)
{
    const char *tenant_id = TEXT(program, TEXT_TENANT_ID);
    const char *object_id = TEXT(program, TEXT_OBJECT_ID);
    const char *kind = ONCE_IN(program, 3) ? TEXT(program, TEXT_NAME) : ACS_PRINCIPAL_TYPE_USER;
    struct list client_ids = LIST(program, TEXT_CLIENT_ID);
    switch (input_below(&program->input, 3)) {
    case 0:
        PREPARE(program, acs_prepare_put_teams_extension_assignment, tenant_id, object_id, kind,
                client_ids.items, client_ids.count, API_VERSION(program));
        break;
    case 1:
        PREPARE(program, acs_prepare_get_teams_extension_assignment, tenant_id, object_id,
                API_VERSION(program));
        break;
    default:
        PREPARE(program, acs_prepare_delete_teams_extension_assignment, tenant_id, object_id,
                API_VERSION(program));
        break;
    }
}

/* Each entry is repeated in proportion to its number of functions. */
OPERATIONS(preparing_operations, prepare_user, prepare_user, prepare_user, prepare_exchange, prepare_assignment);
