/* One program before a fork, in the parent and in the children: each process gets only its own completions. A
 * child that hangs is killed by its alarm, which is a failure. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

static acs_client *client;
static acs_client *hanging;
static acs_exchanger *exchanger;
static acs_handler *handler;
static acs_verifier *verifier;
static acs_queue *queue;
static char *teams_token;
static char *caller_token;
static acs_call_options a_minute;

/* Forks a child that runs work and exits with 0, unless its alarm kills it. */
static pid_t child(void (*work)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        check_in_child();
        work();
        _exit(0);
    }
    return pid;
}

static void expect_good_end(pid_t pid)
{
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(!WIFSIGNALED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

static void use_client(void)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
}

static void use_queue(void)
{
    int places[5] = {0};
    for (int i = 0; i < 5; i++) {
        acs_delivery delivery = queue_delivery(queue, &places[i]);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    }
    for (int i = 0; i < 5; i++) {
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        int *place = (int *)acs_completion_user_data(completion);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        CHECK(place >= places && place < places + 5);
        CHECK_INT(++*place, 1);
        acs_completion_free(completion);
    }
    CHECK(acs_queue_next(queue, 0) == NULL);
    CHECK_INT(acs_queue_pending(queue), 0);
}

static void use_callback(void)
{
    arrivals these;
    arrivals_init(&these);
    acs_delivery delivery = arrivals_delivery(&these);
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    arrivals_expect(&these, ACS_STATUS_OK);
    arrivals_destroy(&these);
}

static void use_exchanger(void)
{
    acs_token *token = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_exchanger_exchange(exchanger, teams_token, emulator_text("spa.client_id"),
                                    emulator_text("users.0.object_id"), ACS_DEFAULT, &token, &error),
             error);
    acs_token_free(token);
}

static void use_verifier(void)
{
    acs_verified_token *verified = NULL;
    acs_error *error = NULL;
    CHECK_OK(verify_with_keys(verifier, caller_token, &verified, &error), error);
    acs_verified_token_free(verified);
}

static void use_all(void)
{
    use_client();
    use_queue();
    use_callback();
    use_exchanger();
    use_verifier();
    wait_for_handler_keys(handler);
}

static void before_the_first_call(void)
{
    /* Nothing has been called with these handles yet. */
    pid_t one = child(use_all);
    pid_t other = child(use_all);
    expect_good_end(one);
    expect_good_end(other);
    use_all();
}

static void after_use_in_parent_and_children(void)
{
    use_all();
    pid_t one = child(use_all);
    use_all();
    pid_t other = child(use_all);
    use_all();
    expect_good_end(one);
    expect_good_end(other);
    use_all();
}

static void fork_again(void)
{
    use_client();
    pid_t grandchild = child(use_all);
    use_all();
    expect_good_end(grandchild);
}

static void in_children_of_children(void)
{
    expect_good_end(child(fork_again));
}

static void shut_down_and_use(void)
{
    acs_error *error = NULL;
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    use_all();
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    use_all();
}

static void with_the_threads_ended_in_a_child(void)
{
    use_client();
    expect_good_end(child(shut_down_and_use));
    use_all();
}

static void free_all(void)
{
    acs_error *error = NULL;
    acs_handler_free(handler);
    acs_exchanger_free(exchanger);
    acs_verifier_free(verifier);
    acs_queue_free(queue);
    acs_client_free(client);
    acs_client_free(hanging);
    acs_client *own = make_client();
    acs_user *user = NULL;
    CHECK_OK(acs_client_create_user(own, NULL, &user, &error), error);
    acs_user_free(user);
    acs_client_free(own);
}

static void free_used_and_exit(void)
{
    use_all();
    free_all();
    /* Runs the exit handlers, unlike _exit. */
    exit(0);
}

static void freed_in_a_child(void)
{
    use_all();
    pid_t unused = child(free_all);
    pid_t used = child(free_used_and_exit);
    expect_good_end(unused);
    expect_good_end(used);
    use_all();
}

static atomic_int releases;

static void no_token(void *user_data, acs_token_request *request)
{
    (void)user_data;
    acs_token_request_fail(request, ACS_STATUS_CREDENTIAL_DENIED, NULL, NULL);
}

static void count_release(void *user_data)
{
    (void)user_data;
    atomic_fetch_add(&releases, 1);
}

static acs_handler *lent_to;

static void free_what_was_lent(void)
{
    acs_handler_free(lent_to);
    CHECK_INT(atomic_load(&releases), 0);
}

static void what_a_parent_lent_is_not_released_in_a_child(void)
{
    acs_handler_options options;
    acs_token_credential credential;
    acs_error *error = NULL;
    acs_cloud *cloud = make_cloud();
    make_handler_options(&options);
    acs_token_credential_init(&credential, sizeof credential);
    credential.get_token = no_token;
    credential.release = count_release;
    options.cloud = cloud;
    /* With a connection string the credential isn't used; only the handler's options refer to it. */
    options.token_credential = &credential;
    CHECK_OK(acs_handler_new(&options, &lent_to, &error), error);
    expect_good_end(child(free_what_was_lent));
    CHECK_INT(atomic_load(&releases), 0);
    acs_handler_free(lent_to);
    CHECK_INT(atomic_load(&releases), 1);
    acs_cloud_free(cloud);
}

static arrivals in_parent;

static void expect_nothing_of_the_parents(void)
{
    CHECK_INT(acs_queue_pending(queue), 0);
    CHECK(acs_queue_next(queue, 100) == NULL);
    use_all();
    CHECK(acs_queue_next(queue, 100) == NULL);
    CHECK_INT(arrivals_count(&in_parent), 0);
}

static void with_submissions_under_way(void)
{
    acs_call *calls[40];
    arrivals_init(&in_parent);
    for (int i = 0; i < 40; i++) {
        acs_delivery delivery = i % 2 == 0 ? queue_delivery(queue, queue) : arrivals_delivery(&in_parent);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(hanging, &a_minute, &delivery, &calls[i], &error), error);
    }
    pid_t one = child(expect_nothing_of_the_parents);
    pid_t other = child(expect_nothing_of_the_parents);
    expect_good_end(one);
    expect_good_end(other);
    CHECK_INT(acs_queue_pending(queue), 20);
    for (int i = 0; i < 40; i++) {
        acs_call_cancel(calls[i]);
        acs_call_free(calls[i]);
    }
    for (int i = 0; i < 20; i++) {
        acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_CANCELLED);
        CHECK(acs_completion_user_data(completion) == queue);
        acs_completion_free(completion);
        arrivals_expect(&in_parent, ACS_STATUS_CANCELLED);
    }
    CHECK_INT(acs_queue_pending(queue), 0);
    arrivals_destroy(&in_parent);
}

static atomic_int stop;

static void *load(void *unused)
{
    (void)unused;
    acs_queue *own = make_queue();
    while (!atomic_load(&stop)) {
        acs_delivery delivery = queue_delivery(own, own);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
        use_client();
        use_exchanger();
        use_verifier();
        wait_for_handler_keys(handler);
        acs_completion *completion = acs_queue_next(own, ACS_WAIT_FOREVER);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        CHECK(acs_completion_user_data(completion) == own);
        acs_completion_free(completion);
    }
    acs_queue_free(own);
    return NULL;
}

static void under_load(void)
{
    pthread_t threads[4];
    pid_t children[12];
    use_all();
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, load, NULL), 0);
    }
    for (int i = 0; i < 12; i++) {
        sleep_ms(i * 3);
        children[i] = child(use_all);
        if (i % 3 == 2) {
            for (int j = i - 2; j <= i; j++) {
                expect_good_end(children[j]);
            }
        }
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    use_all();
}

int main(void)
{
    acs_exchanger_options exchanging;
    acs_verifier_options verifying;
    acs_error *error = NULL;
    acs_cloud *cloud = make_cloud();
    client = make_https_client();
    hanging = make_hanging_client();
    handler = make_handler();
    queue = make_queue();
    teams_token = make_teams_token();
    caller_token = make_caller_token();
    acs_exchanger_options_init(&exchanging, sizeof exchanging);
    /* All exchanges are those of one user. */
    exchanging.user_limit = 0;
    /* Without the cache, each exchange reaches the service. */
    exchanging.cache_bytes = 0;
    exchanging.limit = 100000;
    CHECK_OK(acs_exchanger_new(client, &exchanging, &exchanger, &error), error);
    make_verifier_options(&verifying);
    verifying.cloud = cloud;
    CHECK_OK(acs_verifier_new(&verifying, &verifier, &error), error);
    acs_call_options_init(&a_minute, sizeof a_minute);
    a_minute.timeout_ms = 60000;

    RUN(before_the_first_call);
    RUN(after_use_in_parent_and_children);
    RUN(in_children_of_children);
    RUN(with_the_threads_ended_in_a_child);
    RUN(freed_in_a_child);
    RUN(what_a_parent_lent_is_not_released_in_a_child);
    RUN(with_submissions_under_way);
    RUN(under_load);

    acs_handler_free(handler);
    acs_exchanger_free(exchanger);
    acs_verifier_free(verifier);
    acs_queue_free(queue);
    acs_client_free(client);
    acs_client_free(hanging);
    acs_cloud_free(cloud);
    free(teams_token);
    free(caller_token);
    return check_done();
}
