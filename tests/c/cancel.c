/* Cancelling before, during and after a call, twice, and from any thread: each submission still completes
 * once. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

/* A cancelled call must complete long before its deadline, which is a minute. */
#define SOON_MS 30000

static acs_client *client;
static acs_client *hanging;
static acs_call_options a_minute;

static acs_call *submitted(const acs_client *to, acs_delivery delivery)
{
    acs_call *call = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_submit(to, &a_minute, &delivery, &call, &error), error);
    CHECK(call != NULL);
    return call;
}

static void expect_cancelled(acs_completion *completion)
{
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
    CHECK_INT(acs_error_kind(acs_completion_error(completion)), ACS_STATUS_CANCELLED);
    CHECK(acs_completion_take_user(completion) == NULL);
    acs_completion_free(completion);
}

static void at_once(void)
{
    arrivals these;
    int64_t started = now_ms();
    arrivals_init(&these);
    for (int i = 0; i < 100; i++) {
        acs_call *call = submitted(hanging, arrivals_delivery(&these));
        acs_call_cancel(call);
        acs_call_free(call);
        expect_cancelled(arrivals_next(&these));
    }
    CHECK(now_ms() - started < SOON_MS);
    CHECK_INT(arrivals_count(&these), 100);
    arrivals_destroy(&these);
}

static void while_the_service_is_silent(void)
{
    acs_queue *queue = make_queue();
    acs_call *call = submitted(hanging, queue_delivery(queue, NULL));
    int64_t started = now_ms();
    CHECK(acs_queue_next(queue, 300) == NULL);
    acs_call_cancel(call);
    expect_cancelled(acs_queue_next(queue, ACS_WAIT_FOREVER));
    CHECK(now_ms() - started < SOON_MS);
    acs_call_free(call);
    acs_queue_free(queue);
}

static void while_the_service_works(void)
{
    acs_queue *queue = make_queue();
    emulator_reset();
    emulator_fault(json_pack("{s:s,s:i}", "operation", "create_user", "latency_ms", 60000));
    acs_call *call = submitted(client, queue_delivery(queue, NULL));
    while (emulator_request_count("create_user") == 0) {
        sleep_ms(10);
    }
    int64_t started = now_ms();
    acs_call_cancel(call);
    expect_cancelled(acs_queue_next(queue, ACS_WAIT_FOREVER));
    CHECK(now_ms() - started < SOON_MS);
    CHECK(acs_queue_next(queue, 0) == NULL);
    acs_call_free(call);
    acs_queue_free(queue);
    emulator_reset();
}

static void after_the_end(void)
{
    arrivals these;
    arrivals_init(&these);
    acs_call *call = submitted(client, arrivals_delivery(&these));
    acs_completion *completion = arrivals_next(&these);
    acs_call_cancel(call);
    acs_call_cancel(call);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    acs_user *user = acs_completion_take_user(completion);
    CHECK(acs_user_id(user) != NULL);
    acs_user_free(user);
    acs_completion_free(completion);
    acs_call_cancel(call);
    acs_call_free(call);
    /* A second completion would arrive within this time, or be written to freed memory. */
    sleep_ms(50);
    CHECK_INT(arrivals_count(&these), 1);
    arrivals_destroy(&these);
}

static void *cancel_again_and_again(void *call)
{
    for (int i = 0; i < 50; i++) {
        acs_call_cancel((const acs_call *)call);
    }
    return NULL;
}

static void from_many_threads(void)
{
    arrivals these;
    pthread_t threads[8];
    arrivals_init(&these);
    for (int round = 0; round < 10; round++) {
        acs_call *call = submitted(hanging, arrivals_delivery(&these));
        for (int i = 0; i < 8; i++) {
            CHECK_INT(pthread_create(&threads[i], NULL, cancel_again_and_again, call), 0);
        }
        expect_cancelled(arrivals_next(&these));
        for (int i = 0; i < 8; i++) {
            pthread_join(threads[i], NULL);
        }
        acs_call_free(call);
    }
    CHECK_INT(arrivals_count(&these), 10);
    arrivals_destroy(&these);
}

static void only_what_is_meant(void)
{
    arrivals kept;
    arrivals cancelled;
    arrivals_init(&kept);
    arrivals_init(&cancelled);
    for (int i = 0; i < 20; i++) {
        acs_call *one = submitted(client, arrivals_delivery(&kept));
        acs_call *other = submitted(hanging, arrivals_delivery(&cancelled));
        acs_call_cancel(other);
        acs_call_free(one);
        acs_call_free(other);
    }
    for (int i = 0; i < 20; i++) {
        arrivals_expect(&kept, ACS_STATUS_OK);
        expect_cancelled(arrivals_next(&cancelled));
    }
    arrivals_destroy(&kept);
    arrivals_destroy(&cancelled);
}

struct chain {
    acs_call *other;
    arrivals arrived;
};

static void cancel_the_other(void *user_data, acs_completion *completion)
{
    struct chain *chain = (struct chain *)user_data;
    acs_call_cancel(chain->other);
    acs_completion_free(completion);
}

static void from_a_callback(void)
{
    struct chain chain;
    acs_delivery delivery;
    arrivals_init(&chain.arrived);
    chain.other = submitted(hanging, arrivals_delivery(&chain.arrived));
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = cancel_the_other;
    delivery.user_data = &chain;
    acs_call_free(submitted(client, delivery));
    expect_cancelled(arrivals_next(&chain.arrived));
    acs_call_free(chain.other);
    arrivals_destroy(&chain.arrived);
}

struct race {
    atomic_int completed;
    atomic_int cancelled;
};

static void count(void *user_data, acs_completion *completion)
{
    struct race *race = (struct race *)acs_completion_user_data(completion);
    CHECK(race == user_data);
    acs_status status = acs_completion_status(completion);
    CHECK(status == ACS_STATUS_OK || status == ACS_STATUS_CANCELLED);
    atomic_fetch_add(&race->cancelled, status == ACS_STATUS_CANCELLED);
    acs_completion_free(completion);
    atomic_fetch_add(&race->completed, 1);
}

/* Cancels a call at different moments, while its response is on the way. */
static void in_a_race_with_the_answer(void)
{
    struct race race = {0};
    acs_delivery delivery;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = count;
    delivery.user_data = &race;
    for (int i = 0; i < 100; i++) {
        acs_call *call = submitted(client, delivery);
        sleep_ms(i % 5);
        acs_call_cancel(call);
        acs_call_free(call);
    }
    while (atomic_load(&race.completed) < 100) {
        sleep_ms(5);
    }
    sleep_ms(50);
    CHECK_INT(atomic_load(&race.completed), 100);
}

int main(void)
{
    client = make_client();
    hanging = make_hanging_client();
    acs_call_options_init(&a_minute, sizeof a_minute);
    a_minute.timeout_ms = 60000;
    RUN(at_once);
    RUN(while_the_service_is_silent);
    RUN(while_the_service_works);
    RUN(after_the_end);
    RUN(from_many_threads);
    RUN(only_what_is_meant);
    RUN(from_a_callback);
    RUN(in_a_race_with_the_answer);
    acs_client_free(client);
    acs_client_free(hanging);
    return check_done();
}
