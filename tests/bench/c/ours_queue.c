/* A completion queue whose descriptor is in an epoll, as in the event loop of a service. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ours.h"

struct state {
    const struct target *target;
    acs_client *client;
    acs_queue *queue;
    acs_delivery delivery;
    int epoll;
    size_t in_flight;
};

static void *start(const struct target *target, size_t in_flight)
{
    struct state *state = calloc(1, sizeof *state);
    acs_error *error = NULL;
    if (state == NULL) {
        die("acs_auth", "no memory");
    }
    state->target = target;
    state->client = ours_client(target);
    state->in_flight = in_flight;
    if (acs_queue_new(&state->queue, &error) != ACS_STATUS_OK) {
        ours_die(error);
    }
    acs_delivery_init(&state->delivery, sizeof state->delivery);
    state->delivery.queue = state->queue;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = acs_queue_fd(state->queue)};
    state->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(state->epoll, EPOLL_CTL_ADD, event.data.fd, &event) != 0) {
        die("epoll", "it does not take the queue's descriptor");
    }
    return state;
}

static void exchange(void *data, size_t count)
{
    struct state *state = data;
    size_t begun = 0;
    size_t done = 0;
    for (; begun < state->in_flight && begun < count; begun++) {
        ours_submit(state->client, state->target, &state->delivery);
    }
    while (done < count) {
        struct epoll_event event;
        acs_completion *completion;
        epoll_wait(state->epoll, &event, 1, 1000);
        while ((completion = acs_queue_next(state->queue, 0)) != NULL) {
            ours_finish(completion);
            done++;
            if (begun < count) {
                ours_submit(state->client, state->target, &state->delivery);
                begun++;
            }
        }
    }
}

static void stop(void *data)
{
    struct state *state = data;
    close(state->epoll);
    acs_queue_free(state->queue);
    acs_client_free(state->client);
    free(state);
}

const struct contender ours_by_queue = {"acs_auth, queue", start, exchange, stop};
