#include "waiting.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "system.h"

/* Longer than any deadline of a call, also on a slow machine: beyond this it hangs. */
#define HANGS_AFTER_SECONDS 120

static enum { BLOCKING, CALLBACK, QUEUE } chosen;
static acs_queue *queue;
static size_t submitted;
static size_t completed;
/* The callback's completion, until the waiting thread takes it. */
static acs_completion *arrived;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival = PTHREAD_COND_INITIALIZER;

bool waiting_begin(const char *way)
{
    static const char *const ways[] = {"blocking", "callback", "queue"};
    for (size_t index = 0; index < 3; index++) {
        if (strcmp(way, ways[index]) == 0) {
            chosen = index;
            acs_error *error = NULL;
            if (chosen == QUEUE) {
                CHECK_OK(acs_queue_new(&queue, &error), error);
            }
            return true;
        }
    }
    return false;
}

static void call_back(void *user_data, acs_completion *completion)
{
    CHECK(user_data == &submitted);
    pthread_mutex_lock(&lock);
    CHECK(arrived == NULL);
    arrived = completion;
    completed++;
    pthread_cond_signal(&arrival);
    pthread_mutex_unlock(&lock);
}

static acs_completion *wait_for_callback(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HANGS_AFTER_SECONDS;
    pthread_mutex_lock(&lock);
    while (arrived == NULL) {
        CHECK(pthread_cond_timedwait(&arrival, &lock, &until) == 0);
    }
    acs_completion *completion = arrived;
    arrived = NULL;
    pthread_mutex_unlock(&lock);
    return completion;
}

static acs_completion *wait_for_queue(void)
{
    CHECK(system_is_ready(queue, HANGS_AFTER_SECONDS * 1000));
    acs_completion *completion = acs_queue_next(queue, 0);
    CHECK(completion != NULL);
    completed++;
    return completion;
}

acs_status make_call(call_function *function, const char *operation, given *given, acs_error **error)
{
    if (chosen == BLOCKING) {
        acs_status status = function(operation, NULL, NULL, given, error);
        given->call_response = given->owned;
        return status;
    }
    acs_delivery delivery;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.user_data = &submitted;
    if (chosen == QUEUE) {
        delivery.queue = queue;
    } else {
        delivery.callback = call_back;
    }
    acs_call *call = NULL;
    acs_status status = function(operation, &delivery, &call, given, error);
    if (status != ACS_STATUS_OK) {
        return status;
    }
    submitted++;
    acs_completion *completion = chosen == QUEUE ? wait_for_queue() : wait_for_callback();
    acs_call_free(call);
    status = acs_completion_status(completion);
    CHECK(acs_error_kind(acs_completion_error(completion)) == status);
    CHECK(acs_completion_user_data(completion) == &submitted);
    *error = acs_completion_take_error(completion);
    given->user = acs_completion_take_user(completion);
    given->token = acs_completion_take_token(completion);
    given->both = acs_completion_take_user_token(completion);
    given->detail = acs_completion_take_user_detail(completion);
    given->assignment = acs_completion_take_teams_extension_assignment(completion);
    given->response = acs_completion_take_response(completion);
    given->call_response = acs_completion_call_response(completion);
    given->completion = completion;
    return status;
}

void ask_for_response(acs_call_options *options, given *given)
{
    if (chosen == BLOCKING) {
        options->response = &given->owned;
    } else {
        options->keep_response = 1;
    }
}

bool waiting_end(void)
{
    bool empty = acs_queue_pending(queue) == 0 && acs_queue_next(queue, 0) == NULL;
    acs_queue_free(queue);
    queue = NULL;
    pthread_mutex_lock(&lock);
    bool each_once = submitted == completed && arrived == NULL;
    pthread_mutex_unlock(&lock);
    return empty && each_once;
}
