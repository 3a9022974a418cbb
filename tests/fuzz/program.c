#include "program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "emulator.h"
#include "making.h"
#include "pool.h"
#include "submissions.h"
#include "using.h"

#define MOST_CHILDREN 4
/* Far longer than a child takes that does not hang. */
#define CHILD_SECONDS 120

static void copy(char *target, size_t size, const char *text)
{
    CHECK(strlen(text) < size);
    strcpy(target, text);
}

void program_prepare(void)
{
    copy(world.connection_string, sizeof world.connection_string, emulator_text("connection_string_http"));
    copy(world.endpoint, sizeof world.endpoint, emulator_text("http_url"));
    copy(world.access_key, sizeof world.access_key, emulator_access_key());
    copy(world.client_id, sizeof world.client_id, emulator_text("spa.client_id"));
    copy(world.user, sizeof world.user, emulator_text("users.0.object_id"));
    copy(world.tenant, sizeof world.tenant, emulator_text("tenant_id"));
    copy(world.api_client_id, sizeof world.api_client_id, emulator_text("api.client_id"));
    copy(world.authority, sizeof world.authority, emulator_text("http_url"));
    world.teams_token = emulator_mint("kind=teams");
    world.expired_token = emulator_mint("kind=teams&attack=expired");
    world.bearer = emulator_mint("kind=api");
    acs_set_worker_threads(1, NULL);
}

void program_forget(void)
{
    free(world.teams_token);
    free(world.expired_token);
    free(world.bearer);
}

/* What the service does badly during this program. */
static void set_faults(struct input *input)
{
    static int were_set;
    if (were_set) {
        emulator_do("DELETE", "/faults", NULL);
    }
    were_set = 1;
    switch (input_below(input, 8)) {
    case 0:
        emulator_fault(json_pack("{s:s,s:i,s:i}", "operation", "acs", "latency_ms", 40, "count", 1000));
        break;
    case 1:
        emulator_fault(json_pack("{s:s,s:i,s:i}", "operation", "acs", "status", 503, "count", 1000));
        break;
    case 2:
        emulator_fault(json_pack("{s:s,s:s,s:i}", "operation", "acs", "reset", "before_answer", "count", 5));
        break;
    case 3:
        emulator_fault(json_pack("{s:s,s:i,s:i}", "operation", "acs", "truncate", 10, "count", 5));
        break;
    default:
        were_set = 0;
        break;
    }
}

static void step(struct input *input)
{
    switch (input_below(input, 10)) {
    case 0:
    case 1:
    case 2:
        make_something(input);
        break;
    case 3:
        use_waiting(input);
        break;
    case 4:
    case 5:
    case 6:
        use_submitting(input);
        break;
    case 7:
        use_without_io(input);
        break;
    default:
        use_otherwise(input);
        break;
    }
}

/* The threads end first, so that every submission has completed; then the queues are emptied, and all is counted. */
static void settle(void)
{
    struct input nothing = {NULL, 0};
    CHECK_INT(acs_shutdown(60000, NULL), ACS_STATUS_OK);
    acs_queue *queue;
    while ((queue = pool_take(&nothing, QUEUE)) != NULL) {
        acs_completion *completion;
        while ((completion = acs_queue_next(queue, 0)) != NULL) {
            submissions_arrived(completion);
            acs_completion_free(completion);
        }
        CHECK_INT(acs_queue_pending(queue), 0);
        acs_queue_free(queue);
    }
    submissions_settle();
    pool_free_all();
    acs_log_set(ACS_LOG_OFF, NULL, NULL, NULL, NULL);
    CHECK_INT(acs_shutdown(60000, NULL), ACS_STATUS_OK);
    input_forget();
}

static pid_t go_on_in_a_child(struct input input)
{
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(CHILD_SECONDS / 2);
        submissions_in_child();
        for (int steps = 0; steps < 12; steps++) {
            step(&input);
        }
        settle();
        _exit(0);
    }
    return child;
}

static void wait_for(pid_t child)
{
    for (int waited = 0; waited < CHILD_SECONDS * 100; waited++) {
        int status = 0;
        pid_t ended = waitpid(child, &status, WNOHANG);
        CHECK(ended >= 0);
        if (ended == child) {
            if (WIFSIGNALED(status)) {
                fprintf(stderr, "the child ended by signal %d\n", WTERMSIG(status));
            }
            CHECK_INT(status, 0);
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    kill(child, SIGKILL);
    CHECK(!"the child hangs");
}

void program_run(const uint8_t *bytes, size_t length, bool forks)
{
    struct input input = {bytes, length};
    pid_t children[MOST_CHILDREN];
    size_t child_count = 0;
    set_faults(&input);
    if (!input_once_in(&input, 4)) {
        make_what_is_needed();
    }
    while (input.left > 0) {
        step(&input);
        if (forks && child_count < MOST_CHILDREN && input_once_in(&input, 8)) {
            children[child_count++] = go_on_in_a_child(input);
        }
    }
    settle();
    while (child_count > 0) {
        wait_for(children[--child_count]);
    }
}
