/* Token credentials that answer at once, later, badly, or never. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

struct host {
    char *token;
    int64_t seconds;
    atomic_int asked;
    atomic_int released;
    _Atomic(acs_token_request *) kept;
};

static void init_host(struct host *host)
{
    memset((void *)host, 0, sizeof *host);
    host->token = emulator_mint("kind=acs");
}

static void release(void *user_data)
{
    atomic_fetch_add(&((struct host *)user_data)->released, 1);
}

static acs_client *client_with(struct host *host, void (*get_token)(void *, acs_token_request *))
{
    acs_token_credential credential;
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_token_credential_init(&credential, sizeof credential);
    credential.get_token = get_token;
    credential.user_data = host;
    credential.release = release;
    acs_client_options_init(&options, sizeof options);
    options.endpoint = emulator_text("https_url");
    options.root_certificates_pem = emulator_ca();
    options.token_credential = &credential;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    memset(&credential, 0x55, sizeof credential);
    return client;
}

static void answer_at_once(void *user_data, acs_token_request *request)
{
    struct host *host = (struct host *)user_data;
    acs_error *error = NULL;
    CHECK_INT(acs_token_request_scope_count(request), 1);
    CHECK_TEXT(acs_token_request_scope(request, 0), ACS_SCOPE);
    CHECK(acs_token_request_scope(request, 1) == NULL);
    CHECK(acs_token_request_claims(request) == NULL);
    CHECK_OK(acs_token_request_set_refresh_on(request, (int64_t)time(NULL) + 1800, &error), error);
    atomic_fetch_add(&host->asked, 1);
    CHECK_OK(acs_token_request_complete(request, host->token, (int64_t)time(NULL) + 3600, &error), error);
}

static void expect_user(acs_client *client)
{
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
}

/* Frees the client; the host's data is released once the last call has ended. */
static void expect_released(struct host *host, acs_client *client)
{
    CHECK_INT(atomic_load(&host->released), 0);
    acs_client_free(client);
    while (atomic_load(&host->released) == 0) {
        sleep_ms(1);
    }
    sleep_ms(20);
    CHECK_INT(atomic_load(&host->released), 1);
    free(host->token);
}

static void is_asked_once_and_its_token_is_kept(void)
{
    struct host host;
    init_host(&host);
    acs_client *client = client_with(&host, answer_at_once);
    for (int i = 0; i < 5; i++) {
        expect_user(client);
    }
    CHECK_INT(atomic_load(&host.asked), 1);
    expect_released(&host, client);
}

static void *answer_in_a_thread(void *user_data)
{
    struct host *host = (struct host *)user_data;
    sleep_ms(100);
    acs_token_request *request = atomic_exchange(&host->kept, NULL);
    acs_error *error = NULL;
    CHECK_OK(acs_token_request_complete(request, host->token, (int64_t)time(NULL) + 3600, &error), error);
    return NULL;
}

static void answer_later(void *user_data, acs_token_request *request)
{
    struct host *host = (struct host *)user_data;
    pthread_t thread;
    atomic_fetch_add(&host->asked, 1);
    atomic_store(&host->kept, request);
    CHECK_INT(pthread_create(&thread, NULL, answer_in_a_thread, host), 0);
    pthread_detach(thread);
}

static void may_answer_later_from_another_thread_and_once_for_all(void)
{
    struct host host;
    arrivals these;
    init_host(&host);
    arrivals_init(&these);
    acs_client *client = client_with(&host, answer_later);
    for (int i = 0; i < 10; i++) {
        acs_delivery delivery = arrivals_delivery(&these);
        acs_error *error = NULL;
        CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, NULL, &error), error);
    }
    for (int i = 0; i < 10; i++) {
        arrivals_expect(&these, ACS_STATUS_OK);
    }
    CHECK_INT(atomic_load(&host.asked), 1);
    arrivals_destroy(&these);
    expect_released(&host, client);
}

static void fail(void *user_data, acs_token_request *request)
{
    acs_error *error = NULL;
    atomic_fetch_add(&((struct host *)user_data)->asked, 1);
    CHECK_OK(acs_token_request_fail(request, ACS_STATUS_FORBIDDEN, "The identity has no role.", &error),
             error);
}

static void may_fail_with_a_kind_and_a_reason(void)
{
    struct host host;
    acs_user *user = NULL;
    acs_error *error = NULL;
    init_host(&host);
    acs_client *client = client_with(&host, fail);
    CHECK_INT(acs_client_create_user(client, NULL, &user, &error), ACS_STATUS_FORBIDDEN);
    CHECK_CONTAINS(acs_error_reason(error), "The identity has no role.");
    acs_error_free(error);
    expect_released(&host, client);
}

/* Invalid answers: each still frees the request, and the call fails. */
static void answer_badly(void *user_data, acs_token_request *request)
{
    struct host *host = (struct host *)user_data;
    acs_error *error = NULL;
    switch (atomic_fetch_add(&host->asked, 1) % 5) {
    case 0:
        CHECK_REFUSED(acs_token_request_complete(request, NULL, 0, &error), error, "token");
        break;
    case 1:
        CHECK_REFUSED(acs_token_request_complete(request, "\xff", 0, &error), error, "token");
        break;
    case 2:
        CHECK_REFUSED(acs_token_request_fail(request, ACS_STATUS_OK, NULL, &error), error, "kind");
        break;
    case 3:
        CHECK_REFUSED(acs_token_request_fail(request, 98, NULL, &error), error, "kind");
        break;
    default:
        CHECK_REFUSED(acs_token_request_fail(request, ACS_STATUS_TIMEOUT, "\xff", &error), error, "reason");
        break;
    }
}

static void cannot_answer_with_nonsense(void)
{
    struct host host;
    init_host(&host);
    acs_client *client = client_with(&host, answer_badly);
    while (atomic_load(&host.asked) < 5) {
        acs_user *user = NULL;
        acs_error *error = NULL;
        CHECK(acs_client_create_user(client, NULL, &user, &error) != ACS_STATUS_OK);
        CHECK(acs_error_reason(error) != NULL);
        acs_error_free(error);
    }
    expect_released(&host, client);
}

static void keep(void *user_data, acs_token_request *request)
{
    struct host *host = (struct host *)user_data;
    atomic_fetch_add(&host->asked, 1);
    CHECK(atomic_exchange(&host->kept, request) == NULL);
}

static void that_does_not_answer_ends_no_later_than_the_deadline(void)
{
    struct host host;
    acs_user *user = NULL;
    acs_error *error = NULL;
    acs_call_options options;
    int64_t started = now_ms();
    init_host(&host);
    acs_client *client = client_with(&host, keep);
    acs_call_options_init(&options, sizeof options);
    options.timeout_ms = 200;
    CHECK_FAILS(acs_client_create_user(client, &options, &user, &error), error, ACS_STATUS_TIMEOUT);
    CHECK(now_ms() - started < 30000);
    /* The request for a token goes on without the call, and may begin after its end. */
    while (atomic_load(&host.kept) == NULL) {
        sleep_ms(1);
    }
    expect_released(&host, client);
    /* Nobody waits for the answer any more; it is accepted, and the request freed. */
    CHECK_OK(acs_token_request_fail(atomic_load(&host.kept), ACS_STATUS_TIMEOUT, NULL, &error), error);
}

/* Answers the first request with a token that is valid for host->seconds, and no renewal. */
static void answer_the_first(void *user_data, acs_token_request *request)
{
    struct host *host = (struct host *)user_data;
    acs_error *error = NULL;
    if (atomic_fetch_add(&host->asked, 1) == 0) {
        int64_t expires_on = (int64_t)time(NULL) + host->seconds;
        CHECK_OK(acs_token_request_complete(request, host->token, expires_on, &error), error);
    } else {
        CHECK(atomic_exchange(&host->kept, request) == NULL);
    }
}

static void whose_renewal_hangs_is_used_while_its_token_is_good(void)
{
    /* 299 s: less than the five minutes before its expiry at which a token is renewed. */
    static const int64_t seconds[] = {299, 20};
    for (int i = 0; i < 2; i++) {
        struct host host;
        acs_error *error = NULL;
        init_host(&host);
        host.seconds = seconds[i];
        acs_client *client = client_with(&host, answer_the_first);
        for (int calls = 0; calls < 5; calls++) {
            expect_user(client);
        }
        CHECK_INT(atomic_load(&host.asked), 1);
        if (seconds[i] == 20) {
            /* It is renewed after half of its lifetime. */
            while (atomic_load(&host.asked) < 2) {
                sleep_ms(100);
                expect_user(client);
            }
            for (int calls = 0; calls < 5; calls++) {
                expect_user(client);
            }
            CHECK_INT(atomic_load(&host.asked), 2);
        }
        expect_released(&host, client);
        if (atomic_load(&host.kept) != NULL) {
            acs_token_request *kept = atomic_load(&host.kept);
            CHECK_OK(acs_token_request_fail(kept, ACS_STATUS_TIMEOUT, NULL, &error), error);
        }
    }
}

static void may_be_cancelled(void)
{
    struct host host;
    arrivals these;
    acs_call *call = NULL;
    acs_error *error = NULL;
    init_host(&host);
    arrivals_init(&these);
    acs_client *client = client_with(&host, keep);
    acs_delivery delivery = arrivals_delivery(&these);
    CHECK_OK(acs_client_create_user_submit(client, NULL, &delivery, &call, &error), error);
    while (atomic_load(&host.kept) == NULL) {
        sleep_ms(1);
    }
    acs_call_cancel(call);
    acs_call_free(call);
    arrivals_expect(&these, ACS_STATUS_CANCELLED);
    CHECK_OK(acs_token_request_complete(atomic_load(&host.kept), host.token, 0, &error), error);
    arrivals_destroy(&these);
    expect_released(&host, client);
}

static void block(void *user_data, acs_token_request *request)
{
    sleep_ms(100);
    answer_at_once(user_data, request);
}

static void may_block_its_thread(void)
{
    struct host host;
    acs_client *plain = make_client();
    init_host(&host);
    acs_client *client = client_with(&host, block);
    expect_user(client);
    expect_user(plain);
    acs_client_free(plain);
    expect_released(&host, client);
}

static void stays_the_hosts_when_nothing_was_made_with_it(void)
{
    struct host host;
    acs_token_credential credential;
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    init_host(&host);
    acs_token_credential_init(&credential, sizeof credential);
    credential.get_token = answer_at_once;
    credential.user_data = &host;
    credential.release = release;
    acs_client_options_init(&options, sizeof options);
    options.token_credential = &credential;
    options.endpoint = "ftp://unusable";
    CHECK_FAILS(acs_client_new(&options, &client, &error), error, ACS_STATUS_INVALID_CONNECTION_STRING);
    /* The function failed, so it didn't take ownership. */
    CHECK_INT(atomic_load(&host.released), 0);
    free(host.token);
}

int main(void)
{
    emulator_info();
    RUN(is_asked_once_and_its_token_is_kept);
    RUN(may_answer_later_from_another_thread_and_once_for_all);
    RUN(may_fail_with_a_kind_and_a_reason);
    RUN(cannot_answer_with_nonsense);
    RUN(that_does_not_answer_ends_no_later_than_the_deadline);
    RUN(whose_renewal_hangs_is_used_while_its_token_is_good);
    RUN(may_be_cancelled);
    RUN(may_block_its_thread);
    RUN(stays_the_hosts_when_nothing_was_made_with_it);
    return check_done();
}
