/* A libuv loop takes completions: uv_poll watches the queue's descriptor. */
#include "acs_auth.h"

#include <uv.h>

#include "arrivals.h"
#include "check.h"
#include "make.h"

#define CALLS 60

static acs_client *client;

struct service {
    acs_queue *queue;
    uv_poll_t watcher;
    uv_timer_t timer;
    int submitted;
    int completed;
    int seen[CALLS];
};

static void on_readable(uv_poll_t *watcher, int status, int events)
{
    struct service *service = (struct service *)watcher->data;
    acs_completion *completion;
    CHECK_INT(status, 0);
    CHECK(events & UV_READABLE);
    while ((completion = acs_queue_next(service->queue, 0)) != NULL) {
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        CHECK_INT(++*(int *)acs_completion_user_data(completion), 1);
        acs_completion_free(completion);
        service->completed++;
    }
    if (service->completed == CALLS) {
        uv_poll_stop(watcher);
        uv_close((uv_handle_t *)watcher, NULL);
    }
}

/* Submits a few calls at a time, while others are running. */
static void on_timer(uv_timer_t *timer)
{
    struct service *service = (struct service *)timer->data;
    for (int i = 0; i < 6; i++) {
        acs_error *error = NULL;
        acs_delivery delivery = queue_delivery(service->queue, &service->seen[service->submitted++]);
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    }
    if (service->submitted == CALLS) {
        uv_close((uv_handle_t *)timer, NULL);
    }
}

static void a_libuv_loop_is_served(void)
{
    struct service service = {.queue = make_queue()};
    uv_loop_t loop;
    CHECK_INT(uv_loop_init(&loop), 0);
    CHECK_INT(uv_poll_init(&loop, &service.watcher, acs_queue_fd(service.queue)), 0);
    CHECK_INT(uv_timer_init(&loop, &service.timer), 0);
    service.watcher.data = &service;
    service.timer.data = &service;
    CHECK_INT(uv_poll_start(&service.watcher, UV_READABLE, on_readable), 0);
    CHECK_INT(uv_timer_start(&service.timer, on_timer, 0, 2), 0);
    CHECK_INT(uv_run(&loop, UV_RUN_DEFAULT), 0);
    CHECK_INT(service.completed, CALLS);
    CHECK_INT(uv_loop_close(&loop), 0);
    acs_queue_free(service.queue);
}

int main(void)
{
    client = make_client();
    RUN(a_libuv_loop_is_served);
    acs_client_free(client);
    return check_done();
}
