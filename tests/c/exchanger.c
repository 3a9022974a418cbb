/* The exchanger: cache, coalescing, limit, sign-out. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

static acs_client *client;
static char *teams;

static acs_exchanger *made(const acs_exchanger_options *options)
{
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    emulator_reset();
    CHECK_OK(acs_exchanger_new(client, options, &exchanger, &error), error);
    return exchanger;
}

static acs_status exchange(const acs_exchanger *exchanger, const char *token, int64_t timeout_ms,
                           acs_token **exchanged, acs_error **error)
{
    return acs_exchanger_exchange(exchanger, token, emulator_text("spa.client_id"),
                                  emulator_text("users.0.object_id"), timeout_ms, exchanged, error);
}

static void keeps_what_it_exchanged(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_token *first = NULL;
    acs_token *second = NULL;
    acs_error *error = NULL;
    CHECK_OK(exchange(exchanger, teams, ACS_DEFAULT, &first, &error), error);
    CHECK_OK(exchange(exchanger, teams, ACS_DEFAULT, &second, &error), error);
    CHECK_TEXT(acs_token_text(second), acs_token_text(first));
    CHECK_INT(acs_token_expires_on(second), acs_token_expires_on(first));
    CHECK(acs_token_expires_on(first) > time(NULL));
    CHECK_INT(emulator_request_count("exchange_teams_user"), 1);
    acs_token_free(first);
    acs_token_free(second);

    CHECK_OK(acs_exchanger_sign_out(exchanger, emulator_text("tenant_id"), emulator_text("users.0.object_id"),
                                    &error),
             error);
    CHECK_OK(exchange(exchanger, teams, ACS_DEFAULT, &first, &error), error);
    CHECK_INT(emulator_request_count("exchange_teams_user"), 2);
    acs_token_free(first);
    acs_exchanger_free(exchanger);
}

static void keeps_the_identity_of_a_teams_extension_user(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_user_token *first = NULL;
    acs_error *error = NULL;
    char *token = emulator_mint("kind=teams_extension");
    CHECK_OK(acs_exchanger_exchange_teams_extension(exchanger, token, ACS_DEFAULT, &first, &error), error);
    CHECK(strstr(acs_user_token_user_id(first), emulator_text("tenant_id")) != NULL);
    CHECK_OK(acs_exchanger_exchange_teams_extension_submit(exchanger, token, ACS_DEFAULT, &delivery, NULL, &error),
             error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    acs_user_token *second = acs_completion_take_user_token(completion);
    CHECK_TEXT(acs_user_token_user_id(second), acs_user_token_user_id(first));
    CHECK_TEXT(acs_user_token_text(second), acs_user_token_text(first));
    CHECK_INT(emulator_request_count("exchange_teams_extension"), 1);
    acs_user_token_free(first);
    acs_user_token_free(second);
    acs_completion_free(completion);
    acs_queue_free(queue);
    free(token);
    acs_exchanger_free(exchanger);
}

static void makes_one_exchange_for_many_at_once(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    emulator_fault(json_pack("{s:s,s:i}", "operation", "exchange_teams_user", "latency_ms", 200));
    for (int i = 0; i < 50; i++) {
        CHECK_OK(acs_exchanger_exchange_submit(exchanger, teams, emulator_text("spa.client_id"),
                                               emulator_text("users.0.object_id"), ACS_DEFAULT, &delivery,
                                               NULL, &error),
                 error);
    }
    for (int i = 0; i < 50; i++) {
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        acs_token *token = acs_completion_take_token(completion);
        CHECK(token != NULL);
        acs_token_free(token);
        acs_completion_free(completion);
    }
    CHECK_INT(emulator_request_count("exchange_teams_user"), 1);
    acs_queue_free(queue);
    acs_exchanger_free(exchanger);
}

static void goes_on_when_the_first_is_cancelled(void)
{
    acs_exchanger *exchanger = made(NULL);
    arrivals first;
    arrivals others;
    acs_call *call = NULL;
    acs_error *error = NULL;
    arrivals_init(&first);
    arrivals_init(&others);
    acs_delivery delivery = arrivals_delivery(&first);
    /* Long enough for a busy machine to get to the cancelling. */
    emulator_fault(json_pack("{s:s,s:i}", "operation", "exchange_teams_user", "latency_ms", 2500));
    CHECK_OK(acs_exchanger_exchange_submit(exchanger, teams, emulator_text("spa.client_id"),
                                           emulator_text("users.0.object_id"), PATIENCE_MS, &delivery, &call,
                                           &error),
             error);
    delivery = arrivals_delivery(&others);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(acs_exchanger_exchange_submit(exchanger, teams, emulator_text("spa.client_id"),
                                               emulator_text("users.0.object_id"), PATIENCE_MS, &delivery,
                                               NULL, &error),
                 error);
    }
    acs_call_cancel(call);
    arrivals_expect(&first, ACS_STATUS_CANCELLED);
    for (int i = 0; i < 5; i++) {
        arrivals_expect(&others, ACS_STATUS_OK);
    }
    acs_call_free(call);
    arrivals_destroy(&first);
    arrivals_destroy(&others);
    acs_exchanger_free(exchanger);
}

static void refuses_a_bad_token_itself(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_token *token = NULL;
    acs_error *error = NULL;
    char *expired = emulator_mint("kind=teams&attack=expired");
    CHECK_INT(exchange(exchanger, expired, ACS_DEFAULT, &token, &error), ACS_STATUS_ENTRA_TOKEN_INVALID);
    CHECK_TEXT(acs_error_code(error), "expiry");
    CHECK_LACKS(acs_error_message(error), expired);
    acs_error_free(error);
    CHECK_INT(emulator_request_count("exchange_teams_user"), 0);
    acs_exchanger_free(exchanger);
    free(expired);
}

static void keeps_to_its_deadline(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_token *token = NULL;
    acs_error *error = NULL;
    int64_t started = now_ms();
    emulator_fault(json_pack("{s:s,s:i}", "operation", "exchange_teams_user", "latency_ms", 60000));
    CHECK_FAILS(exchange(exchanger, teams, 300, &token, &error), error, ACS_STATUS_TIMEOUT);
    CHECK(now_ms() - started >= 299 && now_ms() - started < 30000);
    CHECK_REFUSED(exchange(exchanger, teams, -2, &token, &error), error, "timeout_ms");
    acs_exchanger_free(exchanger);
    emulator_reset();
}

static void keeps_to_its_limit(void)
{
    acs_exchanger_options options;
    acs_token *token = NULL;
    acs_error *error = NULL;
    acs_exchanger_options_init(&options, sizeof options);
    options.cache_bytes = 0;
    options.limit = 2;
    options.limit_burst = 1;
    options.limit_window_ms = 60000;
    acs_exchanger *exchanger = made(&options);
    CHECK_OK(exchange(exchanger, teams, ACS_DEFAULT, &token, &error), error);
    acs_token_free(token);
    CHECK_INT(exchange(exchanger, teams, ACS_DEFAULT, &token, &error), ACS_STATUS_THROTTLED);
    CHECK_TEXT(acs_error_code(error), "limited");
    CHECK(acs_error_retry_after_ms(error) > 10000);
    acs_error_free(error);
    CHECK_INT(emulator_request_count("exchange_teams_user"), 1);
    acs_exchanger_free(exchanger);
}

static void says_whether_a_cache_is_shared(void)
{
    acs_exchanger *exchanger = made(NULL);
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    int32_t reachable = 7;
    CHECK_OK(acs_exchanger_is_cache_reachable(exchanger, &reachable, &error), error);
    CHECK_INT(reachable, ACS_NOT_APPLICABLE);
    CHECK_OK(acs_exchanger_sign_out_submit(exchanger, emulator_text("tenant_id"),
                                           emulator_text("users.0.object_id"), &delivery, NULL, &error),
             error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    CHECK(acs_completion_take_token(completion) == NULL && acs_completion_reachable(completion) == ACS_NOT_APPLICABLE);
    acs_completion_free(completion);
    acs_exchanger_free(exchanger);
    acs_queue_free(queue);
}

/* Exchanges continue without a Redis that is unreachable. */
static void goes_on_without_its_redis(void)
{
    static const uint8_t secret[32] = {7};
    acs_exchanger_options options;
    acs_redis_options redis;
    acs_token *token = NULL;
    acs_error *error = NULL;
    int32_t reachable = 7;
    char *key = make_access_key();
    key[42] = 'A';
    acs_redis_options_init(&redis, sizeof redis);
    redis.url = "redis://127.0.0.1:1";
    redis.sealing_key = key;
    acs_exchanger_options_init(&options, sizeof options);
    options.redis = &redis;
    CHECK_REFUSED(acs_exchanger_new(client, &options, (acs_exchanger *[]){NULL}, &error), error,
                  "cache_secret");
    options.cache_secret.data = secret;
    options.cache_secret.len = 31;
    CHECK_REFUSED(acs_exchanger_new(client, &options, (acs_exchanger *[]){NULL}, &error), error,
                  "cache_secret");
    options.cache_secret.len = 32;
    acs_exchanger *exchanger = made(&options);
    memset(key, 'x', strlen(key));
    free(key);
    CHECK_OK(acs_exchanger_is_cache_reachable(exchanger, &reachable, &error), error);
    CHECK_INT(reachable, 0);
    CHECK_OK(exchange(exchanger, teams, ACS_DEFAULT, &token, &error), error);
    acs_token_free(token);
    CHECK_FAILS(acs_exchanger_sign_out(exchanger, emulator_text("tenant_id"),
                                       emulator_text("users.0.object_id"), &error),
                error, ACS_STATUS_TRANSPORT_ERROR);
    acs_exchanger_free(exchanger);
}

static void gives_its_keys_to_other_caches(void)
{
    uint8_t bytes[32] = {7};
    acs_bytes secret = {bytes, sizeof bytes};
    acs_endpoint *endpoint = NULL;
    acs_cache_key one;
    acs_cache_key same;
    acs_cache_key other;
    acs_error *error = NULL;
    char *another = make_teams_token();
    const char *client_id = emulator_text("spa.client_id");
    const char *user = emulator_text("users.0.object_id");
    CHECK_OK(acs_endpoint_parse(emulator_text("https_url"), &endpoint, &error), error);
    CHECK_OK(acs_cache_key_new(secret, NULL, endpoint, NULL, teams, client_id, user, &one, &error), error);
    CHECK_OK(acs_cache_key_new(secret, NULL, endpoint, NULL, teams, client_id, user, &same, &error), error);
    CHECK(memcmp(&one, &same, sizeof one) == 0);
    CHECK_OK(acs_cache_key_new(secret, NULL, endpoint, NULL, another, client_id, user, &other, &error), error);
    CHECK(memcmp(one.user, other.user, sizeof one.user) == 0);
    CHECK(memcmp(one.entry, other.entry, sizeof one.entry) != 0);
    bytes[31] = 1;
    CHECK_OK(acs_cache_key_new(secret, NULL, endpoint, NULL, teams, client_id, user, &other, &error), error);
    CHECK(memcmp(one.entry, other.entry, sizeof one.entry) != 0);
    secret.len = 31;
    CHECK_REFUSED(acs_cache_key_new(secret, NULL, endpoint, NULL, teams, client_id, user, &other, &error), error,
                  "secret");
    acs_endpoint_free(endpoint);
    free(another);
}

int main(void)
{
    client = make_client();
    teams = make_teams_token();
    RUN(keeps_what_it_exchanged);
    RUN(keeps_the_identity_of_a_teams_extension_user);
    RUN(makes_one_exchange_for_many_at_once);
    RUN(goes_on_when_the_first_is_cancelled);
    RUN(refuses_a_bad_token_itself);
    RUN(keeps_to_its_deadline);
    RUN(keeps_to_its_limit);
    RUN(says_whether_a_cache_is_shared);
    RUN(goes_on_without_its_redis);
    RUN(gives_its_keys_to_other_caches);
    free(teams);
    acs_client_free(client);
    return check_done();
}
