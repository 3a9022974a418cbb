/* The numbers and names of tests/surface/errors.txt, and the content of errors. */
#include "acs_auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "emulator.h"
#include "make.h"

static const acs_status known[] = {
    ACS_STATUS_INVALID_ARGUMENT,
    ACS_STATUS_INVALID_CONNECTION_STRING,
    ACS_STATUS_ENTRA_TOKEN_INVALID,
    ACS_STATUS_ENTRA_TOKEN_REJECTED,
    ACS_STATUS_VALIDATION_FAILED,
    ACS_STATUS_CREDENTIAL_DENIED,
    ACS_STATUS_NOT_FOUND,
    ACS_STATUS_THROTTLED,
    ACS_STATUS_SERVICE_ERROR,
    ACS_STATUS_TRANSPORT_ERROR,
    ACS_STATUS_TIMEOUT,
    ACS_STATUS_CANCELLED,
    ACS_STATUS_UNEXPECTED_RESPONSE,
    ACS_STATUS_UNAUTHORIZED,
    ACS_STATUS_FORBIDDEN,
    ACS_STATUS_INTERNAL,
};

#define KNOWN (sizeof known / sizeof known[0])

static void statuses_are_those_of_every_host(void)
{
    FILE *file = fopen(ACS_ROOT "/tests/surface/errors.txt", "r");
    char line[256];
    size_t count = 0;
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        char name[64];
        int number = 0;
        if (line[0] != '#' && sscanf(line, "%63s = %d", name, &number) == 2) {
            CHECK(count < KNOWN);
            CHECK_INT(known[count], number);
            CHECK_TEXT(acs_status_name(number), name);
            count++;
        }
    }
    fclose(file);
    CHECK_INT(count, KNOWN);
    CHECK_TEXT(acs_status_name(ACS_STATUS_OK), "Ok");
    for (int32_t number = -2; number < 200; number++) {
        size_t names = 0;
        for (size_t i = 0; i < KNOWN; i++) {
            names += (int32_t)known[i] == number;
        }
        CHECK(number == 0 || names > 0 || strcmp(acs_status_name(number), "Unknown") == 0);
    }
}

static void the_services_words_are_told(void)
{
    acs_client *client = make_client();
    acs_user *user = NULL;
    acs_error *error = NULL;
    acs_call_options options;
    acs_call_options_init(&options, sizeof options);
    options.client_request_id = "from-the-test-1";
    emulator_fault(json_pack("{s:s,s:i,s:i,s:{s:{s:s,s:s,s:s}},s:{s:i},s:[[s,s]]}", "operation",
                             "create_user", "status", 429, "count", 9, "json", "error", "code", "TooMany",
                             "message", "Slow down.", "target", "identities", "retry_after", "seconds", 60,
                             "headers", "ms-cv", "cv.1"));
    /* Less than the service's wait, so that the call fails at once. */
    options.timeout_ms = 30000;
    CHECK_INT(acs_client_create_user(client, &options, &user, &error), ACS_STATUS_THROTTLED);
    CHECK(user == NULL);
    CHECK_INT(acs_error_kind(error), ACS_STATUS_THROTTLED);
    CHECK_INT(acs_error_http_status(error), 429);
    CHECK_TEXT(acs_error_code(error), "TooMany");
    CHECK_TEXT(acs_error_target(error), "identities");
    CHECK_CONTAINS(acs_error_reason(error), "Slow down.");
    CHECK_INT(acs_error_retry_after_ms(error), 60000);
    CHECK_TEXT(acs_error_client_request_id(error), "from-the-test-1");
    CHECK_TEXT(acs_error_ms_cv(error), "cv.1");
    CHECK_CONTAINS(acs_error_message(error), "Throttled");
    CHECK_CONTAINS(acs_error_message(error), "Slow down.");
    CHECK_CONTAINS(acs_error_message(error), "TooMany");
    CHECK(strchr(acs_error_message(error), '\n') == NULL);
    CHECK_LACKS(acs_error_message(error), emulator_access_key());
    acs_error_free(error);
    acs_client_free(client);
    emulator_reset();
}

static void what_is_not_known_is_absent(void)
{
    acs_endpoint *endpoint = NULL;
    acs_error *error = NULL;
    CHECK_INT(acs_endpoint_parse("ftp://host", &endpoint, &error), ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK_INT(acs_error_http_status(error), 0);
    CHECK(acs_error_code(error) == NULL);
    CHECK_TEXT(acs_error_target(error), "endpoint");
    CHECK_INT(acs_error_retry_after_ms(error), -1);
    CHECK(acs_error_client_request_id(error) == NULL);
    CHECK(acs_error_ms_cv(error) == NULL);
    CHECK(acs_error_reason(error) != NULL);
    acs_error_free(error);
}

static void a_failure_without_a_place_for_its_error_is_a_status(void)
{
    acs_endpoint *endpoint = NULL;
    CHECK_INT(acs_endpoint_parse("ftp://host", &endpoint, NULL), ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK(endpoint == NULL);
}

/* A panic can't be provoked from C without code for that in the shipped library; bindings/c/src/ffi/guard.rs
 * tests the guard in Rust. */
static void no_error_is_written_on_success(void)
{
    char place[1];
    acs_error *error = (acs_error *)(void *)place;
    acs_endpoint *endpoint = NULL;
    CHECK_INT(acs_endpoint_parse("https://host.example", &endpoint, &error), ACS_STATUS_OK);
    CHECK(error == (acs_error *)(void *)place);
    CHECK_TEXT(acs_endpoint_url(endpoint), "https://host.example");
    acs_endpoint_free(endpoint);
}

static void a_refused_key_or_token_is_not_shown(void)
{
    acs_access_key *key = NULL;
    acs_connection_string *parts = NULL;
    acs_error *error = NULL;
    CHECK_INT(acs_access_key_from_base64("bm90LXZhbGlk*secret", &key, &error),
              ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK_LACKS(acs_error_message(error), "bm90LXZhbGlk");
    CHECK_TEXT(acs_error_target(error), "accesskey");
    acs_error_free(error);
    error = NULL;
    CHECK_INT(
        acs_connection_string_parse("endpoint=https://a.example;accesskey=bm90LXZhbGlk*", &parts, &error),
        ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK_LACKS(acs_error_message(error), "bm90LXZhbGlk");
    acs_error_free(error);
}

int main(void)
{
    RUN(statuses_are_those_of_every_host);
    RUN(the_services_words_are_told);
    RUN(what_is_not_known_is_absent);
    RUN(a_failure_without_a_place_for_its_error_is_a_status);
    RUN(no_error_is_written_on_success);
    RUN(a_refused_key_or_token_is_not_shown);
    return check_done();
}
