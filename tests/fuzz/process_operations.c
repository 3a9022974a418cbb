/* What concerns the whole process: the log, the library's threads, the service's faults, forks. */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "callbacks.h"
#include "emulator.h"
#include "program.h"
#include "run.h"

static void log_set(struct program *program)
{
    struct lease *lease = ONCE_IN(program, 4) ? NULL : lease_new();
    int32_t level = ONCE_IN(program, 4) ? input_small_number(&program->input)
                                        : (int32_t)input_below(&program->input, ACS_LOG_TRACE + 1);
    acs_log_callback callback = lease == NULL ? NULL : on_log;
    if (lease != NULL) {
        lease->is_inherited = true;
    }
    static struct tally tally = {.name = "acs_log_set"};
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_error **error_place = ERROR_PLACE(program, error);
    acs_status status =
        acs_log_set(level, callback, lease, lease == NULL ? NULL : lease_release, error_place);
    judge_status(&tally, status, error_place);
    if (lease != NULL) {
        atomic_store(&lease->is_given, status == ACS_STATUS_OK);
    }
}

static void set_worker_threads(struct program *program)
{
    int32_t count = ONCE_IN(program, 3) ? input_small_number(&program->input)
                                        : 1 + (int32_t)input_below(&program->input, 3);
    /* 64 threads are valid, but slow under a sanitizer or valgrind. */
    DO(program, acs_set_worker_threads, count == 8 ? 4 : count);
}

static void shutdown(struct program *program)
{
    static const int64_t waits[] = {ACS_DEFAULT, 0, 1, 50, 20000, -2, INT64_MIN};
    if (ONCE_IN(program, 4)) {
        DO(program, acs_shutdown, waits[input_below(&program->input, 7)]);
    }
}

static void answer_one(struct program *program)
{
    acs_token_request *request = ledger_held_request();
    if (request != NULL || ONCE_IN(program, 16)) {
        answer_token_request(request, &program->input);
    }
}

/* Other programs may have set faults too: they add up, and are soon used up. */
static void fault(struct program *program)
{
    json_t *fault;
    if (!ONCE_IN(program, 6) || ledger_process() > 0) {
        return;
    }
    switch (input_below(&program->input, 8)) {
    case 0:
        fault = json_pack("{s:s,s:i,s:i}", "operation", "acs", "latency_ms", 40, "count", 20);
        break;
    case 1:
        fault = json_pack("{s:s,s:i,s:i}", "operation", "acs", "status", 503, "count", 5);
        break;
    case 2:
        fault = json_pack("{s:s,s:s,s:i}", "operation", "acs", "reset", "before_answer", "count", 3);
        break;
    case 3:
        fault = json_pack("{s:s,s:i,s:i}", "operation", "acs", "truncate", 10, "count", 3);
        break;
    case 4:
        fault = json_pack("{s:s,s:i,s:i,s:{s:i}}", "operation", "acs", "status", 429, "count", 2,
                          "retry_after", "ms", 30);
        break;
    case 5:
        fault = json_pack("{s:s,s:b,s:i}", "operation", "acs", "non_json", 1, "count", 3);
        break;
    case 6:
        fault = json_pack("{s:s,s:i,s:i}", "operation", "acs", "oversize", 70000, "count", 2);
        break;
    default:
        fault = json_pack("{s:s,s:i,s:i}", "operation", "entra", "status", 500, "count", 2);
        break;
    }
    run_has_faults();
    emulator_fault(fault);
}

/* The child continues with everything that it inherits, and ends like any run. */
static void go_on_in_a_child(struct program *program)
{
    enum { BYTES_OF_A_CHILD = 150 };
    if (!program->forks || program->children == 2 || ledger_process() == 2) {
        return;
    }
    program->children++;
    fflush(NULL);
    pid_t child = fork();
    HOLDS(child >= 0, "no fork");
    if (child > 0) {
        run_has_child(child);
        return;
    }
    judge_alarm(RUN_SECONDS);
    ledger_forked();
    run_forked();
    struct input *input = &program->input;
    if (input->len - input->at > BYTES_OF_A_CHILD) {
        input->len = input->at + BYTES_OF_A_CHILD;
    }
    program_run(program);
    run_end(program, 1);
    _exit(0);
}

OPERATIONS(process_operations, log_set, log_set, set_worker_threads, shutdown, answer_one, answer_one, fault,
           go_on_in_a_child);
