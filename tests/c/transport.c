/* Transports that answer at once, later, badly, twice, too late, or never. */
#include "transport.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"

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
        /* A create that may have been sent isn't sent again. */
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

/* Invalid answers: each fails the attempt, which isn't retried. */
static void answer_badly(void *user_data, acs_transport_request *request)
{
    static const acs_header bad[] = {{"a b", "x"}, {"x-a", "b\r\nc: d"}, {NULL, "x"}};
    struct host *host = (struct host *)user_data;
    acs_error *error = NULL;
    int number = atomic_fetch_add(&host->sent, 1);
    if (number < 3) {
        CHECK_REFUSED(acs_transport_request_respond(request, 201, &bad[number], 1, body_of(CREATED), &error), error,
                      "headers");
    } else if (number < 6) {
        static const int32_t statuses[] = {0, 100, 1000};
        CHECK_REFUSED(acs_transport_request_respond(request, statuses[number - 3], NULL, 0, body_of(""), &error),
                      error, "status");
    } else if (number == 6) {
        acs_bytes nowhere = {NULL, 7};
        CHECK_REFUSED(acs_transport_request_respond(request, 201, NULL, 0, nowhere, &error), error, "body");
    } else if (number == 7) {
        CHECK_REFUSED(acs_transport_request_fail(request, 6, NULL, &error), error, "kind");
    } else if (number == 8) {
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
    for (int i = 0; i <= 9; i++) {
        acs_user *user = NULL;
        acs_error *error = NULL;
        CHECK_FAILS(acs_client_create_user(client, NULL, &user, &error), error, ACS_STATUS_UNEXPECTED_RESPONSE);
        CHECK_INT(atomic_load(&host.sent), i + 1);
    }
    expect_released(&host, client);
}

static void answer_with_a_header_in_any_encoding(void *user_data, acs_transport_request *request)
{
    static const acs_header latin1[] = {{"server", "caf\xe9"}};
    acs_error *error = NULL;
    atomic_fetch_add(&((struct host *)user_data)->sent, 1);
    CHECK_OK(acs_transport_request_respond(request, 201, latin1, 1, body_of(CREATED), &error), error);
    acs_transport_request_free(request);
}

/* HTTP allows such values, and the identity exists: the library's own HTTP stack accepts them too. */
static void a_header_in_any_encoding_costs_no_identity(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, answer_with_a_header_in_any_encoding);
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
    CHECK_INT(atomic_load(&host.sent), 1);
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

int main(void)
{
    RUN(its_response_is_the_calls);
    RUN(the_library_retries_and_judges);
    RUN(may_answer_later_from_another_thread);
    RUN(the_first_answer_counts);
    RUN(an_answer_that_is_none_fails_the_call);
    RUN(a_header_in_any_encoding_costs_no_identity);
    RUN(a_request_freed_without_an_answer_is_lost);
    transport_without_answers();
    return check_done();
}
