/* Ownership: results are taken once, borrowed data lives as long as its owner, and arguments are copied. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

static acs_client *client;

static acs_completion *completed_user_and_token(void)
{
    static const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT};
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_and_token_submit(client, scopes, 1, ACS_DEFAULT, NULL, &delivery, NULL,
                                                     &error),
             error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    acs_queue_free(queue);
    return completion;
}

static void a_result_is_taken_once(void)
{
    acs_completion *completion = completed_user_and_token();
    /* Asking for another type of result takes nothing. */
    CHECK(acs_completion_take_user(completion) == NULL);
    CHECK(acs_completion_take_token(completion) == NULL);
    CHECK(acs_completion_take_response(completion) == NULL);
    CHECK(acs_completion_take_verified_token(completion) == NULL);
    CHECK(acs_completion_take_error(completion) == NULL);
    CHECK_INT(acs_completion_reachable(completion), ACS_NOT_APPLICABLE);
    acs_user_token *both = acs_completion_take_user_token(completion);
    CHECK(both != NULL && acs_completion_take_user_token(completion) == NULL);
    /* The result outlives the completion. */
    acs_completion_free(completion);
    CHECK_CONTAINS(acs_user_token_user_id(both), "8:acs:");
    CHECK(acs_user_token_text(both) != NULL);
    acs_user_token_free(both);
}

static void a_result_that_nobody_takes_goes_with_its_completion(void)
{
    acs_completion_free(completed_user_and_token());
}

static void an_error_is_lent_until_it_is_taken(void)
{
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    CHECK_OK(acs_client_delete_user_submit(client, "8:acs:nobody", NULL, &delivery, NULL, &error), error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK(acs_completion_status(completion) != ACS_STATUS_OK);
    const acs_error *lent = acs_completion_error(completion);
    CHECK_INT(acs_error_kind(lent), acs_completion_status(completion));
    CHECK(acs_completion_error(completion) == lent);
    acs_error *taken = acs_completion_take_error(completion);
    CHECK(taken == lent && acs_completion_error(completion) == NULL);
    CHECK(acs_completion_take_error(completion) == NULL);
    CHECK(acs_completion_status(completion) != ACS_STATUS_OK);
    acs_completion_free(completion);
    CHECK(acs_error_message(taken) != NULL);
    acs_error_free(taken);
    acs_queue_free(queue);
}

static void texts_and_parts_live_as_long_as_their_handle(void)
{
    char *text = strdup(emulator_text("connection_string_http"));
    acs_connection_string *parts = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_connection_string_parse(text, &parts, &error), error);
    memset(text, 'x', strlen(text));
    free(text);
    const acs_endpoint *endpoint = acs_connection_string_endpoint(parts);
    CHECK(endpoint == acs_connection_string_endpoint(parts));
    const char *url = acs_endpoint_url(endpoint);
    CHECK(url == acs_endpoint_url(endpoint));
    CHECK_TEXT(url, emulator_text("http_url"));
    CHECK(acs_connection_string_access_key(parts) != NULL);
    acs_connection_string_free(parts);
}

static void options_are_copied(void)
{
    acs_client_options *options = (acs_client_options *)malloc(sizeof *options);
    char *connection_string = strdup(emulator_text("connection_string"));
    char *pem = strdup(emulator_ca());
    acs_cloud *cloud = make_cloud();
    acs_client *made = NULL;
    acs_error *error = NULL;
    acs_user *user = NULL;
    acs_client_options_init(options, sizeof *options);
    options->connection_string = connection_string;
    options->root_certificates_pem = pem;
    options->cloud = cloud;
    CHECK_OK(acs_client_new(options, &made, &error), error);
    memset(connection_string, 'x', strlen(connection_string));
    memset(pem, 'x', strlen(pem));
    free(connection_string);
    free(pem);
    free(options);
    acs_cloud_free(cloud);
    /* After a shutdown the client is recreated, from its own copy of the options. */
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    CHECK_OK(acs_client_create_user(made, NULL, &user, &error), error);
    acs_user_free(user);
    acs_client_free(made);
}

static void arguments_of_submissions_are_copied(void)
{
    acs_queue *queue = make_queue();
    acs_delivery *delivery = (acs_delivery *)malloc(sizeof *delivery);
    acs_call_options *options = (acs_call_options *)malloc(sizeof *options);
    char *id = strdup("an-id-of-the-test");
    char *token = make_teams_token();
    char *client_id = strdup(emulator_text("spa.client_id"));
    char *user_object_id = strdup(emulator_text("users.0.object_id"));
    acs_error *error = NULL;
    *delivery = queue_delivery(queue, queue);
    acs_call_options_init(options, sizeof *options);
    options->client_request_id = id;
    CHECK_OK(acs_client_get_token_for_teams_user_submit(client, token, client_id, user_object_id, options,
                                                        delivery, NULL, &error),
             error);
    char *const all[] = {id, token, client_id, user_object_id};
    for (size_t i = 0; i < 4; i++) {
        memset(all[i], 'x', strlen(all[i]));
        free(all[i]);
    }
    memset(delivery, 0x55, sizeof *delivery);
    memset(options, 0x55, sizeof *options);
    free(delivery);
    free(options);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    CHECK(acs_completion_user_data(completion) == queue);
    acs_token *exchanged = acs_completion_take_token(completion);
    CHECK(exchanged != NULL);
    acs_token_free(exchanged);
    acs_completion_free(completion);
    acs_queue_free(queue);
}

static void calls_outlive_their_client_and_their_means_to_cancel(void)
{
    arrivals these;
    arrivals_init(&these);
    for (int i = 0; i < 20; i++) {
        acs_client *to = make_client();
        acs_delivery delivery = arrivals_delivery(&these);
        acs_call *call = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(to, NULL, &delivery, &call, &error), error);
        acs_call_free(call);
        acs_client_free(to);
    }
    for (int i = 0; i < 20; i++) {
        arrivals_expect(&these, ACS_STATUS_OK);
    }
    arrivals_destroy(&these);
}

static void the_means_to_cancel_outlive_the_call(void)
{
    arrivals these;
    acs_call *call = NULL;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_delivery delivery = arrivals_delivery(&these);
    CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, &call, &error), error);
    arrivals_expect(&these, ACS_STATUS_OK);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    acs_call_cancel(call);
    acs_call_free(call);
    arrivals_destroy(&these);
}

static void exchangers_outlive_their_client_and_handlers_their_settings(void)
{
    acs_client *to = make_client();
    acs_exchanger *exchanger = NULL;
    acs_handler_settings *settings = make_settings();
    acs_handler *handler = NULL;
    acs_handler_options options;
    acs_error *error = NULL;
    acs_token *exchanged = NULL;
    char *token = make_teams_token();
    CHECK_OK(acs_exchanger_new(to, NULL, &exchanger, &error), error);
    acs_client_free(to);
    CHECK_OK(acs_exchanger_exchange(exchanger, token, emulator_text("spa.client_id"),
                                    emulator_text("users.0.object_id"), ACS_DEFAULT, &exchanged, &error),
             error);
    acs_token_free(exchanged);
    acs_exchanger_free(exchanger);
    free(token);

    acs_handler_options_init(&options, sizeof options);
    options.settings = settings;
    CHECK_OK(acs_handler_new(&options, &handler, &error), error);
    acs_handler_settings_free(settings);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    acs_request request;
    acs_response *response = NULL;
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/nowhere";
    CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
    CHECK_INT(acs_response_status(response), 404);
    acs_response_free(response);
    acs_handler_free(handler);
}

int main(void)
{
    client = make_client();
    RUN(a_result_is_taken_once);
    RUN(a_result_that_nobody_takes_goes_with_its_completion);
    RUN(an_error_is_lent_until_it_is_taken);
    RUN(texts_and_parts_live_as_long_as_their_handle);
    RUN(options_are_copied);
    RUN(arguments_of_submissions_are_copied);
    RUN(calls_outlive_their_client_and_their_means_to_cancel);
    RUN(the_means_to_cancel_outlive_the_call);
    RUN(exchangers_outlive_their_client_and_handlers_their_settings);
    acs_client_free(client);
    return check_done();
}
