/* As many threads as exchanges are to be in flight, each of which waits for its own. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ours.h"

struct state {
    const struct target *target;
    acs_client *client;
    size_t in_flight;
    pthread_t *threads;
    pthread_barrier_t begin;
    pthread_barrier_t end;
    atomic_llong left;
    int is_over;
};

static void *serve(void *data)
{
    struct state *state = data;
    const struct target *target = state->target;
    for (;;) {
        pthread_barrier_wait(&state->begin);
        if (state->is_over) {
            return NULL;
        }
        while (atomic_fetch_sub(&state->left, 1) > 0) {
            acs_token *token = NULL;
            acs_error *error = NULL;
            if (acs_client_get_token_for_teams_user(state->client, target->aad_token, target->client_id,
                                                    target->user_object_id, NULL, &token,
                                                    &error) != ACS_STATUS_OK) {
                ours_die(error);
            }
            ours_read(token);
        }
        pthread_barrier_wait(&state->end);
    }
}

static void *start(const struct target *target, size_t in_flight)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL || (state->threads = calloc(in_flight, sizeof *state->threads)) == NULL) {
        die("acs_auth", "no memory");
    }
    state->target = target;
    state->client = ours_client(target);
    state->in_flight = in_flight;
    pthread_barrier_init(&state->begin, NULL, (unsigned)in_flight + 1);
    pthread_barrier_init(&state->end, NULL, (unsigned)in_flight + 1);
    for (size_t i = 0; i < in_flight; i++) {
        if (pthread_create(&state->threads[i], NULL, serve, state) != 0) {
            die("acs_auth", "no thread");
        }
    }
    return state;
}

static void exchange(void *data, size_t count)
{
    struct state *state = data;
    atomic_store(&state->left, (long long)count);
    pthread_barrier_wait(&state->begin);
    pthread_barrier_wait(&state->end);
}

static void stop(void *data)
{
    struct state *state = data;
    state->is_over = 1;
    pthread_barrier_wait(&state->begin);
    for (size_t i = 0; i < state->in_flight; i++) {
        pthread_join(state->threads[i], NULL);
    }
    pthread_barrier_destroy(&state->begin);
    pthread_barrier_destroy(&state->end);
    acs_client_free(state->client);
    free(state->threads);
    free(state);
}

const struct contender ours_by_threads = {"acs_auth, threads", start, exchange, stop};
