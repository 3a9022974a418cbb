/* exit() while callbacks block: the process ends at once, with its own exit code. */
#include "acs_auth.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

static atomic_int called;

static void wait_for_ever(void)
{
    atomic_fetch_add(&called, 1);
    for (;;) {
        sleep_ms(1000);
    }
}

static void on_record(void *user_data, const acs_log_record *record)
{
    (void)user_data;
    (void)record;
    wait_for_ever();
}

static void on_event(void *user_data, const acs_event *event)
{
    (void)user_data;
    (void)event;
    wait_for_ever();
}

static void get_token(void *user_data, acs_token_request *request)
{
    (void)user_data;
    (void)request;
    wait_for_ever();
}

/* In a child: blocks one callback of each kind, and calls exit. */
static void exit_meanwhile(void)
{
    acs_error *error = NULL;
    acs_token_credential credential;
    acs_client_options options;
    acs_client *hanging = NULL;
    acs_observer observer;
    acs_exchanger_options exchanging;
    acs_exchanger *exchanger = NULL;
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    CHECK_OK(acs_log_set(ACS_LOG_TRACE, on_record, NULL, NULL, &error), error);
    acs_observer_init(&observer, sizeof observer);
    observer.on_event = on_event;
    acs_exchanger_options_init(&exchanging, sizeof exchanging);
    exchanging.observer = &observer;
    exchanging.timeout_ms = PATIENCE_MS;
    CHECK_OK(acs_exchanger_new(make_client(), &exchanging, &exchanger, &error), error);
    acs_token *token = NULL;
    CHECK_OK(acs_exchanger_exchange(exchanger, make_teams_token(), emulator_text("spa.client_id"),
                                    emulator_text("users.0.object_id"), ACS_DEFAULT, &token, &error),
             error);
    acs_token_credential_init(&credential, sizeof credential);
    credential.get_token = get_token;
    acs_client_options_init(&options, sizeof options);
    options.endpoint = "https://contoso.communication.azure.com";
    options.token_credential = &credential;
    CHECK_OK(acs_client_new(&options, &hanging, &error), error);
    CHECK_OK(acs_client_create_user_submit(hanging, NULL, &delivery, NULL, &error), error);
    while (atomic_load(&called) < 3) {
        sleep_ms(1);
    }
    exit(7);
}

static void leaves_callbacks_behind(void)
{
    for (int i = 0; i < 5; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            check_in_child();
            exit_meanwhile();
        }
        int status = 0;
        CHECK_INT(waitpid(child, &status, 0), child);
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 7);
    }
}

int main(void)
{
    emulator_info();
    RUN(leaves_callbacks_behind);
    return check_done();
}
