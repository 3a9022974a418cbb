/* Replacing the access key of clients, exchangers and handlers, also across a fork and acs_shutdown. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

static const char *original;

/* Replaces the emulator's primary key. */
static void regenerate(const char *access_key)
{
    emulator_do("POST", "/access-keys", json_pack("{s:s,s:s}", "regenerate", "primary", "access_key", access_key));
}

static void expect_user(const acs_client *client)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
}

static void expect_denied(const acs_client *client)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_FAILS(acs_client_create_user(client, NULL, &user, &error), error, ACS_STATUS_CREDENTIAL_DENIED);
}

static void expect_user_in_a_child(const acs_client *client)
{
#ifdef _WIN32
    (void)client;
#else
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        check_in_child();
        expect_user(client);
        _exit(0);
    }
    CHECK(child > 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
#endif
}

static void of_a_client(void)
{
    acs_client *client = make_client();
    acs_error *error = NULL;
    char *rotated = make_access_key();
    expect_user(client);
    regenerate(rotated);
    expect_denied(client);
    CHECK_OK(acs_client_update_access_key(client, rotated, NULL, &error), error);
    expect_user(client);
    expect_user_in_a_child(client);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    expect_user(client);
    expect_user_in_a_child(client);
    regenerate(original);
    /* The second key is tried when the first is rejected. */
    CHECK_OK(acs_client_update_access_key(client, rotated, original, &error), error);
    expect_user(client);
    CHECK_FAILS(acs_client_update_access_key(client, "no base64!", NULL, &error), error,
                ACS_STATUS_INVALID_CONNECTION_STRING);
    expect_user(client);
    acs_client_free(client);
    free(rotated);
}

static void of_an_exchanger(void)
{
    acs_client *client = make_client();
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    char *rotated = make_access_key();
    char *token = make_teams_token();
    emulator_reset();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    for (size_t exchanges = 1; exchanges <= 2; exchanges++) {
        for (int i = 0; i < 3; i++) {
            acs_token *exchanged = NULL;
            CHECK_OK(acs_exchanger_exchange(exchanger, token, emulator_text("spa.client_id"),
                                            emulator_text("users.0.object_id"), ACS_DEFAULT, &exchanged,
                                            &error),
                     error);
            acs_token_free(exchanged);
        }
        /* A token that was issued with the previous key is no longer returned. */
        CHECK_INT(emulator_request_count("exchange_teams_user"), exchanges);
        regenerate(rotated);
        CHECK_OK(acs_exchanger_update_access_key(exchanger, rotated, NULL, &error), error);
    }
    regenerate(original);
    acs_exchanger_free(exchanger);
    acs_client_free(client);
    free(token);
    free(rotated);
}

static void of_a_handler(void)
{
    acs_handler *handler = make_handler();
    acs_error *error = NULL;
    char *rotated = make_access_key();
    char *caller = make_caller_token();
    char *teams = make_teams_token();
    char bearer[8192] = "Bearer ";
    strncat(bearer, caller, sizeof bearer - 8);
    acs_header headers[] = {{"Authorization", bearer}, {"Teams-User-AAD-Token", teams}};
    acs_request request;
    acs_request_init(&request, sizeof request);
    request.method = "POST";
    request.path = "/api/token/teams";
    request.headers = headers;
    request.header_count = 2;
    static const int32_t statuses[] = {502, 201};
    wait_for_handler_keys(handler);
    regenerate(rotated);
    for (int i = 0; i < 2; i++) {
        acs_response *response = NULL;
        CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
        CHECK_INT(acs_response_status(response), statuses[i]);
        acs_response_free(response);
        CHECK_OK(acs_handler_update_access_key(handler, rotated, NULL, &error), error);
    }
    CHECK_REFUSED(acs_handler_update_access_key(handler, NULL, NULL, &error), error, "access_key");
    regenerate(original);
    acs_handler_free(handler);
    free(teams);
    free(caller);
    free(rotated);
}

int main(void)
{
    original = emulator_access_key();
    RUN(of_a_client);
    RUN(of_an_exchanger);
    RUN(of_a_handler);
    return check_done();
}
