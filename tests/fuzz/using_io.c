#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "making.h"
#include "pool.h"
#include "submissions.h"
#include "using.h"

/* The arguments of an operation. */
struct arguments {
    acs_client *client;
    acs_exchanger *exchanger;
    acs_handler *handler;
    acs_verifier *verifier;
    acs_call_options options;
    const acs_call_options *given_options;
    const char *user;
    const char *scopes[2];
    size_t scope_count;
    int64_t expires_in;
    const char *token;
    const char *client_id;
    const char *object_id;
    acs_header headers[2];
    acs_request request;
};

static struct arguments arguments;

static void choose(struct input *input)
{
    struct arguments *a = &arguments;
    a->client = pool_pick(input, CLIENT);
    a->exchanger = pool_pick(input, EXCHANGER);
    a->handler = pool_pick(input, HANDLER);
    a->verifier = pool_pick(input, VERIFIER);
    acs_call_options_init(&a->options, sizeof a->options);
    a->options.timeout_ms = input_once_in(input, 8) ? input_number(input, 30) : 60;
    if (a->options.timeout_ms > 1000) {
        a->options.timeout_ms = 100;
    }
    a->options.client_request_id = input_text(input, NULL);
    a->given_options = input_once_in(input, 4) ? NULL : &a->options;
    const acs_user *user = pool_pick(input, USER);
    a->user = user != NULL ? acs_user_id(user) : input_text(input, "8:acs:a_b");
    a->scopes[0] = input_text(input, "chat");
    a->scopes[1] = "voip";
    a->scope_count = input_below(input, 3);
    a->expires_in = input_number(input, 3600);
    const char *tokens[] = {world.teams_token, world.expired_token, world.bearer};
    a->token = input_text(input, tokens[input_below(input, 3)]);
    a->client_id = input_text(input, world.client_id);
    a->object_id = input_text(input, world.user);
    static char bearer[8192];
    strcpy(bearer, "Bearer ");
    strncat(bearer, world.bearer, sizeof bearer - 8);
    a->headers[0].name = "authorization";
    a->headers[0].value = input_text(input, bearer);
    a->headers[1].name = input_text(input, "teams-user-aad-token");
    a->headers[1].value = input_text(input, world.teams_token);
    acs_request_init(&a->request, sizeof a->request);
    a->request.method = input_text(input, "POST");
    a->request.path = input_once_in(input, 4) ? input_text(input, "/healthz") : "/api/token/teams";
    a->request.headers = a->headers;
    a->request.header_count = input_below(input, 3);
}

void use_waiting(struct input *input)
{
    choose(input);
    const struct arguments *a = &arguments;
    switch (input_below(input, 7)) {
    case 0:
        MAKE(USER, acs_client_create_user(a->client, a->given_options, RESULT(acs_user), error));
        break;
    case 1:
        MAKE(USER_TOKEN, acs_client_create_user_and_token(a->client, a->scopes, a->scope_count, a->expires_in,
                                                          a->given_options, RESULT(acs_user_token), error));
        break;
    case 2:
        MAKE(TOKEN, acs_client_get_token(a->client, a->user, a->scopes, a->scope_count, a->expires_in,
                                         a->given_options, RESULT(acs_token), error));
        break;
    case 3:
        MAKE(TOKEN, acs_client_get_token_for_teams_user(a->client, a->token, a->client_id, a->object_id,
                                                        a->given_options, RESULT(acs_token), error));
        break;
    case 4:
        MAKE(TOKEN, acs_exchanger_exchange(a->exchanger, a->token, a->client_id, a->object_id, 80, RESULT(acs_token),
                                           error));
        break;
    case 5:
        MAKE(VERIFIED, acs_verifier_verify(a->verifier, a->token, RESULT(acs_verified_token), error));
        break;
    default:
        MAKE(RESPONSE, acs_handler_handle(a->handler, &a->request, RESULT(acs_response), error));
        break;
    }
}

void use_submitting(struct input *input)
{
    choose(input);
    const struct arguments *a = &arguments;
    const acs_delivery *delivery = submissions_delivery(input);
    acs_call *call = POOL_UNSET;
    acs_call **place = input_once_in(input, 3) ? NULL : &call;
    acs_error *error = NULL;
    acs_status status;
    switch (input_below(input, 11)) {
    case 0:
        status = acs_client_create_user_submit(a->client, a->given_options, delivery, place, &error);
        break;
    case 1:
        status = acs_client_create_user_and_token_submit(a->client, a->scopes, a->scope_count, a->expires_in,
                                                         a->given_options, delivery, place, &error);
        break;
    case 2:
        status = acs_client_get_token_submit(a->client, a->user, a->scopes, a->scope_count, a->expires_in,
                                             a->given_options, delivery, place, &error);
        break;
    case 3:
        status = acs_client_delete_user_submit(a->client, a->user, a->given_options, delivery, place, &error);
        break;
    case 4:
        status = acs_client_revoke_tokens_submit(a->client, a->user, a->given_options, delivery, place, &error);
        break;
    case 5:
        status = acs_exchanger_exchange_submit(a->exchanger, a->token, a->client_id, a->object_id, ACS_DEFAULT,
                                               delivery, place, &error);
        break;
    case 6:
        status = acs_exchanger_sign_out_submit(a->exchanger, world.tenant, a->object_id, delivery, place, &error);
        break;
    case 7:
        status = acs_verifier_verify_submit(a->verifier, a->token, delivery, place, &error);
        break;
    case 8:
        status = acs_handler_handle_submit(a->handler, &a->request, delivery, place, &error);
        break;
    case 9:
        status = acs_exchanger_is_cache_reachable_submit(a->exchanger, delivery, place, &error);
        break;
    default:
        status = acs_client_get_token_for_teams_user_submit(a->client, a->token, a->client_id, a->object_id,
                                                            a->given_options, delivery, place, &error);
        break;
    }
    submissions_made(status);
    CHECK((error != NULL) == (status != ACS_STATUS_OK));
    pool_put(ERROR, error);
    if (place != NULL) {
        CHECK((call != POOL_UNSET) == (status == ACS_STATUS_OK));
        pool_put(CALL, call == POOL_UNSET ? NULL : call);
    }
}

static void take_completion(struct input *input)
{
    acs_completion *completion = acs_queue_next(pool_pick(input, QUEUE), (int64_t)input_below(input, 8));
    if (completion == NULL) {
        return;
    }
    submissions_arrived(completion);
    for (int twice = 0; twice < 2; twice++) {
        pool_put(USER, acs_completion_take_user(completion));
        pool_put(TOKEN, acs_completion_take_token(completion));
        pool_put(USER_TOKEN, acs_completion_take_user_token(completion));
        pool_put(VERIFIED, acs_completion_take_verified_token(completion));
        pool_put(RESPONSE, acs_completion_take_response(completion));
        pool_put(ERROR, acs_completion_take_error(completion));
    }
    CHECK(acs_completion_error(completion) == NULL);
    acs_completion_free(completion);
}

static void on_record(void *user_data, const acs_log_record *record)
{
    CHECK(user_data == &world && record->level >= ACS_LOG_ERROR && record->message != NULL);
    for (size_t i = 0; i < record->field_count; i++) {
        CHECK(strstr(record->fields[i].value, world.teams_token) == NULL);
    }
}

void use_otherwise(struct input *input)
{
    switch (input_below(input, 12)) {
    case 0:
        acs_call_cancel(pool_pick(input, CALL));
        break;
    case 1:
        acs_queue_shutdown(pool_pick(input, QUEUE));
        break;
    case 2:
        submissions_answer(input);
        break;
    case 3:
        acs_log_set((int32_t)input_number(input, (int64_t)input_below(input, 7)),
                    input_once_in(input, 4) ? NULL : on_record, &world, NULL, NULL);
        break;
    case 4:
        if (input_once_in(input, 4)) {
            acs_shutdown(input_once_in(input, 8) ? -5 : 20000, NULL);
        }
        break;
    case 5:
        acs_set_worker_threads((int32_t)input_number(input, 1 + (int64_t)input_below(input, 3)), NULL);
        break;
    case 6:
    case 7: {
        enum kind kind = (enum kind)input_below(input, KINDS);
        pool_free_one(kind, pool_take(input, kind));
        break;
    }
    case 8:
        CHECK(acs_queue_pending(pool_pick(input, QUEUE)) < 100000);
        acs_queue_fd(pool_pick(input, QUEUE));
        break;
    default:
        take_completion(input);
        break;
    }
}
