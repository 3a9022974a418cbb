/* A transport of the host's own: it answers at once, later, badly, twice, too late, or never. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arrivals.h"
#include "check.h"
#include "make.h"

#define CREATED "{\"identity\":{\"id\":\"8:acs:a_b\"}}"

struct host {
    atomic_int sent;
    atomic_int released;
    _Atomic(acs_transport_request *) kept;
    /* What the next answers are, one after another; 0 for those that are not given. */
    int statuses[4];
    int failure;
};

static void release(void *user_data)
{
    atomic_fetch_add(&((struct host *)user_data)->released, 1);
}

static acs_client *client_with(struct host *host, void (*send)(void *, acs_transport_request *))
{
    acs_transport transport;
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_transport_init(&transport, sizeof transport);
    transport.send = send;
    transport.user_data = host;
    transport.release = release;
    acs_client_options_init(&options, sizeof options);
    /* Nothing must ever go there. */
    options.connection_string = "endpoint=https://nowhere.invalid;accesskey=c2VjcmV0";
    options.transport = &transport;
    options.retry_base_delay_ms = 1;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    memset(&transport, 0x55, sizeof transport);
    return client;
}

/* The client is freed: the host's data is not needed any more, once the last call has ended. */
static void expect_released(struct host *host, acs_client *client)
{
    CHECK_INT(atomic_load(&host->released), 0);
    acs_client_free(client);
    while (atomic_load(&host->released) == 0) {
        sleep_ms(1);
    }
    sleep_ms(20);
    CHECK_INT(atomic_load(&host->released), 1);
}

static acs_bytes body_of(const char *text)
{
    return (acs_bytes){(const uint8_t *)text, strlen(text)};
}

static void respond(acs_transport_request *request, int32_t status, const char *body)
{
    const acs_header headers[] = {{"Content-Type", "application/json"}, {"MS-CV", "abc"}};
    acs_error *error = NULL;
    CHECK_OK(acs_transport_request_respond(request, status, headers, 2, body_of(body), &error), error);
}

static const char *header_of(const acs_transport_request *request, const char *name)
{
    for (size_t i = 0; i < acs_transport_request_header_count(request); i++) {
        acs_header header = acs_transport_request_header(request, i);
        if (strcmp(header.name, name) == 0) {
            return header.value;
        }
    }
    return NULL;
}

static acs_call_options within(int64_t timeout_ms)
{
    acs_call_options options;
    acs_call_options_init(&options, sizeof options);
    options.timeout_ms = timeout_ms;
    return options;
}

static void answer_at_once(void *user_data, acs_transport_request *request)
{
    struct host *host = (struct host *)user_data;
    atomic_fetch_add(&host->sent, 1);
    CHECK_TEXT(acs_transport_request_method(request), "POST");
    CHECK_CONTAINS(acs_transport_request_url(request), "https://nowhere.invalid/identities?api-version=");
    CHECK_CONTAINS(header_of(request, "authorization"), "HMAC-SHA256 ");
    CHECK(header_of(request, "x-ms-client-request-id") != NULL);
    acs_header none = acs_transport_request_header(request, acs_transport_request_header_count(request));
    CHECK(none.name == NULL && none.value == NULL);
    acs_bytes body = acs_transport_request_body(request);
    CHECK(body.len < 100);
    CHECK(acs_transport_request_timeout_ms(request) > 0);
    CHECK_INT(acs_transport_request_max_response_bytes(request), 64 * 1024);
    CHECK(!acs_transport_request_is_cancelled(request));
    respond(request, 201, CREATED);
    CHECK(acs_transport_request_is_cancelled(request));
    acs_transport_request_free(request);
}

static void its_response_is_the_calls(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, answer_at_once);
    acs_call_options with = within(60000);
    acs_call_response *response = NULL;
    acs_user *user = NULL;
    acs_error *error = NULL;
    with.response = &response;
    CHECK_OK(acs_client_create_user(client, &with, &user, &error), error);
    CHECK_TEXT(acs_user_id(user), "8:acs:a_b");
    CHECK_INT(acs_call_response_status(response), 201);
    CHECK_TEXT(acs_call_response_header_value(response, "ms-cv"), "abc");
    acs_call_response_free(response);
    acs_user_free(user);
    CHECK_INT(atomic_load(&host.sent), 1);
    expect_released(&host, client);
}

static void answer_in_their_order(void *user_data, acs_transport_request *request)
{
    struct host *host = (struct host *)user_data;
    int status = host->statuses[atomic_fetch_add(&host->sent, 1)];
    acs_error *error = NULL;
    if (status != 0) {
        respond(request, status, status == 201 ? CREATED : "");
    } else {
        CHECK_OK(acs_transport_request_fail(request, host->failure, "the line is down", &error), error);
    }
    acs_transport_request_free(request);
}

static void the_library_retries_and_judges(void)
{
    static const struct {
        int statuses[4];
        int failure;
        int status;
        int sent;
    } cases[] = {
        {{503, 201}, 0, ACS_STATUS_OK, 2},
        {{0, 201}, ACS_FAILURE_KIND_NOT_SENT, ACS_STATUS_OK, 2},
        /* A create that may have been sent is not sent again. */
        {{0, 201}, ACS_FAILURE_KIND_LOST, ACS_STATUS_TRANSPORT_ERROR, 1},
        {{0, 201}, ACS_FAILURE_KIND_TIMED_OUT, ACS_STATUS_TIMEOUT, 1},
        {{0, 201}, ACS_FAILURE_KIND_OVERLOADED, ACS_STATUS_THROTTLED, 1},
        {{0, 201}, ACS_FAILURE_KIND_REFUSED, ACS_STATUS_TRANSPORT_ERROR, 1},
        {{0, 201}, ACS_FAILURE_KIND_UNEXPECTED, ACS_STATUS_UNEXPECTED_RESPONSE, 1},
        {{302}, 0, ACS_STATUS_UNEXPECTED_RESPONSE, 1},
        {{403}, 0, ACS_STATUS_SERVICE_ERROR, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct host host = {0};
        acs_user *user = NULL;
        acs_error *error = NULL;
        memcpy(host.statuses, cases[i].statuses, sizeof host.statuses);
        host.failure = cases[i].failure;
        acs_client *client = client_with(&host, answer_in_their_order);
        acs_call_options with = within(60000);
        CHECK_INT(acs_client_create_user(client, &with, &user, &error), cases[i].status);
        CHECK_INT(atomic_load(&host.sent), cases[i].sent);
        if (error != NULL && cases[i].statuses[0] == 0) {
            CHECK_CONTAINS(acs_error_reason(error), "the line is down");
        }
        acs_error_free(error);
        acs_user_free(user);
        expect_released(&host, client);
    }
}

static void *answer_in_a_thread(void *user_data)
{
    struct host *host = (struct host *)user_data;
    sleep_ms(100);
    acs_transport_request *request = atomic_exchange(&host->kept, NULL);
    respond(request, 201, CREATED);
    acs_transport_request_free(request);
    return NULL;
}

static void answer_later(void *user_data, acs_transport_request *request)
{
    struct host *host = (struct host *)user_data;
    pthread_t thread;
    atomic_store(&host->kept, request);
    CHECK_INT(pthread_create(&thread, NULL, answer_in_a_thread, host), 0);
    pthread_detach(thread);
}

static void may_answer_later_from_another_thread(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, answer_later);
    for (int i = 0; i < 3; i++) {
        acs_call_options with = within(60000);
        acs_user *user = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user(client, &with, &user, &error), error);
        acs_user_free(user);
    }
    expect_released(&host, client);
}

static void answer_twice(void *user_data, acs_transport_request *request)
{
    acs_error *error = NULL;
    atomic_fetch_add(&((struct host *)user_data)->sent, 1);
    respond(request, 201, CREATED);
    CHECK_REFUSED(acs_transport_request_respond(request, 500, NULL, 0, body_of(""), &error), error, "request");
    CHECK_REFUSED(acs_transport_request_fail(request, ACS_FAILURE_KIND_LOST, NULL, &error), error, "request");
    acs_transport_request_free(request);
}

static void the_first_answer_counts(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, answer_twice);
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
    CHECK_INT(atomic_load(&host.sent), 1);
    expect_released(&host, client);
}

/* Answers that are none: each fails the attempt, which is not made again. */
static void answer_badly(void *user_data, acs_transport_request *request)
{
    static const acs_header bad[] = {{"a b", "x"}, {"x-a", "b\r\nc: d"}, {NULL, "x"}, {"x-a", "\xff"}};
    struct host *host = (struct host *)user_data;
    acs_error *error = NULL;
    int number = atomic_fetch_add(&host->sent, 1);
    if (number < 4) {
        CHECK_REFUSED(acs_transport_request_respond(request, 201, &bad[number], 1, body_of(CREATED), &error), error,
                      "headers");
    } else if (number < 7) {
        static const int32_t statuses[] = {0, 100, 1000};
        CHECK_REFUSED(acs_transport_request_respond(request, statuses[number - 4], NULL, 0, body_of(""), &error),
                      error, "status");
    } else if (number == 7) {
        acs_bytes nowhere = {NULL, 7};
        CHECK_REFUSED(acs_transport_request_respond(request, 201, NULL, 0, nowhere, &error), error, "body");
    } else if (number == 8) {
        CHECK_REFUSED(acs_transport_request_fail(request, 6, NULL, &error), error, "kind");
    } else if (number == 9) {
        CHECK_REFUSED(acs_transport_request_fail(request, ACS_FAILURE_KIND_LOST, "\xff", &error), error, "reason");
    } else {
        static uint8_t large[64 * 1024 + 1];
        acs_bytes body = {large, sizeof large};
        CHECK_OK(acs_transport_request_respond(request, 201, NULL, 0, body, &error), error);
    }
    acs_transport_request_free(request);
}

static void an_answer_that_is_none_fails_the_call(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, answer_badly);
    for (int i = 0; i <= 10; i++) {
        acs_user *user = NULL;
        acs_error *error = NULL;
        CHECK_FAILS(acs_client_create_user(client, NULL, &user, &error), error, ACS_STATUS_UNEXPECTED_RESPONSE);
        CHECK_INT(atomic_load(&host.sent), i + 1);
    }
    expect_released(&host, client);
}

static void give_up(void *user_data, acs_transport_request *request)
{
    atomic_fetch_add(&((struct host *)user_data)->sent, 1);
    acs_transport_request_free(request);
}

static void a_request_freed_without_an_answer_is_lost(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, give_up);
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_INT(acs_client_create_user(client, NULL, &user, &error), ACS_STATUS_TRANSPORT_ERROR);
    CHECK_CONTAINS(acs_error_reason(error), "gave no answer");
    CHECK_CONTAINS(acs_error_reason(error), "may have been created");
    acs_error_free(error);
    CHECK_INT(atomic_load(&host.sent), 1);
    expect_released(&host, client);
}

static void keep(void *user_data, acs_transport_request *request)
{
    struct host *host = (struct host *)user_data;
    atomic_fetch_add(&host->sent, 1);
    CHECK(atomic_exchange(&host->kept, request) == NULL);
}

static void answer_the_kept(struct host *host)
{
    acs_transport_request *request = atomic_exchange(&host->kept, NULL);
    CHECK(acs_transport_request_is_cancelled(request));
    /* Nobody waits for it any more: it is taken, and changes nothing. */
    respond(request, 201, CREATED);
    acs_transport_request_free(request);
}

static void that_never_answers_ends_at_the_deadline(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, keep);
    acs_call_options with = within(200);
    acs_user *user = NULL;
    acs_error *error = NULL;
    int64_t started = now_ms();
    CHECK_FAILS(acs_client_create_user(client, &with, &user, &error), error, ACS_STATUS_TIMEOUT);
    CHECK(now_ms() - started < 30000);
    answer_the_kept(&host);
    expect_released(&host, client);
}

static void may_be_cancelled_and_answers_too_late(void)
{
    struct host host = {0};
    arrivals these;
    acs_call *call = NULL;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_client *client = client_with(&host, keep);
    acs_delivery delivery = arrivals_delivery(&these);
    acs_call_options with = within(60000);
    CHECK_OK(acs_client_create_user_submit(client, &with, &delivery, &call, &error), error);
    while (atomic_load(&host.kept) == NULL) {
        sleep_ms(1);
    }
    CHECK(!acs_transport_request_is_cancelled(atomic_load(&host.kept)));
    acs_call_cancel(call);
    acs_call_free(call);
    arrivals_expect(&these, ACS_STATUS_CANCELLED);
    while (!acs_transport_request_is_cancelled(atomic_load(&host.kept))) {
        sleep_ms(1);
    }
    answer_the_kept(&host);
    arrivals_destroy(&these);
    expect_released(&host, client);
}

static void block(void *user_data, acs_transport_request *request)
{
    sleep_ms(100);
    answer_at_once(user_data, request);
}

static void may_block_its_thread(void)
{
    struct host host = {0};
    arrivals these;
    arrivals_init(&these);
    acs_client *client = client_with(&host, block);
    for (int i = 0; i < 20; i++) {
        acs_delivery delivery = arrivals_delivery(&these);
        acs_call_options with = within(60000);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(client, &with, &delivery, NULL, &error), error);
    }
    for (int i = 0; i < 20; i++) {
        arrivals_expect(&these, ACS_STATUS_OK);
    }
    arrivals_destroy(&these);
    expect_released(&host, client);
}

static void a_shutdown_cancels_what_it_does_not_answer(void)
{
    struct host host = {0};
    acs_error *error = NULL;
    acs_client *client = client_with(&host, keep);
    /* Not a callback, whose thread would outlive the program's end under valgrind. */
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_call_options with = within(60000);
    CHECK_OK(acs_client_create_user_submit(client, &with, &delivery, NULL, &error), error);
    while (atomic_load(&host.kept) == NULL) {
        sleep_ms(1);
    }
    CHECK_OK(acs_shutdown(30000, &error), error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
    acs_completion_free(completion);
    acs_queue_free(queue);
    answer_the_kept(&host);
    expect_released(&host, client);
}

static void a_child_uses_it_and_releases_nothing_of_its_parents(void)
{
    struct host host = {0};
    arrivals these;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_client *waiting = client_with(&host, keep);
    acs_delivery delivery = arrivals_delivery(&these);
    acs_call_options with = within(60000);
    acs_call *call = NULL;
    CHECK_OK(acs_client_create_user_submit(waiting, &with, &delivery, &call, &error), error);
    while (atomic_load(&host.kept) == NULL) {
        sleep_ms(1);
    }
    struct host other = {0};
    acs_client *client = client_with(&other, answer_at_once);
    fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        acs_user *user = NULL;
        check_in_child();
        /* The request is the parent's. */
        acs_transport_request *request = atomic_load(&host.kept);
        CHECK(acs_transport_request_is_cancelled(request));
        CHECK_REFUSED(acs_transport_request_fail(request, ACS_FAILURE_KIND_LOST, NULL, &error), error, "request");
        acs_transport_request_free(request);
        CHECK_OK(acs_client_create_user(client, &with, &user, &error), error);
        acs_user_free(user);
        acs_client_free(client);
        acs_client_free(waiting);
        CHECK_OK(acs_shutdown(30000, &error), error);
        CHECK_INT(atomic_load(&host.released), 0);
        CHECK_INT(atomic_load(&other.released), 0);
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    acs_transport_request *request = atomic_exchange(&host.kept, NULL);
    CHECK(!acs_transport_request_is_cancelled(request));
    respond(request, 201, CREATED);
    acs_transport_request_free(request);
    arrivals_expect(&these, ACS_STATUS_OK);
    acs_call_free(call);
    arrivals_destroy(&these);
    expect_released(&host, waiting);
    expect_released(&other, client);
}

static void stays_the_hosts_when_nothing_was_made_with_it(void)
{
    struct host host = {0};
    acs_transport transport;
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_transport_init(&transport, sizeof transport);
    transport.send = answer_at_once;
    transport.user_data = &host;
    transport.release = release;
    acs_client_options_init(&options, sizeof options);
    options.transport = &transport;
    options.connection_string = "no connection string";
    CHECK_FAILS(acs_client_new(&options, &client, &error), error, ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK_INT(atomic_load(&host.released), 0);
    transport.send = NULL;
    CHECK_REFUSED(acs_client_new(&options, &client, &error), error, "transport");
    CHECK_INT(atomic_load(&host.released), 0);
}

int main(void)
{
    RUN(its_response_is_the_calls);
    RUN(the_library_retries_and_judges);
    RUN(may_answer_later_from_another_thread);
    RUN(the_first_answer_counts);
    RUN(an_answer_that_is_none_fails_the_call);
    RUN(a_request_freed_without_an_answer_is_lost);
    RUN(that_never_answers_ends_at_the_deadline);
    RUN(may_be_cancelled_and_answers_too_late);
    RUN(may_block_its_thread);
    RUN(a_shutdown_cancels_what_it_does_not_answer);
    RUN(a_child_uses_it_and_releases_nothing_of_its_parents);
    RUN(stays_the_hosts_when_nothing_was_made_with_it);
    return check_done();
}
