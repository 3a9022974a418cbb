/* Callbacks run on the library's threads, may use the library, and are called once for each submission. */
#include "acs_auth.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

static acs_client *client;
static pthread_t main_thread;

static void submit_to(const acs_client *to, acs_completion_callback callback, void *user_data)
{
    acs_delivery delivery;
    acs_error *error = NULL;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = callback;
    delivery.user_data = user_data;
    CHECK_OK(acs_client_create_user_submit(to, NULL, &delivery, NULL, &error), error);
}

static void look_around(void *user_data, acs_completion *completion)
{
    CHECK(!pthread_equal(pthread_self(), main_thread));
#ifndef _WIN32
    sigset_t blocked;
    /* The host's signals must not be delivered to a thread of the library. */
    CHECK_INT(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
    CHECK(sigismember(&blocked, SIGUSR1) && sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGCHLD));
#endif
    arrivals_callback(user_data, completion);
}

static void run_on_threads_of_the_library(void)
{
    arrivals these;
    arrivals_init(&these);
    submit_to(client, look_around, &these);
    arrivals_expect(&these, ACS_STATUS_OK);
    arrivals_destroy(&these);
}

static void call_and_wait(void *user_data, acs_completion *completion)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    CHECK(acs_user_id(user) != NULL);
    acs_user_free(user);
    arrivals_callback(user_data, completion);
}

/* The callback blocks the only worker thread; the call that it waits for, and others, must continue. */
static void may_wait_for_calls(void)
{
    arrivals these;
    arrivals_init(&these);
    for (int i = 0; i < 8; i++) {
        submit_to(client, call_and_wait, &these);
    }
    for (int i = 0; i < 8; i++) {
        arrivals_expect(&these, ACS_STATUS_OK);
    }
    arrivals_destroy(&these);
}

struct relay {
    int left;
    arrivals *these;
};

static void submit_the_next(void *user_data, acs_completion *completion)
{
    struct relay *relay = (struct relay *)user_data;
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    acs_completion_free(completion);
    if (--relay->left > 0) {
        submit_to(client, submit_the_next, relay);
    } else {
        submit_to(client, arrivals_callback, relay->these);
    }
}

static void may_submit_more(void)
{
    arrivals these;
    arrivals_init(&these);
    struct relay relay = {20, &these};
    submit_to(client, submit_the_next, &relay);
    arrivals_expect(&these, ACS_STATUS_OK);
    CHECK_INT(relay.left, 0);
    arrivals_destroy(&these);
}

struct own {
    acs_client *client;
    acs_call *call;
    acs_queue *queue;
    atomic_int *finished;
};

static void count(void *user_data, acs_completion *completion)
{
    acs_completion_free(completion);
    atomic_fetch_add((atomic_int *)user_data, 1);
}

static void free_all(void *user_data, acs_completion *completion)
{
    struct own *own = (struct own *)user_data;
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    acs_client_free(own->client);
    acs_call_cancel(own->call);
    acs_call_free(own->call);
    acs_queue_free(own->queue);
    count(own->finished, completion);
}

static void may_free_what_is_in_use_elsewhere(void)
{
    atomic_int finished = 0;
    for (int i = 1; i <= 20; i++) {
        acs_client *to = make_client();
        acs_queue *queue = make_queue();
        struct own own = {to, NULL, queue, &finished};
        acs_delivery delivery;
        acs_error *error = NULL;
        acs_delivery into = queue_delivery(queue, NULL);
        CHECK_OK(acs_client_create_user_submit(to, NULL, &into, &own.call, &error), error);
        acs_delivery_init(&delivery, sizeof delivery);
        delivery.callback = free_all;
        delivery.user_data = &own;
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
        while (atomic_load(&finished) < i) {
            sleep_ms(1);
        }
    }
}

static void shut_down(void *user_data, acs_completion *completion)
{
    acs_error *error = NULL;
    CHECK_FAILS(acs_shutdown(0, &error), error, ACS_STATUS_INVALID_ARGUMENT);
    arrivals_callback(user_data, completion);
}

static void may_not_shut_the_library_down(void)
{
    arrivals these;
    arrivals_init(&these);
    submit_to(client, shut_down, &these);
    arrivals_expect(&these, ACS_STATUS_OK);
    submit_to(client, arrivals_callback, &these);
    arrivals_expect(&these, ACS_STATUS_OK);
    arrivals_destroy(&these);
}

static void come_once_for_each_of_many(void)
{
    static atomic_int counts[300];
    for (int i = 0; i < 300; i++) {
        submit_to(client, count, &counts[i]);
    }
    for (int i = 0; i < 300; i++) {
        while (atomic_load(&counts[i]) == 0) {
            sleep_ms(1);
        }
    }
    sleep_ms(50);
    for (int i = 0; i < 300; i++) {
        CHECK_INT(atomic_load(&counts[i]), 1);
    }
}

/* Blocks callbacks until it is opened. */
struct gate {
    atomic_int inside;
    atomic_int is_open;
    atomic_int done;
};

static void stay_inside(void *user_data, acs_completion *completion)
{
    struct gate *gate = (struct gate *)user_data;
    acs_completion_free(completion);
    atomic_fetch_add(&gate->inside, 1);
    while (atomic_load(&gate->is_open) == 0) {
        sleep_ms(1);
    }
    atomic_fetch_add(&gate->done, 1);
}

static void *create_users(void *unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++) {
        acs_user *user = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
        acs_user_free(user);
    }
    return NULL;
}

/* Blocking calls and calls with a queue, each within its deadline of 10 s. */
static void expect_others_go_on(void)
{
    pthread_t threads[5];
    acs_queue *queue = make_queue();
    for (int i = 0; i < 5; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, create_users, NULL), 0);
    }
    for (int i = 0; i < 50; i++) {
        acs_delivery delivery = queue_delivery(queue, NULL);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    }
    for (int i = 0; i < 50; i++) {
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        acs_completion_free(completion);
    }
    for (int i = 0; i < 5; i++) {
        pthread_join(threads[i], NULL);
    }
    acs_queue_free(queue);
}

static void hang_one(struct gate *gate, int count)
{
    submit_to(client, stay_inside, gate);
    while (atomic_load(&gate->inside) < count) {
        sleep_ms(1);
    }
}

static void that_hang_delay_no_other_call(void)
{
    struct gate gate = {0};
    arrivals these;
    arrivals_init(&these);
    for (int hanging = 1; hanging <= 5; hanging++) {
        hang_one(&gate, hanging);
        expect_others_go_on();
        for (int i = 0; i < 100; i++) {
            submit_to(client, i % 10 == 0 ? call_and_wait : arrivals_callback, &these);
        }
        for (int i = 0; i < 100; i++) {
            arrivals_expect(&these, ACS_STATUS_OK);
        }
    }
    CHECK_INT(atomic_load(&gate.done), 0);
    atomic_store(&gate.is_open, 1);
    while (atomic_load(&gate.done) < 5) {
        sleep_ms(1);
    }
    arrivals_destroy(&these);
}

/* More callbacks than threads: the rest wait for their turn, and each is called once. */
static void that_hang_on_every_thread_hold_up_callbacks_alone(void)
{
    struct gate gate = {0};
    hang_one(&gate, 1);
    for (int i = 1; i < 40; i++) {
        submit_to(client, stay_inside, &gate);
    }
    while (atomic_load(&gate.inside) < 16) {
        sleep_ms(1);
    }
    expect_others_go_on();
    CHECK(atomic_load(&gate.inside) < 40);
    atomic_store(&gate.is_open, 1);
    while (atomic_load(&gate.done) < 40) {
        sleep_ms(1);
    }
    CHECK_INT(atomic_load(&gate.inside), 40);
}

static void with_several_threads_too(void)
{
    acs_error *error = NULL;
    CHECK_OK(acs_set_worker_threads(4, &error), error);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    run_on_threads_of_the_library();
    may_wait_for_calls();
    may_submit_more();
    that_hang_delay_no_other_call();
    CHECK_OK(acs_set_worker_threads(1, &error), error);
}

int main(void)
{
    main_thread = pthread_self();
    client = make_client();
    RUN(run_on_threads_of_the_library);
    RUN(may_wait_for_calls);
    RUN(may_submit_more);
    RUN(may_free_what_is_in_use_elsewhere);
    RUN(may_not_shut_the_library_down);
    RUN(come_once_for_each_of_many);
    RUN(that_hang_delay_no_other_call);
    RUN(that_hang_on_every_thread_hold_up_callbacks_alone);
    RUN(with_several_threads_too);
    acs_client_free(client);
    return check_done();
}
