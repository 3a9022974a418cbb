/* The options of a single call and of a client, and the response of a call: blocking and with a queue. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

static acs_client *client;

/* A header of the latest request; NULL if it has none. Valid until this is called again. */
static const char *sent(const char *name)
{
    static json_t *answer;
    json_decref(answer);
    answer = emulator_control("GET", "/requests?operation=acs", NULL);
    const json_t *requests = json_object_get(answer, "requests");
    size_t count = json_array_size(requests);
    CHECK(count > 0);
    json_t *headers = json_object_get(json_array_get(requests, count - 1), "headers");
    for (size_t i = 0; i < json_array_size(headers); i++) {
        json_t *pair = json_array_get(headers, i);
        const char *own = json_string_value(json_array_get(pair, 0));
        if (strcmp(own, name) == 0) {
            return json_string_value(json_array_get(pair, 1));
        }
    }
    return NULL;
}

static acs_call_options call_options(void)
{
    acs_call_options options;
    acs_call_options_init(&options, sizeof options);
    return options;
}

static void expect_user(const acs_call_options *options)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, options, &user, &error), error);
    acs_user_free(user);
}

static void headers_and_user_agent_are_sent(void)
{
    const acs_header of_client[] = {{"x-of-client", "1"}, {"x-of-both", "client"}};
    const acs_header of_call[] = {{"X-Of-Both", "call"}, {"traceparent", "00-1-2-01"}};
    acs_client_options options;
    acs_client *made = NULL;
    acs_user *user = NULL;
    acs_error *error = NULL;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = emulator_text("connection_string_http");
    options.headers = of_client;
    options.header_count = 2;
    options.user_agent = "Contoso Portal/7.1 (a build of more than 24 characters)";
    CHECK_OK(acs_client_new(&options, &made, &error), error);
    acs_call_options with = call_options();
    with.headers = of_call;
    with.header_count = 2;
    with.user_agent = "job 7";
    CHECK_OK(acs_client_create_user(made, &with, &user, &error), error);
    CHECK_TEXT(sent("x-of-client"), "1");
    CHECK_TEXT(sent("x-of-both"), "call");
    CHECK_TEXT(sent("traceparent"), "00-1-2-01");
    CHECK_CONTAINS(sent("user-agent"), "job 7 Contoso Portal/7.1 (a build of more than 24 characters) acs-auth/");
    acs_user_free(user);
    acs_client_free(made);
}

static void headers_that_cannot_be_set_are_refused(void)
{
    static const acs_header bad[] = {{"authorization", "x"}, {"Host", "x"}, {"a b", "x"}, {"x-a", "b\r\nc: d"},
                                     {NULL, "x"},            {"x-a", NULL}, {"x-a", "\xff"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        acs_call_options with = call_options();
        acs_client_options options;
        acs_client *made = NULL;
        acs_user *user = NULL;
        acs_error *error = NULL;
        with.headers = &bad[i];
        with.header_count = 1;
        CHECK_REFUSED(acs_client_create_user(client, &with, &user, &error), error, "headers");
        acs_client_options_init(&options, sizeof options);
        options.connection_string = emulator_text("connection_string_http");
        options.headers = &bad[i];
        options.header_count = 1;
        CHECK_REFUSED(acs_client_new(&options, &made, &error), error, "headers");
    }
    acs_call_options with = call_options();
    acs_user *user = NULL;
    acs_error *error = NULL;
    with.header_count = 1;
    CHECK_REFUSED(acs_client_create_user(client, &with, &user, &error), error, "headers");
}

static void attempts_are_those_of_the_call(void)
{
    emulator_reset();
    acs_call_options with = call_options();
    acs_user *user = NULL;
    acs_error *error = NULL;
    with.max_attempts = 1;
    emulator_fault(json_pack("{s:s,s:i}", "operation", "acs", "status", 503));
    CHECK_FAILS(acs_client_create_user(client, &with, &user, &error), error, ACS_STATUS_SERVICE_ERROR);
    CHECK_INT(emulator_request_count("acs"), 1);
    with.max_attempts = 0;
    CHECK_REFUSED(acs_client_create_user(client, &with, &user, &error), error, "max_attempts");
    with.max_attempts = ACS_DEFAULT;
    with.attempt_timeout_ms = 0;
    CHECK_REFUSED(acs_client_create_user(client, &with, &user, &error), error, "attempt_timeout");
}

static void check_created(const acs_call_response *response)
{
    CHECK_INT(acs_call_response_status(response), 201);
    CHECK_INT(acs_call_response_attempts(response), 1);
    CHECK_TEXT(acs_call_response_client_request_id(response), "order-7");
    CHECK_CONTAINS(acs_call_response_header_value(response, "Content-Type"), "json");
    CHECK(acs_call_response_header_value(response, "x-none") == NULL);
    CHECK(acs_call_response_header_value(response, NULL) == NULL);
    size_t count = acs_call_response_header_count(response);
    CHECK(count > 0);
    acs_header last = acs_call_response_header(response, count - 1);
    CHECK(last.name != NULL && last.value != NULL);
    last = acs_call_response_header(response, count);
    CHECK(last.name == NULL && last.value == NULL);
}

static void a_call_that_waits_gives_its_response(void)
{
    emulator_reset();
    acs_call_options with = call_options();
    acs_call_response *response = NULL;
    acs_error *error = NULL;
    with.client_request_id = "order-7";
    with.response = &response;
    expect_user(&with);
    check_created(response);
    acs_call_response_free(response);

    response = NULL;
    with.max_attempts = 1;
    emulator_fault(json_pack("{s:s,s:i}", "operation", "acs", "status", 403));
    CHECK_FAILS(acs_client_delete_user(client, "8:acs:a_b", &with, &error), error, ACS_STATUS_SERVICE_ERROR);
    CHECK_INT(acs_call_response_status(response), 403);
    acs_call_response_free(response);
}

static void a_call_without_an_answer_gives_none(void)
{
    acs_client *hanging = make_hanging_client();
    acs_call_options with = call_options();
    acs_call_response *response = NULL;
    acs_error *error = NULL;
    with.response = &response;
    with.timeout_ms = 100;
    CHECK_FAILS(acs_client_delete_user(hanging, "8:acs:a_b", &with, &error), error, ACS_STATUS_TIMEOUT);
    CHECK(response == NULL);
    /* Rejected before anything is sent. */
    CHECK_REFUSED(acs_client_delete_user(hanging, "", &with, &error), error, "user");
    CHECK(response == NULL);
    acs_client_free(hanging);
}

static acs_completion *completed(acs_queue *queue, acs_client *of, const acs_call_options *options)
{
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_submit(of, options, &delivery, NULL, &error), error);
    return acs_queue_next(queue, ACS_WAIT_FOREVER);
}

static void a_completion_lends_the_response_that_is_kept(void)
{
    emulator_reset();
    acs_queue *queue = make_queue();
    acs_call_options with = call_options();
    with.client_request_id = "order-7";
    acs_completion *completion = completed(queue, client, &with);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    CHECK(acs_completion_call_response(completion) == NULL);
    acs_completion_free(completion);

    with.keep_response = 1;
    completion = completed(queue, client, &with);
    check_created(acs_completion_call_response(completion));
    /* Taking the result doesn't take the response. */
    acs_user_free(acs_completion_take_user(completion));
    check_created(acs_completion_call_response(completion));
    acs_completion_free(completion);

    with.max_attempts = 1;
    emulator_fault(json_pack("{s:s,s:i}", "operation", "acs", "status", 500));
    completion = completed(queue, client, &with);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_SERVICE_ERROR);
    CHECK_INT(acs_call_response_status(acs_completion_call_response(completion)), 500);
    acs_completion_free(completion);
    acs_queue_free(queue);
}

static void a_cancelled_call_has_no_response(void)
{
    acs_client *hanging = make_hanging_client();
    acs_queue *queue = make_queue();
    acs_call_options with = call_options();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_call *call = NULL;
    acs_error *error = NULL;
    with.keep_response = 1;
    CHECK_OK(acs_client_create_user_submit(hanging, &with, &delivery, &call, &error), error);
    acs_call_cancel(call);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
    CHECK(acs_completion_call_response(completion) == NULL);
    acs_completion_free(completion);
    acs_call_free(call);
    acs_queue_free(queue);
    acs_client_free(hanging);
}

static void a_submission_refuses_a_place_for_the_response(void)
{
    acs_queue *queue = make_queue();
    acs_call_options with = call_options();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_call_response *response = NULL;
    acs_error *error = NULL;
    with.response = &response;
    CHECK_REFUSED(acs_client_create_user_submit(client, &with, &delivery, NULL, &error), error, "response");
    CHECK_INT(acs_queue_pending(queue), 0);
    with.response = NULL;
    with.keep_response = 2;
    CHECK_REFUSED(acs_client_create_user_submit(client, &with, &delivery, NULL, &error), error, "keep_response");
    acs_queue_free(queue);
}

int main(void)
{
    client = make_client();
    RUN(headers_and_user_agent_are_sent);
    RUN(headers_that_cannot_be_set_are_refused);
    RUN(attempts_are_those_of_the_call);
    RUN(a_call_that_waits_gives_its_response);
    RUN(a_call_without_an_answer_gives_none);
    RUN(a_completion_lends_the_response_that_is_kept);
    RUN(a_cancelled_call_has_no_response);
    RUN(a_submission_refuses_a_place_for_the_response);
    acs_client_free(client);
    return check_done();
}
