#include "transport.h"

#include <stdio.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "arrivals.h"
#include "check.h"
#include "make.h"

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
    /* Nobody waits for the answer any more; it is accepted and has no effect. */
    respond(request, 201, CREATED);
    acs_transport_request_free(request);
}

static void that_never_answers_ends_at_the_deadline(void)
{
    struct host host = {0};
    acs_client *client = client_with(&host, keep);
    /* Long enough for a busy machine to get to the transport. */
    acs_call_options with = within(5000);
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
    /* Not a callback, because its thread would outlive the program under valgrind. */
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

#ifndef _WIN32
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
        /* The request belongs to the parent. */
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
#endif

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

void transport_without_answers(void)
{
    RUN(that_never_answers_ends_at_the_deadline);
    RUN(may_be_cancelled_and_answers_too_late);
    RUN(may_block_its_thread);
    RUN(a_shutdown_cancels_what_it_does_not_answer);
#ifndef _WIN32
    RUN(a_child_uses_it_and_releases_nothing_of_its_parents);
#endif
    RUN(stays_the_hosts_when_nothing_was_made_with_it);
}
