#include "operation.h"

#include <string.h>

enum { USER = 1, SCOPES = 2, TOKEN_EXPIRES_IN = 4, AAD_TOKEN = 8, CLIENT_ID = 16, USER_OBJECT_ID = 32, ACCESS_KEYS = 64 };

static const operation operations[] = {
    {"create_user", CREATE_USER, GIVES_USER, 0},
    {"create_user_and_token", CREATE_USER_AND_TOKEN, GIVES_BOTH, SCOPES | TOKEN_EXPIRES_IN},
    {"get_token", GET_TOKEN, GIVES_TOKEN, USER | SCOPES | TOKEN_EXPIRES_IN},
    {"revoke_tokens", REVOKE_TOKENS, GIVES_NOTHING, USER},
    {"delete_user", DELETE_USER, GIVES_NOTHING, USER},
    {"update_access_key", UPDATE_ACCESS_KEY, GIVES_NOTHING, ACCESS_KEYS},
    {"get_token_for_teams_user", GET_TOKEN_FOR_TEAMS_USER, GIVES_TOKEN,
     AAD_TOKEN | CLIENT_ID | USER_OBJECT_ID},
    {"get_token_for_teams_extension_user", GET_TOKEN_FOR_TEAMS_EXTENSION_USER, GIVES_BOTH, AAD_TOKEN},
};

const operation *operation_named(const char *name)
{
    for (size_t index = 0; index < sizeof operations / sizeof *operations; index++) {
        if (strcmp(operations[index].name, name) == 0) {
            return &operations[index];
        }
    }
    return NULL;
}

static const char *text_if(arguments *a, const operation *of, unsigned which, const char *name)
{
    return (of->arguments & which) != 0 ? argument_text(a, name) : NULL;
}

void take_operation_arguments(arguments *a, const operation *of, operation_arguments *taken)
{
    memset(taken, 0, sizeof *taken);
    taken->token_expires_in_s = ACS_DEFAULT;
    taken->user = text_if(a, of, USER, "user");
    taken->aad_token = text_if(a, of, AAD_TOKEN, "aad_token");
    taken->client_id = text_if(a, of, CLIENT_ID, "client_id");
    taken->user_object_id = text_if(a, of, USER_OBJECT_ID, "user_object_id");
    taken->access_key = text_if(a, of, ACCESS_KEYS, "access_key");
    if ((of->arguments & ACCESS_KEYS) != 0) {
        taken->secondary_access_key = argument_optional_text(a, "secondary_access_key");
    }
    if ((of->arguments & SCOPES) != 0) {
        taken->scopes = argument_texts(a, "scopes", &taken->scope_count);
    }
    if ((of->arguments & TOKEN_EXPIRES_IN) != 0) {
        taken->token_expires_in_s = argument_optional_seconds(a, "token_expires_in_s");
    }
}
