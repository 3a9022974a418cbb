/* Functions that do no I/O: clouds, endpoints, keys, signing. */
#include <string.h>

#include "program.h"

static void cloud_new(struct program *program)
{
    OPTIONS(program, acs_cloud_options, options);
    options->kind =
        ONCE_IN(program, 8) ? input_small_number(&program->input) : (int32_t)input_below(&program->input, 4);
    if (options->kind == ACS_CLOUD_CUSTOM || ONCE_IN(program, 4)) {
        options->authority = SOUND_TEXT(program, TEXT_AUTHORITY);
    }
    options->issuer_v1 = OPTIONAL_TEXT(program, TEXT_ISSUER);
    options->issuer_v2 = OPTIONAL_TEXT(program, TEXT_ISSUER);
    options->acs_suffix = OPTIONAL_TEXT(program, TEXT_NAME);
    options->teams_resource = OPTIONAL_TEXT(program, TEXT_NAME);
    if (ONCE_IN(program, 4)) {
        struct list prefixes = LIST(program, TEXT_NAME);
        options->teams_user_prefixes = prefixes.items;
        options->teams_user_prefix_count = prefixes.count;
    }
    MAKE(program, acs_cloud, cloud, acs_cloud_new, ONCE_IN(program, 32) ? NULL : options);
    const char *authority = acs_cloud_authority(cloud);
    bool is_local =
        authority != NULL && (strstr(authority, "//localhost") != NULL || strcmp(authority, dead_url()) == 0);
    pool_put(&program->pool, &program->input, HANDLE_CLOUD,
             (struct handle){.pointer = cloud, .is_local = is_local});
}

static void cloud_teams_scope(struct program *program)
{
    const acs_cloud *cloud = PICK(program, HANDLE_CLOUD);
    MAKE(program, char, scope, acs_cloud_teams_scope, cloud, TEXT(program, TEXT_SCOPE));
    judge_text(scope);
    acs_string_free(scope);
}

static void endpoint(struct program *program)
{
    const char *text = TEXT(program, TEXT_ENDPOINT);
    if (ONCE_IN(program, 2)) {
        MAKE_INTO_POOL(program, HANDLE_ENDPOINT, acs_endpoint, acs_endpoint_parse, text);
    } else {
        MAKE_INTO_POOL(program, HANDLE_ENDPOINT, acs_endpoint, acs_endpoint_parse_allowing_insecure, text);
    }
}

static void access_key(struct program *program)
{
    MAKE_INTO_POOL(program, HANDLE_ACCESS_KEY, acs_access_key, acs_access_key_from_base64,
                   TEXT(program, TEXT_ACCESS_KEY));
}

static void connection_string(struct program *program)
{
    const char *text = TEXT(program, TEXT_CONNECTION_STRING);
    if (ONCE_IN(program, 2)) {
        MAKE_INTO_POOL(program, HANDLE_CONNECTION_STRING, acs_connection_string, acs_connection_string_parse,
                       text);
    } else {
        MAKE_INTO_POOL(program, HANDLE_CONNECTION_STRING, acs_connection_string,
                       acs_connection_string_parse_allowing_insecure, text);
    }
}

/* Borrowed from a connection string, too. */
static const acs_access_key *some_key(struct program *program)
{
    return ONCE_IN(program, 3) ? acs_connection_string_access_key(PICK(program, HANDLE_CONNECTION_STRING))
                               : PICK(program, HANDLE_ACCESS_KEY);
}

const acs_endpoint *some_endpoint(struct program *program)
{
    return ONCE_IN(program, 3) ? acs_connection_string_endpoint(PICK(program, HANDLE_CONNECTION_STRING))
                               : PICK(program, HANDLE_ENDPOINT);
}

static void sign(struct program *program)
{
    const acs_access_key *key = some_key(program);
    const char *method = TEXT(program, TEXT_METHOD);
    const char *url = ONCE_IN(program, 3) ? acs_prepared_request_url(PICK(program, HANDLE_PREPARED_REQUEST))
                                          : TEXT(program, TEXT_URL);
    acs_bytes body = bytes_of(&program->input, &program->arena, TEXT_BODY);
    int64_t now = ONCE_IN(program, 3) ? input_number(&program->input) : 1730797687;
    MAKE_INTO_POOL(program, HANDLE_SIGNED_HEADERS, acs_signed_headers, acs_sign_request, key, method, url,
                   body, now);
}

static void cache_key(struct program *program)
{
    static const uint8_t secret[32] = {1, 2, 3};
    acs_bytes some = ONCE_IN(program, 4) ? bytes_of(&program->input, &program->arena, TEXT_NAME)
                                         : (acs_bytes){secret, sizeof secret};
    const acs_cloud *cloud = PICK(program, HANDLE_CLOUD);
    const acs_endpoint *endpoint = some_endpoint(program);
    const char *token = TEXT(program, TEXT_TEAMS_TOKEN);
    const char *client_id = TEXT(program, TEXT_CLIENT_ID);
    acs_cache_key key;
    acs_cache_key before;
    memset(&key, 0x5a, sizeof key);
    before = key;
    static struct tally tally = {.name = "acs_cache_key_new"};
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_error **error_place = ERROR_PLACE(program, error);
    acs_cache_key *place = RESULT_PLACE(program, key);
    acs_status status = acs_cache_key_new(some, cloud, endpoint, NULL, token, client_id,
                                          TEXT(program, TEXT_OBJECT_ID), place, error_place);
    judge_status(&tally, status, error_place);
    HOLDS((status == ACS_STATUS_OK) == (memcmp(&key, &before, sizeof key) != 0), "a cache key");
}

static void identifier(struct program *program)
{
    const char *text = ONCE_IN(program, 8) ? NULL : TEXT(program, TEXT_USER_ID);
    const char *raw_id = OPTIONAL_TEXT(program, TEXT_USER_ID);
    int32_t cloud =
        ONCE_IN(program, 8) ? input_small_number(&program->input) : (int32_t)input_below(&program->input, 3);
    switch (input_below(&program->input, 7)) {
    case 0:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_from_raw_id, text);
        break;
    case 1:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_communication_user, text);
        break;
    case 2:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_phone_number, text, raw_id);
        break;
    case 3:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_microsoft_teams_user, text,
                       ONCE_IN(program, 2), cloud, raw_id);
        break;
    case 4:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_microsoft_teams_app, text,
                       cloud, raw_id);
        break;
    case 5:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_teams_extension_user, text,
                       TEXT(program, TEXT_TENANT_ID), TEXT(program, TEXT_NAME), cloud, raw_id);
        break;
    default:
        MAKE_INTO_POOL(program, HANDLE_IDENTIFIER, acs_identifier, acs_identifier_new_unknown, text);
        break;
    }
}

static void look(struct program *program)
{
    enum handle_type type = (enum handle_type)input_below(&program->input, HANDLE_TYPES);
    look_at(type, pool_pick(&program->pool, &program->input, type).pointer, &program->input);
}

static void drop(struct program *program)
{
    pool_drop(&program->pool, &program->input, (enum handle_type)input_below(&program->input, HANDLE_TYPES));
}

OPERATIONS(pure_operations, cloud_new, cloud_teams_scope, endpoint, endpoint, access_key, connection_string,
           connection_string, sign, cache_key, identifier, identifier, look, look, look, drop);
