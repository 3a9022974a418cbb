#include "callbacks.h"

#include <string.h>
#include <time.h>

#include "ledger.h"
#include "program.h"

static void pause_ms(long ms)
{
    struct timespec pause = {0, ms * 1000000};
    nanosleep(&pause, NULL);
}

/* A blocking call on the shared handles. */
static void call_and_wait(struct input *input)
{
    acs_call_options options;
    acs_user *user = (acs_user *)UNTOUCHED;
    acs_error *error = (acs_error *)UNTOUCHED;
    bool hangs = input_once_in(input, 4);
    static struct tally tally = {.name = "acs_client_create_user"};
    acs_call_options_init(&options, sizeof options);
    options.timeout_ms = hangs ? 5 : 200;
    acs_status status =
        acs_client_create_user(hangs ? shared.hanging_client : shared.client, &options, &user, &error);
    judge_status(&tally, status, &error);
    HOLDS((status == ACS_STATUS_OK) == (user != (acs_user *)UNTOUCHED), "a call in a callback");
    if (status == ACS_STATUS_OK) {
        acs_user_free(user);
    }
}

/* One more submission, whose callback only frees. */
static void submit_again(struct input *input)
{
    acs_delivery delivery;
    acs_call *call = NULL;
    struct ticket *ticket = ticket_new();
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.user_data = ticket;
    if (input_once_in(input, 2)) {
        delivery.queue = shared.queue;
    } else {
        delivery.callback = on_completion;
    }
    acs_client *client = input_once_in(input, 3) ? shared.hanging_client : shared.client;
    if (acs_client_create_user_submit(client, NULL, &delivery, &call, NULL) == ACS_STATUS_OK) {
        atomic_store(&ticket->is_accepted, true);
        if (input_once_in(input, 2)) {
            acs_call_cancel(call);
        }
        acs_call_free(call);
    }
}

static void take_all(acs_completion *completion)
{
    acs_error_free(acs_completion_take_error(completion));
    HOLDS(acs_completion_take_error(completion) == NULL, "an error was taken twice");
    acs_user_free(acs_completion_take_user(completion));
    HOLDS(acs_completion_take_user(completion) == NULL, "a user was taken twice");
    acs_token_free(acs_completion_take_token(completion));
    HOLDS(acs_completion_take_token(completion) == NULL, "a token was taken twice");
    acs_user_token_free(acs_completion_take_user_token(completion));
    acs_verified_token_free(acs_completion_take_verified_token(completion));
    acs_response_free(acs_completion_take_response(completion));
    acs_user_detail_free(acs_completion_take_user_detail(completion));
    acs_teams_extension_assignment_free(acs_completion_take_teams_extension_assignment(completion));
}

void on_completion(void *user_data, acs_completion *completion)
{
    struct ticket *ticket = (struct ticket *)user_data;
    struct input input = {ticket->script, SCRIPT_LEN, 0, 0};
    acs_client *client = ticket->client;
    HOLDS(acs_completion_user_data(completion) == ticket, "another's completion");
    look_at(HANDLE_COMPLETION, completion, &input);
    switch (input_below(&input, 16)) {
    case 1:
        take_all(completion);
        break;
    case 2:
        call_and_wait(&input);
        break;
    case 3:
        submit_again(&input);
        break;
    case 4:
        pause_ms(1);
        break;
    case 5: {
        acs_completion *other = acs_queue_next(shared.queue, 0);
        if (other != NULL) {
            ticket_completed((struct ticket *)acs_completion_user_data(other));
            acs_completion_free(other);
        }
        break;
    }
    case 6:
        ledger_keep_completion(completion);
        completion = NULL;
        break;
    case 8: {
        static struct tally tally = {.name = "acs_shutdown"};
        acs_error *error = (acs_error *)UNTOUCHED;
        acs_status status = acs_shutdown(10, &error);
        judge_status(&tally, status, &error);
        HOLDS(status == ACS_STATUS_INVALID_ARGUMENT, "the threads were ended in a callback");
        break;
    }
    case 7:
        acs_set_worker_threads(1 + (int32_t)input_below(&input, 3), NULL);
        break;
    default:
        break;
    }
    acs_completion_free(completion);
    acs_client_free(client);
    ticket_completed(ticket);
}

void answer_token_request(acs_token_request *request, struct input *input)
{
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_status status;
    static struct tally complete = {.name = "acs_token_request_complete"};
    static struct tally fail = {.name = "acs_token_request_fail"};
    static struct tally refresh = {.name = "acs_token_request_set_refresh_on"};
    size_t index = input_index(input);
    const char *claims = acs_token_request_claims(request);
    judge_text(claims);
    HOLDS(claims == NULL || *claims != '\0', "claims that ask for nothing");
    HOLDS((acs_token_request_scope(request, index) != NULL) ==
              (index < acs_token_request_scope_count(request)),
          "a scope by its index");
    if (input_once_in(input, 2)) {
        const int64_t now = (int64_t)time(NULL);
        const int64_t times[] = {now + 1800, now - 10, 0, -1, now + 86400, INT64_MAX, INT64_MIN, now + 1};
        /* A time that is rejected leaves the request as it was. */
        status = acs_token_request_set_refresh_on(request, times[input_below(input, 8)], &error);
        judge_status(&refresh, status, &error);
        error = (acs_error *)UNTOUCHED;
    }
    if (input_once_in(input, 4)) {
        const int32_t kinds[] = {
            ACS_STATUS_CREDENTIAL_DENIED, ACS_STATUS_TRANSPORT_ERROR, 0, -1, 98, ACS_STATUS_TIMEOUT};
        const char *reasons[] = {NULL, "no token today", "\xff"};
        status = acs_token_request_fail(request, kinds[input_below(input, 6)], reasons[input_below(input, 3)],
                                        &error);
        judge_status(&fail, status, &error);
    } else {
        const int64_t now = (int64_t)time(NULL);
        const int64_t times[] = {now + 3600, now + 3600, now + 3600, now - 10,
                                 INT64_MAX,  INT64_MIN,  0,          now + 130};
        status = acs_token_request_complete(request, sound_text_of(input, TEXT_BEARER_TOKEN),
                                            times[input_below(input, 8)], &error);
        judge_status(&complete, status, &error);
    }
}

void on_get_token(void *user_data, acs_token_request *request)
{
    struct lease *lease = (struct lease *)user_data;
    /* Each call begins at another place of the script. */
    size_t turn = atomic_fetch_add(&lease->calls, 1) % SCRIPT_LEN;
    struct input input = {lease->script, SCRIPT_LEN, turn, 24};
    HOLDS(atomic_load(&lease->releases) == 0, "a credential was asked after its release");
    switch (input_below(&input, 8)) {
    case 1:
        ledger_hold_request(request);
        return;
    case 2:
        pause_ms(3);
        break;
    case 3:
        call_and_wait(&input);
        break;
    default:
        break;
    }
    answer_token_request(request, &input);
}

static void look_at_request(acs_transport_request *request, struct input *input)
{
    size_t index = input_index(input);
    acs_header header = acs_transport_request_header(request, index);
    HOLDS((header.name != NULL) == (index < acs_transport_request_header_count(request)), "a header by its index");
    judge_text(header.name);
    /* The value isn't judged: it may be a token or a signature, which the transport must send. */
    HOLDS((header.name != NULL) == (header.value != NULL), "a header's value");
    judge_text(acs_transport_request_method(request));
    judge_text(acs_transport_request_url(request));
    acs_bytes body = acs_transport_request_body(request);
    HOLDS(body.len == 0 || body.data != NULL, "a body");
    HOLDS(acs_transport_request_timeout_ms(request) >= 0, "a timeout");
    HOLDS(acs_transport_request_max_response_bytes(request) > 0, "the largest response");
}

static void answer_request(acs_transport_request *request, struct input *input)
{
    static struct tally respond = {.name = "acs_transport_request_respond"};
    static struct tally fail = {.name = "acs_transport_request_fail"};
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_status status;
    if (input_once_in(input, 4)) {
        const int32_t kinds[] = {ACS_FAILURE_KIND_NOT_SENT, ACS_FAILURE_KIND_LOST, ACS_FAILURE_KIND_UNEXPECTED, 6, -1};
        const char *reasons[] = {NULL, "no line today", "\xff"};
        status = acs_transport_request_fail(request, kinds[input_below(input, 5)], reasons[input_below(input, 3)],
                                            &error);
        judge_status(&fail, status, &error);
        return;
    }
    static const char created[] = "{\"identity\":{\"id\":\"8:acs:a_b\"}}";
    static const acs_header headers[] = {{"Content-Type", "application/json"}, {"x-a", ""}, {"a b", "c"}, {NULL, NULL}};
    const int32_t statuses[] = {201, 201, 200, 204, 302, 401, 429, 503, 100, -1, 70000};
    acs_bytes body = {(const uint8_t *)created, input_once_in(input, 4) ? 0 : sizeof created - 1};
    status = acs_transport_request_respond(request, statuses[input_below(input, 11)], headers, input_below(input, 5),
                                           body, &error);
    judge_status(&respond, status, &error);
}

void on_send(void *user_data, acs_transport_request *request)
{
    struct lease *lease = (struct lease *)user_data;
    size_t turn = atomic_fetch_add(&lease->calls, 1) % SCRIPT_LEN;
    struct input input = {lease->script, SCRIPT_LEN, turn, 24};
    HOLDS(atomic_load(&lease->releases) == 0, "a transport was called after its release");
    look_at_request(request, &input);
    switch (input_below(&input, 8)) {
    case 1:
        acs_transport_request_free(request);
        return;
    case 2:
        pause_ms(3);
        break;
    case 3:
        call_and_wait(&input);
        break;
    case 4:
        answer_request(request, &input);
        break;
    default:
        break;
    }
    /* After case 4 this is the second answer, which must change nothing. */
    answer_request(request, &input);
    HOLDS(acs_transport_request_is_cancelled(request), "an answer is awaited that was given");
    acs_transport_request_free(request);
}

void on_event(void *user_data, const acs_event *event)
{
    struct lease *lease = (struct lease *)user_data;
    HOLDS(atomic_load(&lease->releases) == 0, "an observer was told after its release");
    HOLDS(event->struct_size >= sizeof(acs_event) && event->kind >= 0, "an event");
    HOLDS((event->kind == ACS_EVENT_REQUEST_COMPLETED) == (event->route != NULL), "an event's route");
    judge_text(event->route);
    atomic_fetch_add(&lease->calls, 1);
}

void on_log(void *user_data, const acs_log_record *record)
{
    struct lease *lease = (struct lease *)user_data;
    HOLDS(atomic_load(&lease->releases) == 0, "a log was written to after its release");
    HOLDS(record->struct_size >= sizeof(acs_log_record), "a record");
    HOLDS(record->level >= ACS_LOG_ERROR && record->level <= ACS_LOG_TRACE, "a record's level");
    HOLDS(record->target != NULL && record->message != NULL, "a record's texts");
    judge_text(record->target);
    judge_text(record->message);
    for (size_t i = 0; i < record->field_count; i++) {
        judge_text(record->fields[i].name);
        judge_text(record->fields[i].value);
    }
    atomic_fetch_add(&lease->calls, 1);
}
