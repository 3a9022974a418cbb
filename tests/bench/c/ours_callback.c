/* A callback on the library's thread, which submits the next exchange itself. */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ours.h"

struct state {
    const struct target *target;
    acs_client *client;
    acs_delivery delivery;
    size_t in_flight;
    atomic_size_t to_begin;
    atomic_size_t to_end;
    sem_t all_done;
};

static int takes_one(atomic_size_t *left)
{
    size_t now = atomic_load(left);
    while (now > 0 && !atomic_compare_exchange_weak(left, &now, now - 1)) {
    }
    return now > 0;
}

static void on_completion(void *user_data, acs_completion *completion)
{
    struct state *state = user_data;
    ours_finish(completion);
    if (takes_one(&state->to_begin)) {
        ours_submit(state->client, state->target, &state->delivery);
    }
    if (atomic_fetch_sub(&state->to_end, 1) == 1) {
        sem_post(&state->all_done);
    }
}

static void *start(const struct target *target, size_t in_flight)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL || sem_init(&state->all_done, 0, 0) != 0) {
        die("acs_auth", "no memory");
    }
    state->target = target;
    state->client = ours_client(target);
    state->in_flight = in_flight;
    acs_delivery_init(&state->delivery, sizeof state->delivery);
    state->delivery.callback = on_completion;
    state->delivery.user_data = state;
    return state;
}

static void exchange(void *data, size_t count)
{
    struct state *state = data;
    atomic_store(&state->to_end, count);
    atomic_store(&state->to_begin, count);
    for (size_t i = 0; i < state->in_flight && takes_one(&state->to_begin); i++) {
        ours_submit(state->client, state->target, &state->delivery);
    }
    while (sem_wait(&state->all_done) != 0) {
    }
}

static void stop(void *data)
{
    struct state *state = data;
    acs_client_free(state->client);
    sem_destroy(&state->all_done);
    free(state);
}

const struct contender ours_by_callback = {"acs_auth, callback", start, exchange, stop};
