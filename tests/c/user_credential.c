/* A user's token credential with a refresher: shared calls, timeouts, renewal ahead of time, retries,
 * closing. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "arrivals.h"
#include "check.h"

/* Returns token-1, token-2 … by the number of the request. */
struct refresher {
    int64_t seconds;     /* how long each token is valid */
    int hang_at;         /* this request and later ones block until `go_on`; 0: none */
    int fail_from;       /* these requests fail */
    int fail_to;
    long pause_ms;       /* before each answer */
    atomic_int asked;
    atomic_int running;  /* calls that have not returned */
    atomic_int released;
    atomic_bool go_on;
};

static void answer(void *user_data, acs_token_request *request)
{
    struct refresher *refresher = (struct refresher *)user_data;
    acs_error *error = NULL;
    char token[32];
    atomic_fetch_add(&refresher->running, 1);
    int number = atomic_fetch_add(&refresher->asked, 1) + 1;
    CHECK_INT(acs_token_request_scope_count(request), 0);
    sleep_ms(refresher->pause_ms);
    while (refresher->hang_at != 0 && number >= refresher->hang_at && !atomic_load(&refresher->go_on)) {
        sleep_ms(1);
    }
    if (number >= refresher->fail_from && number <= refresher->fail_to) {
        CHECK_OK(acs_token_request_fail(request, ACS_STATUS_TRANSPORT_ERROR, "The back end is away.", &error), error);
    } else {
        snprintf(token, sizeof token, "token-%d", number);
        int64_t expires_on = (int64_t)time(NULL) + refresher->seconds;
        CHECK_OK(acs_token_request_complete(request, token, expires_on, &error), error);
    }
    atomic_fetch_sub(&refresher->running, 1);
}

static void release(void *user_data)
{
    atomic_fetch_add(&((struct refresher *)user_data)->released, 1);
}

static acs_user_credential *fed_by(struct refresher *refresher, int64_t timeout_ms, int64_t is_proactive)
{
    acs_token_credential callback;
    acs_user_credential_options options;
    acs_user_credential *credential = NULL;
    acs_error *error = NULL;
    acs_token_credential_init(&callback, sizeof callback);
    callback.get_token = answer;
    callback.user_data = refresher;
    callback.release = release;
    acs_user_credential_options_init(&options, sizeof options);
    options.refresher = &callback;
    options.timeout_ms = timeout_ms;
    options.refresh_proactively = is_proactive;
    CHECK_OK(acs_user_credential_new(&options, &credential, &error), error);
    memset(&callback, 0x55, sizeof callback);
    memset(&options, 0x55, sizeof options);
    return credential;
}

static void expect_token(const acs_user_credential *credential, const char *text)
{
    acs_token *token = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_user_credential_get_token(credential, &token, &error), error);
    CHECK_TEXT(acs_token_text(token), text);
    acs_token_free(token);
}

static void expect_failure(const acs_user_credential *credential, acs_status status, const char *reason)
{
    acs_token *token = NULL;
    acs_error *error = NULL;
    CHECK_INT(acs_user_credential_get_token(credential, &token, &error), status);
    CHECK_CONTAINS(acs_error_reason(error), reason);
    acs_error_free(error);
}

static void wait_until_asked(struct refresher *refresher, int times)
{
    while (atomic_load(&refresher->asked) < times) {
        sleep_ms(5);
    }
}

/* Frees the credential; the refresher is released once its last call has returned. */
static void expect_released(struct refresher *refresher, acs_user_credential *credential)
{
    CHECK_INT(atomic_load(&refresher->released), 0);
    acs_user_credential_free(credential);
    atomic_store(&refresher->go_on, true);
    while (atomic_load(&refresher->released) == 0 || atomic_load(&refresher->running) > 0) {
        sleep_ms(1);
    }
    sleep_ms(20);
    CHECK_INT(atomic_load(&refresher->released), 1);
}

static void callers_at_the_same_time_share_one_renewal(void)
{
    struct refresher refresher = {.seconds = 3600, .pause_ms = 200};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, ACS_DEFAULT);
    arrivals these;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_delivery delivery = arrivals_delivery(&these);
    for (int i = 0; i < 10; i++) {
        CHECK_OK(acs_user_credential_get_token_submit(credential, &delivery, NULL, &error), error);
    }
    for (int i = 0; i < 10; i++) {
        acs_completion *completion = arrivals_next(&these);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        acs_token *token = acs_completion_take_token(completion);
        CHECK_TEXT(acs_token_text(token), "token-1");
        CHECK(acs_token_expires_on(token) > (int64_t)time(NULL) + 3000);
        acs_token_free(token);
        acs_completion_free(completion);
    }
    expect_token(credential, "token-1");
    CHECK_INT(atomic_load(&refresher.asked), 1);
    arrivals_destroy(&these);
    expect_released(&refresher, credential);
}

static void a_refresher_that_never_answers_is_waited_for_as_long_as_the_timeout(void)
{
    struct refresher refresher = {.seconds = 3600, .hang_at = 1};
    acs_user_credential *credential = fed_by(&refresher, 300, ACS_DEFAULT);
    int64_t begun = now_ms();
    expect_failure(credential, ACS_STATUS_TIMEOUT, "No token came within 300ms");
    CHECK(now_ms() - begun >= 300 && now_ms() - begun < 30000);
    expect_released(&refresher, credential);
}

static void a_refresher_that_never_returns_takes_two_threads_and_no_more(void)
{
    struct refresher refresher = {.seconds = 3600, .hang_at = 1};
    /* A renewal counts as hanging after a second, so each second another one is started beside it. */
    acs_user_credential *credential = fed_by(&refresher, 1000, ACS_DEFAULT);
    expect_failure(credential, ACS_STATUS_TIMEOUT, "No token came within 1s");
    acs_token *token = NULL;
    acs_error *error = NULL;
    do {
        acs_error_free(error);
        error = NULL;
        CHECK_INT(acs_user_credential_get_token(credential, &token, &error), ACS_STATUS_TIMEOUT);
    } while (strstr(acs_error_reason(error), "2 former calls of it have not returned") == NULL);
    acs_error_free(error);
    /* The error comes at once, also while it backs off. */
    expect_failure(credential, ACS_STATUS_TIMEOUT, "2 former calls of it have not returned");
    /* Their threads may begin late. */
    wait_until_asked(&refresher, 2);
    CHECK_INT(atomic_load(&refresher.asked), 2);
    CHECK_INT(atomic_load(&refresher.running), 2);
    /* The refresher's calls return, and it is called again. */
    atomic_store(&refresher.go_on, true);
    error = NULL;
    while (acs_user_credential_get_token(credential, &token, NULL) != ACS_STATUS_OK) {
        sleep_ms(20);
    }
    acs_token_free(token);
    expect_released(&refresher, credential);
}

static void a_token_is_renewed_ahead_of_time_though_nobody_asks(void)
{
    struct refresher refresher = {.seconds = 2};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, 1);
    acs_error *error = NULL;
    sleep_ms(50);
    CHECK_INT(atomic_load(&refresher.asked), 0);
    CHECK_OK(acs_user_credential_start(credential, &error), error);
    CHECK_OK(acs_user_credential_start(credential, &error), error);
    wait_until_asked(&refresher, 3);
    expect_released(&refresher, credential);
    int asked = atomic_load(&refresher.asked);
    sleep_ms(2500);
    CHECK_INT(atomic_load(&refresher.asked), asked);
}

static void without_the_option_nothing_begins_by_itself(void)
{
    struct refresher refresher = {.seconds = 4};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, ACS_DEFAULT);
    acs_error *error = NULL;
    CHECK_OK(acs_user_credential_start(credential, &error), error);
    expect_token(credential, "token-1");
    sleep_ms(4500);
    CHECK_INT(atomic_load(&refresher.asked), 1);
    expect_token(credential, "token-2");
    expect_released(&refresher, credential);
}

static void a_failed_renewal_is_tried_again_though_nobody_asks(void)
{
    struct refresher refresher = {.seconds = 4, .fail_from = 2, .fail_to = 4};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, 1);
    int64_t begun = now_ms();
    expect_token(credential, "token-1");
    wait_until_asked(&refresher, 5);
    /* The renewal is due after half of the lifetime, which is at least 3 s because the clock counts whole
     * seconds; the retries follow after 0.5, 1 and 2 s. */
    CHECK(now_ms() - begun >= 1500 + 3500);
    acs_token *token = NULL;
    while (acs_user_credential_get_token(credential, &token, NULL) != ACS_STATUS_OK) {
        sleep_ms(20);
    }
    acs_token_free(token);
    expect_released(&refresher, credential);
}

static void a_failure_is_given_to_callers_with_its_kind_and_when_to_try_again(void)
{
    struct refresher refresher = {.seconds = 3600, .fail_from = 1, .fail_to = 1};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, ACS_DEFAULT);
    acs_token *token = NULL;
    acs_error *error = NULL;
    expect_failure(credential, ACS_STATUS_TRANSPORT_ERROR, "The back end is away.");
    /* The refresher isn't called again within half a second, which a slow machine may need until here. */
    if (acs_user_credential_get_token(credential, &token, &error) != ACS_STATUS_OK) {
        CHECK_INT(acs_error_kind(error), ACS_STATUS_TRANSPORT_ERROR);
        CHECK(acs_error_retry_after_ms(error) >= 0 && acs_error_retry_after_ms(error) <= 500);
        CHECK_INT(atomic_load(&refresher.asked), 1);
        acs_error_free(error);
    }
    acs_token_free(token);
    sleep_ms(600);
    expect_token(credential, "token-2");
    expect_released(&refresher, credential);
}

static void closing_ends_the_calls_that_wait_and_later_ones(void)
{
    struct refresher refresher = {.seconds = 3600, .hang_at = 1};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, 1);
    arrivals these;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_delivery delivery = arrivals_delivery(&these);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(acs_user_credential_get_token_submit(credential, &delivery, NULL, &error), error);
    }
    wait_until_asked(&refresher, 1);
    acs_user_credential_close(credential);
    acs_user_credential_close(credential);
    for (int i = 0; i < 3; i++) {
        arrivals_expect(&these, ACS_STATUS_CANCELLED);
    }
    expect_failure(credential, ACS_STATUS_CANCELLED, "closed");
    CHECK_OK(acs_user_credential_start(credential, &error), error);
    atomic_store(&refresher.go_on, true);
    expect_failure(credential, ACS_STATUS_CANCELLED, "closed");
    CHECK_INT(atomic_load(&refresher.asked), 1);
    arrivals_destroy(&these);
    expect_released(&refresher, credential);
}

static void closed_it_stays_closed_after_a_shutdown(void)
{
    struct refresher refresher = {.seconds = 3600};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, ACS_DEFAULT);
    acs_error *error = NULL;
    expect_token(credential, "token-1");
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    /* The token was lost with the threads. */
    expect_token(credential, "token-2");
    acs_user_credential_close(credential);
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    expect_failure(credential, ACS_STATUS_CANCELLED, "closed");
    CHECK_INT(atomic_load(&refresher.asked), 2);
    expect_released(&refresher, credential);
}

#ifndef _WIN32
/* A child gets a token of its own, and a credential that its parent closed is closed in it. */
static void a_forked_child_begins_anew(void)
{
    struct refresher refresher = {.seconds = 3600};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, 1);
    expect_token(credential, "token-1");
    for (int is_closed = 0; is_closed < 2; is_closed++) {
        if (is_closed) {
            acs_user_credential_close(credential);
        }
        fflush(stdout);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            check_in_child();
            if (is_closed) {
                expect_failure(credential, ACS_STATUS_CANCELLED, "closed");
            } else {
                expect_token(credential, "token-2");
                acs_user_credential_close(credential);
            }
            acs_user_credential_free(credential);
            _exit(0);
        }
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
        if (!is_closed) {
            expect_token(credential, "token-1");
        }
    }
    expect_released(&refresher, credential);
}
#endif

static void a_call_outlives_its_credential(void)
{
    struct refresher refresher = {.seconds = 3600, .pause_ms = 200};
    acs_user_credential *credential = fed_by(&refresher, ACS_DEFAULT, 1);
    arrivals these;
    acs_call *call = NULL;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_delivery delivery = arrivals_delivery(&these);
    CHECK_OK(acs_user_credential_get_token_submit(credential, &delivery, &call, &error), error);
    acs_user_credential_free(credential);
    arrivals_expect(&these, ACS_STATUS_OK);
    acs_call_free(call);
    arrivals_destroy(&these);
    while (atomic_load(&refresher.released) == 0) {
        sleep_ms(1);
    }
    CHECK_INT(atomic_load(&refresher.asked), 1);
}

int main(void)
{
    RUN(callers_at_the_same_time_share_one_renewal);
    RUN(a_refresher_that_never_answers_is_waited_for_as_long_as_the_timeout);
    RUN(a_refresher_that_never_returns_takes_two_threads_and_no_more);
    RUN(a_token_is_renewed_ahead_of_time_though_nobody_asks);
    RUN(without_the_option_nothing_begins_by_itself);
    RUN(a_failed_renewal_is_tried_again_though_nobody_asks);
    RUN(a_failure_is_given_to_callers_with_its_kind_and_when_to_try_again);
    RUN(closing_ends_the_calls_that_wait_and_later_ones);
    RUN(closed_it_stays_closed_after_a_shutdown);
#ifndef _WIN32
    RUN(a_forked_child_begins_anew);
#endif
    RUN(a_call_outlives_its_credential);
    return check_done();
}
