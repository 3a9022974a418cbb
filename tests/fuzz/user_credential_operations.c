/* Users' token credentials. */
#include <string.h>

#include "callbacks.h"
#include "program.h"

/* The struct of a credential lives only for the call, the lease until it is released. */
struct lent {
    union {
        acs_token_credential credential;
        unsigned char bytes[sizeof(acs_token_credential) + SIZE_ODD_MORE];
    } storage;
    struct lease *lease;
};

static const acs_token_credential *lend(struct program *program, struct lent *lent)
{
    lent->lease = lend_credential(program, &lent->storage.credential);
    return &lent->storage.credential;
}

static void give(struct lent *lent, bool is_given)
{
    if (lent->lease != NULL) {
        atomic_store(&lent->lease->is_given, is_given);
    }
}

static const char *some_scope(struct program *program)
{
    static const char *const scopes[] = {
        "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls",
        "https://communication.azure.com/clients/VoIP",
    };
    return ONCE_IN(program, 8) ? TEXT(program, TEXT_SCOPE) : scopes[input_below(&program->input, 2)];
}

static void user_credential_new(struct program *program)
{
    /* These end a call, whatever the callback does. */
    static const int64_t timeouts[] = {1, 5, 30, 200, 0, -2};
    OPTIONS(program, acs_user_credential_options, options);
    struct lent refresher, entra;
    const char *scope = NULL;
    memset(&refresher, 0, sizeof refresher);
    memset(&entra, 0, sizeof entra);
    size_t feeding = input_below(&program->input, 5);
    if (feeding == 0 || ONCE_IN(program, 4)) {
        options->token = TEXT(program, TEXT_BEARER_TOKEN);
        options->token_expires_on = ONCE_IN(program, 3) ? input_number(&program->input) : ACS_DEFAULT;
    }
    if (feeding == 1 || feeding == 4) {
        options->refresher = lend(program, &refresher);
    }
    if (feeding == 2 || feeding == 3 || (feeding == 4 && ONCE_IN(program, 2))) {
        options->entra_credential = lend(program, &entra);
    }
    if (feeding == 2 || ONCE_IN(program, 16)) {
        options->client = ONCE_IN(program, 2) ? shared.client : PICK(program, HANDLE_CLIENT);
        scope = some_scope(program);
        options->scopes = ONCE_IN(program, 32) ? NULL : &scope;
        options->scope_count = ONCE_IN(program, 4) ? 0 : 1;
    }
    if (feeding == 3 || ONCE_IN(program, 16)) {
        options->exchanger = ONCE_IN(program, 2) ? shared.exchanger : PICK(program, HANDLE_EXCHANGER);
        options->client_id = TEXT(program, TEXT_CLIENT_ID);
        options->user_object_id = TEXT(program, TEXT_OBJECT_ID);
    }
    if (feeding != 0) {
        options->refresh_proactively =
            ONCE_IN(program, 8) ? input_small_number(&program->input) : (int32_t)input_below(&program->input, 3) - 1;
        options->refresh_time_before_expiry_s = ONCE_IN(program, 4) ? input_number(&program->input) : ACS_DEFAULT;
        options->timeout_ms = timeouts[input_below(&program->input, ONCE_IN(program, 8) ? 6 : 4)];
    }
    const acs_user_credential_options *given = ONCE_IN(program, 32) ? NULL : options;
    MAKE(program, acs_user_credential, credential, acs_user_credential_new, given);
    give(&refresher, credential != NULL && options->refresher != NULL);
    give(&entra, credential != NULL && options->entra_credential != NULL);
    pool_put(&program->pool, &program->input, HANDLE_USER_CREDENTIAL, (struct handle){.pointer = credential});
}

static void user_credential_use(struct program *program)
{
    acs_user_credential *credential = PICK(program, HANDLE_USER_CREDENTIAL);
    switch (input_below(&program->input, 8)) {
    case 0:
        DO(program, acs_user_credential_start, credential);
        break;
    case 1:
        if (ONCE_IN(program, 4)) {
            acs_user_credential_close(credential);
        }
        break;
    case 2:
    case 3:
    case 4: {
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_user_credential_get_token, credential);
        break;
    }
    default:
        SUBMIT(program, acs_user_credential_get_token_submit, credential);
        break;
    }
}

OPERATIONS(user_credential_operations, user_credential_new, user_credential_use, user_credential_use,
           user_credential_use);
