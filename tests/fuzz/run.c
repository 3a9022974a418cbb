#include "run.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "callbacks.h"
#include "emulator.h"

enum { MOST_PROGRAMS = 3, MOST_CHILDREN = 8 };

/* Set by each program's thread. */
static atomic_bool has_faults;
static pid_t children[MOST_CHILDREN];
static size_t child_count;

void run_has_faults(void)
{
    atomic_store(&has_faults, true);
}

void run_has_child(pid_t child)
{
    HOLDS(child_count < MOST_CHILDREN, "too many children");
    children[child_count++] = child;
}

void run_forked(void)
{
    child_count = 0;
}

void run_prepare(void)
{
    texts_init();
    /* Other machines can't be reached, and clients don't each read a hundred certificates. */
    static const char *const variables[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        HOLDS(setenv(variables[i], dead_url(), 1) == 0, "no environment");
    }
    HOLDS(setenv("SSL_CERT_FILE", emulator_text("ca_file"), 1) == 0, "no environment");
    HOLDS(setenv("SSL_CERT_DIR", "/nowhere", 1) == 0, "no environment");
    shared_init();
}

void run_forget(void)
{
    shared_free();
    acs_shutdown(ACS_DEFAULT, NULL);
    texts_free();
}

static void *run_one(void *program)
{
    program_run((struct program *)program);
    return NULL;
}

void run(const uint8_t *data, size_t len, bool forks)
{
    struct program programs[MOST_PROGRAMS];
    pthread_t threads[MOST_PROGRAMS];
    size_t count = forks || len == 0 ? 1 : 1 + data[0] % MOST_PROGRAMS;
    judge_alarm(RUN_SECONDS);
    acs_set_worker_threads(1 + (len > 1 ? data[1] % 2 : 0), NULL);
    memset(programs, 0, sizeof programs);
    for (size_t i = 0; i < count; i++) {
        programs[i].input = (struct input){data + len / count * i, len / count, 0, 0};
        programs[i].forks = forks;
    }
    for (size_t i = 1; i < count; i++) {
        HOLDS(pthread_create(&threads[i], NULL, run_one, &programs[i]) == 0, "no thread");
    }
    program_run(&programs[0]);
    for (size_t i = 1; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    run_end(programs, count);
    if (atomic_exchange(&has_faults, false)) {
        emulator_do("DELETE", "/faults", NULL);
    }
    judge_alarm(0);
}

static void wait_for_children(void)
{
    while (child_count > 0) {
        int status = 0;
        HOLDS(waitpid(children[--child_count], &status, 0) > 0, "no child");
        HOLDS(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child failed");
    }
}

/* Takes the completions and requests that no program has taken. */
static void tidy_up(void)
{
    struct input none = {NULL, 0, 0, 0};
    acs_completion *completion;
    acs_token_request *request;
    while ((request = ledger_held_request()) != NULL) {
        answer_token_request(request, &none);
    }
    while ((completion = ledger_kept_completion()) != NULL) {
        acs_completion_free(completion);
    }
    while ((completion = acs_queue_next(shared.queue, 0)) != NULL) {
        ticket_completed((struct ticket *)acs_completion_user_data(completion));
        acs_completion_free(completion);
    }
}

void run_end(struct program *programs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        program_end(&programs[i]);
    }
    tidy_up();
    HOLDS(acs_log_set(ACS_LOG_OFF, NULL, NULL, NULL, NULL) == ACS_STATUS_OK, "the log cannot be ended");
    /* A callback that runs while the threads end may have started them again, or may run on. */
    for (int moments = 0;; moments++) {
        static const struct timespec moment = {0, 2000000};
        acs_error *error = NULL;
        acs_status status = acs_shutdown(RUN_SECONDS * 1000, &error);
        HOLDS(status == ACS_STATUS_OK, acs_error_message(error));
        tidy_up();
        const char *out = ledger_what_is_out();
        if (out == NULL) {
            break;
        }
        HOLDS(moments < 30000, out);
        nanosleep(&moment, NULL);
    }
    HOLDS(acs_queue_pending(shared.queue) == 0, "something is pending in a queue after the end");
    ledger_close();
    wait_for_children();
}
