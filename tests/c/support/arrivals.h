/* Collects the completions that a callback receives, so that another thread can wait for them. */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <pthread.h>
#include <stddef.h>

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ARRIVALS_ROOM 1024

typedef struct arrivals {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    acs_completion *waiting[ARRIVALS_ROOM];
    size_t first;
    size_t last;
} arrivals;

void arrivals_init(arrivals *these);
/* All completions must have been taken. */
void arrivals_destroy(arrivals *these);
/* A delivery whose completions arrive here. */
acs_delivery arrivals_delivery(arrivals *these);
/* The callback of that delivery; `user_data` is the arrivals. */
void arrivals_callback(void *user_data, acs_completion *completion);
/* Waits for the next one, which the caller frees. */
acs_completion *arrivals_next(arrivals *these);
/* Waits for the next one, checks its status and frees it. */
void arrivals_expect(arrivals *these, acs_status status);
/* How many have arrived in all. */
size_t arrivals_count(arrivals *these);

/* A delivery to a queue. */
acs_delivery queue_delivery(acs_queue *queue, void *user_data);
acs_queue *make_queue(void);

void sleep_ms(long milliseconds);
/* Milliseconds of a monotonic clock. */
int64_t now_ms(void);

#ifdef __cplusplus
}
#endif

#endif
