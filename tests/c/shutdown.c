/* acs_shutdown: running calls complete once, as cancelled; everything can be used again. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"
#include "system.h"

static acs_client *client;
static acs_client *hanging;
static acs_call_options a_minute;

static void shut_down(void)
{
    acs_error *error = NULL;
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
}

static void use(void)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
}

static void of_what_never_ran_is_nothing(void)
{
    shut_down();
    shut_down();
}

/* The least count within half a second, because a thread that looked up a name may be about to end; within 5 s
 * while there are more than `expected`, because it may end late. */
static size_t least_threads(size_t expected)
{
    size_t least = system_threads();
    for (int i = 0; i < 50 || (least > expected && i < 500); i++) {
        sleep_ms(10);
        size_t count = system_threads();
        least = count < least ? count : least;
    }
    return least;
}

static void ends_the_threads_and_they_start_anew(void)
{
    use();
    size_t running = least_threads(0);
    shut_down();
    CHECK(least_threads(running - 1) < running);
    for (int i = 0; i < 10; i++) {
        use();
        CHECK_INT(least_threads(running), running);
        shut_down();
    }
}

static void count_cancelled(void *user_data, acs_completion *completion)
{
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
    acs_completion_free(completion);
    atomic_fetch_add((atomic_int *)user_data, 1);
}

static void completes_what_is_under_way_as_cancelled_first(void)
{
    static atomic_int counts[100];
    acs_queue *queue = make_queue();
    acs_delivery delivery;
    acs_error *error = NULL;
    int64_t started = now_ms();
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = count_cancelled;
    for (int i = 0; i < 100; i++) {
        acs_delivery into = queue_delivery(queue, NULL);
        delivery.user_data = &counts[i];
        CHECK_OK(acs_client_create_user_submit(hanging, &a_minute, &delivery, NULL, &error), error);
        CHECK_OK(acs_client_create_user_submit(hanging, &a_minute, &into, NULL, &error), error);
    }
    shut_down();
    CHECK(now_ms() - started < 30000);
    for (int i = 0; i < 100; i++) {
        CHECK_INT(atomic_load(&counts[i]), 1);
        acs_completion *completion = acs_queue_next(queue, 0);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
        acs_completion_free(completion);
    }
    CHECK_INT(acs_queue_pending(queue), 0);
    use();
    sleep_ms(50);
    for (int i = 0; i < 100; i++) {
        CHECK_INT(atomic_load(&counts[i]), 1);
    }
    /* The queue still works. */
    acs_delivery into = queue_delivery(queue, NULL);
    CHECK_OK(acs_client_create_user_submit(client, NULL, &into, NULL, &error), error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    acs_completion_free(completion);
    acs_queue_free(queue);
}

static atomic_int ended;

static void *wait_for_an_answer(void *unused)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    (void)unused;
    CHECK_FAILS(acs_client_create_user(hanging, &a_minute, &user, &error), error, ACS_STATUS_CANCELLED);
    atomic_fetch_add(&ended, 1);
    return NULL;
}

static void ends_calls_that_wait(void)
{
    pthread_t threads[4];
    int64_t started = now_ms();
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, wait_for_an_answer, NULL), 0);
    }
    /* Repeatedly, because a thread that is late starts the library again with its call. */
    while (atomic_load(&ended) < 4) {
        sleep_ms(100);
        shut_down();
    }
    CHECK(now_ms() - started < 50000);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

struct gate {
    atomic_int inside;
    atomic_int open;
};

static void stay_inside(void *user_data, acs_completion *completion)
{
    struct gate *gate = (struct gate *)user_data;
    acs_completion_free(completion);
    atomic_store(&gate->inside, 1);
    while (!atomic_load(&gate->open)) {
        sleep_ms(1);
    }
    atomic_store(&gate->inside, 2);
}

static void waits_for_callbacks_as_long_as_it_is_told(void)
{
    struct gate gate = {0};
    acs_delivery delivery;
    acs_error *error = NULL;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = stay_inside;
    delivery.user_data = &gate;
    CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    while (atomic_load(&gate.inside) == 0) {
        sleep_ms(1);
    }
    CHECK_FAILS(acs_shutdown(100, &error), error, ACS_STATUS_TIMEOUT);
    CHECK_INT(atomic_load(&gate.inside), 1);
    /* New threads run calls while the old one is still in the callback. */
    use();
    atomic_store(&gate.open, 1);
    while (atomic_load(&gate.inside) == 1) {
        sleep_ms(1);
    }
    use();
}

/* A callback that hangs delays neither acs_shutdown beyond its timeout nor the completions of cancelled
 * calls. */
static void completes_what_is_under_way_though_a_callback_hangs(void)
{
    static atomic_int counts[50];
    struct gate gate = {0};
    acs_queue *queue = make_queue();
    acs_delivery delivery;
    acs_error *error = NULL;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = stay_inside;
    delivery.user_data = &gate;
    CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    while (atomic_load(&gate.inside) == 0) {
        sleep_ms(1);
    }
    delivery.callback = count_cancelled;
    for (int i = 0; i < 50; i++) {
        acs_delivery into = queue_delivery(queue, NULL);
        delivery.user_data = &counts[i];
        CHECK_OK(acs_client_create_user_submit(hanging, &a_minute, &delivery, NULL, &error), error);
        CHECK_OK(acs_client_create_user_submit(hanging, &a_minute, &into, NULL, &error), error);
    }
    int64_t started = now_ms();
    CHECK_FAILS(acs_shutdown(2000, &error), error, ACS_STATUS_TIMEOUT);
    CHECK(now_ms() - started < 30000);
    for (int i = 0; i < 50; i++) {
        while (atomic_load(&counts[i]) == 0) {
            sleep_ms(1);
        }
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
        acs_completion_free(completion);
    }
    use();
    CHECK_INT(atomic_load(&gate.inside), 1);
    atomic_store(&gate.open, 1);
    shut_down();
    CHECK_INT(atomic_load(&gate.inside), 2);
    for (int i = 0; i < 50; i++) {
        CHECK_INT(atomic_load(&counts[i]), 1);
    }
    acs_queue_free(queue);
}

static void *use_a_lot(void *stop)
{
    while (!atomic_load((atomic_int *)stop)) {
        acs_user *user = NULL;
        acs_error *error = NULL;
        acs_status status = acs_client_create_user(client, NULL, &user, &error);
        if (status != ACS_STATUS_OK && status != ACS_STATUS_CANCELLED) {
            check_failed(__FILE__, __LINE__, "a call while the library is shut down",
                         acs_error_message(error));
        }
        acs_error_free(error);
        acs_user_free(user);
    }
    return NULL;
}

static void *submit_a_lot(void *stop)
{
    arrivals these;
    arrivals_init(&these);
    for (size_t submitted = 0; !atomic_load((atomic_int *)stop) && submitted < ARRIVALS_ROOM;) {
        acs_delivery delivery = arrivals_delivery(&these);
        acs_error *error = NULL;
        acs_status status = acs_client_create_user_submit(client, NULL, &delivery, NULL, &error);
        if (status == ACS_STATUS_OK) {
            acs_completion *completion = arrivals_next(&these);
            acs_status end = acs_completion_status(completion);
            if (end != ACS_STATUS_OK && end != ACS_STATUS_CANCELLED) {
                check_failed(__FILE__, __LINE__, "a submission while the library is shut down",
                             acs_error_message(acs_completion_error(completion)));
            }
            acs_completion_free(completion);
            CHECK_INT(arrivals_count(&these), ++submitted);
        } else {
            CHECK_FAILS(status, error, ACS_STATUS_CANCELLED);
        }
    }
    arrivals_destroy(&these);
    return NULL;
}

static void while_others_use_the_library(void)
{
    pthread_t threads[4];
    atomic_int stop = 0;
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, i % 2 == 0 ? use_a_lot : submit_a_lot, &stop), 0);
    }
    for (int i = 0; i < 30; i++) {
        sleep_ms(10);
        shut_down();
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    use();
}

static void empties_caches(void)
{
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    char *token = make_teams_token();
    emulator_reset();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    for (size_t round = 1; round <= 2; round++) {
        for (int i = 0; i < 3; i++) {
            acs_token *exchanged = NULL;
            CHECK_OK(acs_exchanger_exchange(exchanger, token, emulator_text("spa.client_id"),
                                            emulator_text("users.0.object_id"), ACS_DEFAULT, &exchanged,
                                            &error),
                     error);
            acs_token_free(exchanged);
        }
        CHECK_INT(emulator_request_count("exchange_teams_user"), round);
        shut_down();
    }
    acs_exchanger_free(exchanger);
    free(token);
}

int main(void)
{
    RUN(of_what_never_ran_is_nothing);
    client = make_client();
    hanging = make_hanging_client();
    acs_call_options_init(&a_minute, sizeof a_minute);
    a_minute.timeout_ms = 60000;
    RUN(ends_the_threads_and_they_start_anew);
    RUN(completes_what_is_under_way_as_cancelled_first);
    RUN(ends_calls_that_wait);
    RUN(waits_for_callbacks_as_long_as_it_is_told);
    RUN(completes_what_is_under_way_though_a_callback_hangs);
    RUN(while_others_use_the_library);
    RUN(empties_caches);
    acs_client_free(client);
    acs_client_free(hanging);
    return check_done();
}
