/* Queues, completions and calls, and how a submission is made. */
#include <poll.h>
#include <string.h>

#include "callbacks.h"
#include "program.h"

/* Bounds the pending submissions of a program that only submits. */
enum { MOST_SUBMISSIONS = 400 };

void submission_begin(struct program *program, struct submission *submission)
{
    struct input *input = &program->input;
    struct ticket *ticket = ticket_new();
    acs_delivery *delivery = &submission->storage.delivery;
    size_t size = input_struct_size(input, sizeof *delivery);
    memset(submission, 0, sizeof *submission);
    acs_delivery_init(delivery, size);
    delivery->user_data = ticket;
    for (size_t i = 0; i < SCRIPT_LEN; i++) {
        ticket->script[i] = input_byte(input);
    }
    size_t where = input_below(input, 24);
    if (where < 10) {
        delivery->callback = on_completion;
        if (where == 0) {
            ticket->client = (acs_client *)pool_take(&program->pool, input, HANDLE_CLIENT).pointer;
        }
    } else if (where < 14) {
        delivery->queue = shared.queue;
    } else if (where < 22) {
        acs_queue *queue = program->queues[where % OWN_QUEUES];
        delivery->queue = queue;
        atomic_store(&ticket->own_queue, queue);
    } else if (where == 22) {
        delivery->queue = shared.queue;
        delivery->callback = on_completion;
    }
    submission->ticket = ticket;
    submission->delivery =
        input_once_in(input, 48) || program->submissions > MOST_SUBMISSIONS ? NULL : delivery;
    submission->call = (acs_call *)UNTOUCHED;
    submission->call_place = input_once_in(input, 3) ? NULL : &submission->call;
    submission->error = (acs_error *)UNTOUCHED;
    submission->error_place = ERROR_PLACE(program, submission->error);
    program->submissions++;
}

void submission_end(struct program *program, struct submission *submission, struct tally *tally,
                    acs_status status)
{
    struct ticket *ticket = submission->ticket;
    bool is_accepted = status == ACS_STATUS_OK;
    judge_status(tally, status, submission->error_place);
    HOLDS((submission->call != (acs_call *)UNTOUCHED) == (is_accepted && submission->call_place != NULL),
          tally->name);
    if (!is_accepted) {
        /* No callback will free it. */
        HOLDS(atomic_load(&ticket->completions) == 0, tally->name);
        acs_client_free(ticket->client);
        ticket->client = NULL;
        return;
    }
    HOLDS(submission->delivery != NULL, tally->name);
    if (submission->call_place != NULL) {
        HOLDS(submission->call != NULL, tally->name);
        pool_put(&program->pool, &program->input, HANDLE_CALL, (struct handle){.pointer = submission->call});
    }
    atomic_store(&ticket->is_accepted, true);
}

static void put(struct program *program, enum handle_type type, void *handle)
{
    pool_put(&program->pool, &program->input, type, (struct handle){.pointer = handle});
}

void completion_take_apart(struct program *program, acs_completion *completion)
{
    struct input *input = &program->input;
    for (int i = 0; i < 3; i++) {
        switch (input_below(input, 12)) {
        case 0:
            put(program, HANDLE_ERROR, acs_completion_take_error(completion));
            HOLDS(acs_completion_take_error(completion) == NULL, "an error was taken twice");
            break;
        case 1:
            put(program, HANDLE_USER, acs_completion_take_user(completion));
            HOLDS(acs_completion_take_user(completion) == NULL, "a user was taken twice");
            break;
        case 2:
            put(program, HANDLE_TOKEN, acs_completion_take_token(completion));
            HOLDS(acs_completion_take_token(completion) == NULL, "a token was taken twice");
            break;
        case 3:
            put(program, HANDLE_USER_TOKEN, acs_completion_take_user_token(completion));
            HOLDS(acs_completion_take_user_token(completion) == NULL, "a user's token was taken twice");
            break;
        case 4:
            put(program, HANDLE_VERIFIED_TOKEN, acs_completion_take_verified_token(completion));
            HOLDS(acs_completion_take_verified_token(completion) == NULL, "a verified token was taken twice");
            break;
        case 5:
            put(program, HANDLE_RESPONSE, acs_completion_take_response(completion));
            HOLDS(acs_completion_take_response(completion) == NULL, "a response was taken twice");
            break;
        case 6:
            put(program, HANDLE_USER_DETAIL, acs_completion_take_user_detail(completion));
            HOLDS(acs_completion_take_user_detail(completion) == NULL, "details were taken twice");
            break;
        case 7:
            put(program, HANDLE_ASSIGNMENT, acs_completion_take_teams_extension_assignment(completion));
            HOLDS(acs_completion_take_teams_extension_assignment(completion) == NULL, "an assignment was taken twice");
            break;
        default:
            look_at(HANDLE_COMPLETION, completion, input);
            break;
        }
    }
}

static void take_apart_one(struct program *program)
{
    completion_take_apart(program, PICK(program, HANDLE_COMPLETION));
}

static void queue_new(struct program *program)
{
    size_t at = input_below(&program->input, OWN_QUEUES);
    acs_queue *queue = (acs_queue *)UNTOUCHED;
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_error **error_place = ERROR_PLACE(program, error);
    acs_queue **place = RESULT_PLACE(program, queue);
    static struct tally tally = {.name = "acs_queue_new"};
    acs_status status = acs_queue_new(place, error_place);
    judge_status(&tally, status, error_place);
    HOLDS((status == ACS_STATUS_OK) == (queue != (acs_queue *)UNTOUCHED), tally.name);
    if (status == ACS_STATUS_OK) {
        ledger_drop_queue(program->queues[at]);
        acs_queue_free(program->queues[at]);
        program->queues[at] = queue;
    }
}

static void queue_free(struct program *program)
{
    size_t at = input_below(&program->input, OWN_QUEUES);
    ledger_drop_queue(program->queues[at]);
    acs_queue_free(program->queues[at]);
    program->queues[at] = NULL;
}

static acs_queue *some_queue(struct program *program)
{
    size_t which = input_below(&program->input, OWN_QUEUES + 1);
    return which < OWN_QUEUES ? program->queues[which] : shared.queue;
}

static bool next(struct program *program, acs_queue *queue, int64_t timeout_ms)
{
    acs_completion *completion = acs_queue_next(queue, timeout_ms);
    if (completion == NULL) {
        return false;
    }
    ticket_completed((struct ticket *)acs_completion_user_data(completion));
    completion_take_apart(program, completion);
    put(program, HANDLE_COMPLETION, completion);
    return true;
}

static void queue_next(struct program *program)
{
    static const int64_t waits[] = {0, 0, 1, 20};
    next(program, some_queue(program), waits[input_below(&program->input, 4)]);
}

static void queue_poll(struct program *program)
{
    acs_queue *queue = some_queue(program);
    struct pollfd descriptor = {.fd = acs_queue_fd(queue), .events = POLLIN};
    HOLDS((descriptor.fd >= 0) == (queue != NULL), "a queue's descriptor");
    if (poll(&descriptor, 1, (int)input_below(&program->input, 20)) == 1 && queue != shared.queue) {
        HOLDS(acs_queue_pending(queue) > 0, "a descriptor is readable and nothing is pending");
        HOLDS(next(program, queue, 0), "a descriptor is readable and nothing is there");
    }
}

/* Everything that is pending completes, and then a wait without a timeout ends. */
static void queue_shutdown(struct program *program)
{
    acs_queue *queue = program->queues[input_below(&program->input, OWN_QUEUES)];
    acs_queue_shutdown(queue);
    if (queue != NULL && ONCE_IN(program, 2)) {
        while (next(program, queue, ACS_WAIT_FOREVER)) {
        }
        HOLDS(acs_queue_pending(queue) == 0, "a queue that was emptied has something pending");
    }
}

static void kept(struct program *program)
{
    acs_completion *completion = ledger_kept_completion();
    completion_take_apart(program, completion);
    put(program, HANDLE_COMPLETION, completion);
}

static void cancel(struct program *program)
{
    acs_call_cancel((acs_call *)PICK(program, HANDLE_CALL));
}

OPERATIONS(completion_operations, take_apart_one, queue_new, queue_new, queue_free, queue_next, queue_next,
           queue_next, queue_poll, queue_shutdown, kept, cancel, cancel);
