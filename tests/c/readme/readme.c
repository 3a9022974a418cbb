/* The README's program does what the README says. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "emulator.h"

extern char **environ;

static char text[4096];

/* Runs the program, stores what it prints to both streams in `text`, and returns its exit code. */
static int run(const char *token, const char *client_id, const char *user)
{
    int output[2];
    CHECK(pipe(output) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, output[0]);
    const char *arguments[] = {README_EXCHANGE, token, client_id, user, NULL};
    pid_t program;
    CHECK_INT(posix_spawn(&program, README_EXCHANGE, &actions, NULL, (char *const *)arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(output[1]);

    size_t length = 0;
    ssize_t got;
    while ((got = read(output[0], text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    CHECK(got == 0);
    text[length] = '\0';
    close(output[0]);
    int status = 0;
    while (waitpid(program, &status, 0) < 0) {
        CHECK_INT(errno, EINTR);
    }
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
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
    CHECK_INT(setenv("COMMUNICATION_SERVICES_CONNECTION_STRING", emulator_text("connection_string_http"), 1), 0);
    RUN(it_exchanges);
    RUN(it_says_why_a_token_was_refused);
    RUN(it_says_how_it_is_called);
    return check_done();
}
