/* The README's program does what the README says. */
#include <stdlib.h>

#include "check.h"
#include "emulator.h"
#include "system.h"

static char text[4096];

/* Runs the program, stores what it prints to both streams in `text`, and returns its exit code. */
static int run(const char *token, const char *client_id, const char *user)
{
    const char *const arguments[] = {token, client_id, user, NULL};
    return system_run(README_EXCHANGE, arguments, text, sizeof text);
}

static void it_exchanges(void)
{
    char *token = emulator_mint("kind=teams");
    CHECK_INT(run(token, emulator_text("spa.client_id"), emulator_text("users.0.object_id")), 0);
    CHECK_CONTAINS(text, "expires at 1");
    CHECK_LACKS(text, token);
    free(token);
}

static void it_says_why_a_token_was_refused(void)
{
    char *token = emulator_mint("kind=teams&attack=expired");
    CHECK_INT(run(token, emulator_text("spa.client_id"), emulator_text("users.0.object_id")),
              ACS_STATUS_ENTRA_TOKEN_REJECTED);
    CHECK_CONTAINS(text, "expired");
    CHECK_LACKS(text, token);
    free(token);
}

static void it_says_how_it_is_called(void)
{
    CHECK_INT(run(NULL, NULL, NULL), 64);
    CHECK_CONTAINS(text, "usage");
}

int main(void)
{
    system_set_variable("COMMUNICATION_SERVICES_CONNECTION_STRING", emulator_text("connection_string_http"));
    RUN(it_exchanges);
    RUN(it_says_why_a_token_was_refused);
    RUN(it_says_how_it_is_called);
    return check_done();
}
