/* Clients, exchangers, verifiers, handlers, queues, clouds and settings used by many threads at once. */
#include "acs_auth.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

#define THREADS 8
#define ROUNDS 10

static acs_client *client;
static acs_exchanger *exchanger;
static acs_verifier *verifier;
static acs_handler *handler;
static acs_cloud *cloud;
static acs_handler_settings *settings;
static char *teams_token;
static char *caller_token;

static void in_threads(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, work, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* How many threads are ready to start. Not a pthread barrier, because macOS has none. */
static atomic_int ready;

static void *call_first(void *unused)
{
    (void)unused;
    acs_client *own = make_client();
    acs_user *user = NULL;
    acs_error *error = NULL;
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&ready) < THREADS) {
        sched_yield();
    }
    CHECK_OK(acs_client_create_user(own, NULL, &user, &error), error);
    acs_user_free(user);
    acs_client_free(own);
    return NULL;
}

/* Only one of them starts the library's threads. */
static void make_the_first_call_at_once(void)
{
    for (int round = 0; round < 5; round++) {
        acs_error *error = NULL;
        atomic_store(&ready, 0);
        in_threads(call_first);
        CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    }
}

static void *use_the_client(void *unused)
{
    static const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT};
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        acs_user *user = NULL;
        acs_token *token = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
        const char *id = acs_user_id(user);
        CHECK_OK(acs_client_get_token(client, id, scopes, 1, 3600, NULL, &token, &error), error);
        CHECK_OK(acs_client_delete_user(client, id, NULL, &error), error);
        CHECK_FAILS(acs_client_delete_user(client, id, NULL, &error), error, ACS_STATUS_NOT_FOUND);
        CHECK_TEXT(acs_client_endpoint(client), emulator_text("https_url"));
        CHECK_INT(acs_client_clock_skew_seconds(client), 0);
        acs_token_free(token);
        acs_user_free(user);
    }
    return NULL;
}

static void share_a_client(void)
{
    in_threads(use_the_client);
}

static void *use_the_exchanger(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        acs_token *token = NULL;
        acs_error *error = NULL;
        int32_t reachable = 7;
        CHECK_OK(acs_exchanger_exchange(exchanger, teams_token, emulator_text("spa.client_id"),
                                        emulator_text("users.0.object_id"), ACS_DEFAULT, &token, &error),
                 error);
        acs_token_free(token);
        CHECK_OK(acs_exchanger_is_cache_reachable(exchanger, &reachable, &error), error);
        CHECK_INT(reachable, ACS_NOT_APPLICABLE);
    }
    return NULL;
}

static void share_an_exchanger_and_what_it_exchanged(void)
{
    emulator_reset();
    in_threads(use_the_exchanger);
    CHECK_INT(emulator_request_count("exchange_teams_user"), 1);
}

static void *use_the_verifier(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        acs_verified_token *verified = NULL;
        acs_error *error = NULL;
        CHECK_OK(verify_with_keys(verifier, caller_token, &verified, &error), error);
        CHECK_TEXT(acs_verified_token_object_id(verified), emulator_text("users.0.object_id"));
        acs_verified_token_free(verified);
        CHECK_FAILS(acs_verifier_verify(verifier, teams_token, &verified, &error), error,
                    ACS_STATUS_UNAUTHORIZED);
    }
    return NULL;
}

static void share_a_verifier(void)
{
    in_threads(use_the_verifier);
}

static void *use_the_handler(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        acs_request request;
        acs_response *response = NULL;
        acs_error *error = NULL;
        wait_for_handler_keys(handler);
        acs_request_init(&request, sizeof request);
        request.method = "GET";
        request.path = "/nowhere";
        CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
        CHECK_INT(acs_response_status(response), 404);
        acs_response_free(response);
    }
    return NULL;
}

static void share_a_handler(void)
{
    in_threads(use_the_handler);
}

static void *use_what_never_changes(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        char *scope = NULL;
        acs_handler_settings *both = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_cloud_teams_scope(cloud, "Teams.ManageCalls", &scope, &error), error);
        CHECK_CONTAINS(scope, acs_cloud_teams_resource(cloud));
        acs_string_free(scope);
        CHECK_OK(acs_handler_settings_or(settings, settings, &both, &error), error);
        acs_handler_settings_free(both);
    }
    return NULL;
}

static void share_clouds_and_settings(void)
{
    in_threads(use_what_never_changes);
}

static acs_queue *queue;
static atomic_int logged;

static void take_record(void *user_data, const acs_log_record *record)
{
    CHECK(record->message != NULL);
    atomic_fetch_add((atomic_int *)user_data, 1);
}

static void *do_all_at_once(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        acs_error *error = NULL;
        acs_delivery delivery = queue_delivery(queue, NULL);
        acs_call *call = NULL;
        acs_client *own = make_client();
        /* A failure is logged. */
        CHECK_OK(acs_client_delete_user_submit(own, "8:acs:nobody", NULL, &delivery, &call, &error), error);
        acs_client_free(own);
        CHECK_OK(acs_log_set(i % 2 == 0 ? ACS_LOG_DEBUG : ACS_LOG_OFF, take_record, &logged, NULL, &error),
                 error);
        CHECK(acs_queue_pending(queue) <= THREADS * ROUNDS);
        /* It may be the completion of another thread's call. */
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        acs_status status = acs_completion_status(completion);
        CHECK(status != ACS_STATUS_OK);
        acs_completion_free(completion);
        acs_call_cancel(call);
        acs_call_free(call);
    }
    return NULL;
}

static void make_use_log_and_free_at_once(void)
{
    acs_error *error = NULL;
    queue = make_queue();
    in_threads(do_all_at_once);
    CHECK_OK(acs_log_set(ACS_LOG_OFF, NULL, NULL, NULL, &error), error);
    CHECK_INT(acs_queue_pending(queue), 0);
    acs_queue_free(queue);
    while (atomic_load(&logged) == 0) {
        sleep_ms(1);
    }
}

int main(void)
{
    acs_verifier_options verifying;
    acs_error *error = NULL;
    emulator_info();
    RUN(make_the_first_call_at_once);
    client = make_https_client();
    cloud = make_cloud();
    handler = make_handler();
    teams_token = make_teams_token();
    caller_token = make_caller_token();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    make_verifier_options(&verifying);
    verifying.cloud = cloud;
    CHECK_OK(acs_verifier_new(&verifying, &verifier, &error), error);
    CHECK_OK(acs_handler_settings_from_toml("timeout_ms = 9000\n", &settings, &error), error);
    RUN(share_a_client);
    RUN(share_an_exchanger_and_what_it_exchanged);
    RUN(share_a_verifier);
    RUN(share_a_handler);
    RUN(share_clouds_and_settings);
    RUN(make_use_log_and_free_at_once);
    acs_handler_settings_free(settings);
    acs_verifier_free(verifier);
    acs_exchanger_free(exchanger);
    acs_handler_free(handler);
    acs_cloud_free(cloud);
    acs_client_free(client);
    free(teams_token);
    free(caller_token);
    return check_done();
}
