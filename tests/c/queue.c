/* Completion queues: waiting, polling, many threads, shutting down. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#ifdef _WIN32
#include <windows.h>
#elif defined(__linux__)
#include <sys/epoll.h>
#include <unistd.h>
#else
#include <sys/event.h>
#include <unistd.h>
#endif

#include "arrivals.h"
#include "check.h"
#include "make.h"
#include "system.h"

static acs_client *client;
static acs_client *hanging;

static void submit(const acs_client *to, acs_queue *queue, void *user_data)
{
    acs_delivery delivery = queue_delivery(queue, user_data);
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_submit(to, NULL, &delivery, NULL, &error), error);
}

static void expect_user(acs_completion *completion, void *user_data)
{
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    CHECK(acs_completion_error(completion) == NULL);
    CHECK(acs_completion_user_data(completion) == user_data);
    acs_user *user = acs_completion_take_user(completion);
    CHECK_CONTAINS(acs_user_id(user), "8:acs:");
    acs_user_free(user);
    acs_completion_free(completion);
}

static void waits_as_long_as_it_is_told(void)
{
    acs_queue *queue = make_queue();
    int64_t started = now_ms();
    CHECK(acs_queue_next(queue, 0) == NULL);
    CHECK(acs_queue_next(queue, -2) == NULL);
    CHECK(acs_queue_next(queue, INT64_MIN) == NULL);
    CHECK(acs_queue_next(queue, 200) == NULL);
    CHECK(now_ms() - started >= 199);
    submit(client, queue, &started);
    expect_user(acs_queue_next(queue, ACS_WAIT_FOREVER), &started);
    submit(client, queue, &started);
    expect_user(acs_queue_next(queue, INT64_MAX), &started);
    acs_queue_free(queue);
}

static void is_readable_while_a_completion_waits(void)
{
    acs_queue *queue = make_queue();
    CHECK(!system_is_ready(queue, 0));
    submit(client, queue, NULL);
    submit(client, queue, NULL);
    CHECK_INT(acs_queue_pending(queue), 2);
    CHECK(system_is_ready(queue, -1));
    CHECK_INT(acs_queue_pending(queue), 2);
    expect_user(acs_queue_next(queue, 0), NULL);
    CHECK(system_is_ready(queue, -1));
    expect_user(acs_queue_next(queue, 0), NULL);
    CHECK(!system_is_ready(queue, 0));
    CHECK_INT(acs_queue_pending(queue), 0);
    /* It becomes readable again, and stays so until the completion is taken. */
    submit(client, queue, NULL);
    CHECK(system_is_ready(queue, -1));
    CHECK(system_is_ready(queue, 0));
    expect_user(acs_queue_next(queue, ACS_WAIT_FOREVER), NULL);
    CHECK(!system_is_ready(queue, 0));
    acs_queue_free(queue);
}

#define MANY 60

static void submit_many(acs_queue *queue, int seen[MANY])
{
    for (int i = 0; i < MANY; i++) {
        submit(client, queue, &seen[i]);
    }
}

/* Takes all waiting completions, each for the first time, and returns how many there were. */
static int take_all(acs_queue *queue)
{
    int taken = 0;
    for (acs_completion *completion; (completion = acs_queue_next(queue, 0)) != NULL; taken++) {
        int *one = (int *)acs_completion_user_data(completion);
        CHECK_INT(++*one, 1);
        expect_user(completion, one);
    }
    return taken;
}

#ifdef _WIN32
static void serves_a_loop_of_several_events(void)
{
    acs_queue *queue = make_queue();
    int seen[MANY] = {0};
    int done = 0;
    HANDLE events[] = {CreateEventA(NULL, TRUE, FALSE, NULL), (HANDLE)(intptr_t)acs_queue_fd(queue)};
    submit_many(queue, seen);
    while (done < MANY) {
        CHECK_INT(WaitForMultipleObjects(2, events, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
        done += take_all(queue);
    }
    CHECK_INT(WaitForMultipleObjects(2, events, FALSE, 0), WAIT_TIMEOUT);
    CloseHandle(events[0]);
    acs_queue_free(queue);
}

struct watch {
    acs_queue *queue;
    atomic_int done;
};

static VOID CALLBACK on_event(PVOID data, BOOLEAN timed_out)
{
    struct watch *watch = (struct watch *)data;
    CHECK(!timed_out);
    atomic_fetch_add(&watch->done, take_all(watch->queue));
}

/* Loops of I/O completion ports and .NET wait like this. */
static void serves_a_wait_of_the_thread_pool(void)
{
    struct watch watch = {.queue = make_queue()};
    HANDLE event = (HANDLE)(intptr_t)acs_queue_fd(watch.queue);
    HANDLE wait;
    int seen[MANY] = {0};
    CHECK(RegisterWaitForSingleObject(&wait, event, on_event, &watch, INFINITE, WT_EXECUTEINWAITTHREAD));
    submit_many(watch.queue, seen);
    while (atomic_load(&watch.done) < MANY) {
        sleep_ms(1);
    }
    CHECK(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    acs_queue_free(watch.queue);
}
#elif defined(__linux__)
/* With an edge-triggered flag, an edge must also arrive for completions after the queue was emptied. */
static void run_epoll(uint32_t flags)
{
    acs_queue *queue = make_queue();
    int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | flags, .data = {.ptr = queue}};
    int seen[MANY] = {0};
    int done = 0;
    CHECK_INT(epoll_ctl(loop, EPOLL_CTL_ADD, acs_queue_fd(queue), &event), 0);
    submit_many(queue, seen);
    while (done < MANY) {
        CHECK_INT(epoll_wait(loop, &event, 1, -1), 1);
        CHECK(event.data.ptr == queue);
        done += take_all(queue);
    }
    CHECK_INT(epoll_wait(loop, &event, 1, 0), 0);
    close(loop);
    acs_queue_free(queue);
}

static void serves_an_epoll_loop(void)
{
    run_epoll(0);
    run_epoll(EPOLLET);
}
#else
/* With an edge-triggered flag, an edge must also arrive for completions after the queue was emptied. */
static void run_kqueue(uint16_t flags)
{
    acs_queue *queue = make_queue();
    int loop = kqueue();
    struct kevent event;
    struct timespec now = {0, 0};
    int seen[MANY] = {0};
    int done = 0;
    EV_SET(&event, acs_queue_fd(queue), EVFILT_READ, EV_ADD | flags, 0, 0, queue);
    CHECK_INT(kevent(loop, &event, 1, NULL, 0, NULL), 0);
    submit_many(queue, seen);
    while (done < MANY) {
        CHECK_INT(kevent(loop, NULL, 0, &event, 1, NULL), 1);
        CHECK(event.udata == queue);
        done += take_all(queue);
    }
    CHECK_INT(kevent(loop, NULL, 0, &event, 1, &now), 0);
    close(loop);
    acs_queue_free(queue);
}

static void serves_a_kqueue_loop(void)
{
    run_kqueue(0);
    run_kqueue(EV_CLEAR);
}
#endif

#define PRODUCERS 4
#define CONSUMERS 4
#define EACH 50

struct market {
    acs_queue *queue;
    atomic_int completions[PRODUCERS * EACH];
    atomic_int taken;
    atomic_int next_producer;
};

static void *produce(void *data)
{
    struct market *market = (struct market *)data;
    int first = atomic_fetch_add(&market->next_producer, 1) * EACH;
    for (int i = 0; i < EACH; i++) {
        submit(client, market->queue, &market->completions[first + i]);
    }
    return NULL;
}

static void *consume(void *data)
{
    struct market *market = (struct market *)data;
    acs_completion *completion;
    while ((completion = acs_queue_next(market->queue, ACS_WAIT_FOREVER)) != NULL) {
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        CHECK_INT(atomic_fetch_add((atomic_int *)acs_completion_user_data(completion), 1), 0);
        acs_completion_free(completion);
        atomic_fetch_add(&market->taken, 1);
    }
    return NULL;
}

static void serves_many_producers_and_consumers(void)
{
    struct market market = {.queue = make_queue()};
    pthread_t threads[PRODUCERS + CONSUMERS];
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, i % 2 == 0 ? produce : consume, &market), 0);
    }
    while (atomic_load(&market.taken) < PRODUCERS * EACH) {
        sleep_ms(5);
    }
    CHECK_INT(acs_queue_pending(market.queue), 0);
    /* The consumers wait forever; this wakes them all. */
    acs_queue_shutdown(market.queue);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < PRODUCERS * EACH; i++) {
        CHECK_INT(atomic_load(&market.completions[i]), 1);
    }
    acs_queue_free(market.queue);
}

static void shut_down_it_cancels_and_takes_no_more(void)
{
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    int cancelled = 0;
    submit(client, queue, NULL);
    CHECK(system_is_ready(queue, -1));
    for (int i = 0; i < 20; i++) {
        submit(hanging, queue, NULL);
    }
    CHECK_INT(acs_queue_pending(queue), 21);
    acs_queue_shutdown(queue);
    acs_queue_shutdown(queue);
    CHECK_REFUSED(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error, "queue");
    /* Calls that had completed can still be taken; the others are cancelled. */
    expect_user(acs_queue_next(queue, ACS_WAIT_FOREVER), NULL);
    for (acs_completion *completion; (completion = acs_queue_next(queue, ACS_WAIT_FOREVER)) != NULL; cancelled++) {
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
        acs_completion_free(completion);
    }
    CHECK_INT(cancelled, 20);
    CHECK_INT(acs_queue_pending(queue), 0);
    CHECK(acs_queue_next(queue, ACS_WAIT_FOREVER) == NULL);
    acs_queue_free(queue);
}

static void *wait_for_ever(void *queue)
{
    CHECK(acs_queue_next((acs_queue *)queue, ACS_WAIT_FOREVER) == NULL);
    return NULL;
}

static void shut_down_it_wakes_who_waits_for_nothing(void)
{
    acs_queue *queue = make_queue();
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, wait_for_ever, queue), 0);
    }
    sleep_ms(50);
    acs_queue_shutdown(queue);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    acs_queue_free(queue);
}

static void freed_it_drops_what_was_not_taken(void)
{
    acs_queue *queue = make_queue();
    for (int i = 0; i < 10; i++) {
        submit(client, queue, NULL);
        submit(hanging, queue, NULL);
    }
    CHECK(system_is_ready(queue, -1));
    acs_queue_free(queue);
}

int main(void)
{
    client = make_client();
    hanging = make_hanging_client();
    RUN(waits_as_long_as_it_is_told);
    RUN(is_readable_while_a_completion_waits);
#ifdef _WIN32
    RUN(serves_a_loop_of_several_events);
    RUN(serves_a_wait_of_the_thread_pool);
#elif defined(__linux__)
    RUN(serves_an_epoll_loop);
#else
    RUN(serves_a_kqueue_loop);
#endif
    RUN(serves_many_producers_and_consumers);
    RUN(shut_down_it_cancels_and_takes_no_more);
    RUN(shut_down_it_wakes_who_waits_for_nothing);
    RUN(freed_it_drops_what_was_not_taken);
    acs_client_free(client);
    acs_client_free(hanging);
    return check_done();
}
