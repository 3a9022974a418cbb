#include "arrivals.h"

#include <time.h>

#include "check.h"

void arrivals_init(arrivals *these)
{
    CHECK_INT(pthread_mutex_init(&these->lock, NULL), 0);
    CHECK_INT(pthread_cond_init(&these->changed, NULL), 0);
    these->first = 0;
    these->last = 0;
}

void arrivals_destroy(arrivals *these)
{
    CHECK_INT(these->first, these->last);
    pthread_mutex_destroy(&these->lock);
    pthread_cond_destroy(&these->changed);
}

acs_delivery arrivals_delivery(arrivals *these)
{
    acs_delivery delivery;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = arrivals_callback;
    delivery.user_data = these;
    return delivery;
}

void arrivals_callback(void *user_data, acs_completion *completion)
{
    arrivals *these = (arrivals *)user_data;
    CHECK(acs_completion_user_data(completion) == user_data);
    pthread_mutex_lock(&these->lock);
    CHECK(these->last < ARRIVALS_ROOM);
    these->waiting[these->last++] = completion;
    pthread_cond_signal(&these->changed);
    pthread_mutex_unlock(&these->lock);
}

acs_completion *arrivals_next(arrivals *these)
{
    pthread_mutex_lock(&these->lock);
    while (these->first == these->last) {
        pthread_cond_wait(&these->changed, &these->lock);
    }
    acs_completion *completion = these->waiting[these->first++];
    pthread_mutex_unlock(&these->lock);
    return completion;
}

void arrivals_expect(arrivals *these, acs_status status)
{
    acs_completion *completion = arrivals_next(these);
    if (acs_completion_status(completion) != status) {
        check_failed(__FILE__, __LINE__, acs_status_name(status),
                     acs_error_message(acs_completion_error(completion)));
    }
    acs_completion_free(completion);
}

size_t arrivals_count(arrivals *these)
{
    pthread_mutex_lock(&these->lock);
    size_t count = these->last;
    pthread_mutex_unlock(&these->lock);
    return count;
}

acs_delivery queue_delivery(acs_queue *queue, void *user_data)
{
    acs_delivery delivery;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.queue = queue;
    delivery.user_data = user_data;
    return delivery;
}

acs_queue *make_queue(void)
{
    acs_queue *queue = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_queue_new(&queue, &error), error);
    return queue;
}

void sleep_ms(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
