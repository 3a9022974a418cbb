/* The observer: every kind of event that can be caused here, and its release. */
#include "acs_auth.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

struct seen {
    atomic_int counts[10];
    atomic_int released;
    /* Of the last event that has this member. */
    _Atomic int32_t error;
    _Atomic int32_t rejected;
    _Atomic int32_t status;
    _Atomic int64_t wait_us;
    atomic_int routes;
};

static void on_event(void *user_data, const acs_event *event)
{
    struct seen *seen = (struct seen *)user_data;
    CHECK_INT(event->struct_size, sizeof *event);
    CHECK(event->kind >= 0 && event->kind <= ACS_EVENT_DROPPED);
    CHECK(event->took_us >= 0 && event->wait_us >= 0);
    switch (event->kind) {
    case ACS_EVENT_EXCHANGED:
        atomic_store(&seen->error, event->error);
        CHECK(event->took_us > 0);
        break;
    case ACS_EVENT_LIMITED:
        atomic_store(&seen->rejected, event->rejected);
        atomic_store(&seen->wait_us, event->wait_us);
        break;
    case ACS_EVENT_PAUSED:
        atomic_store(&seen->wait_us, event->wait_us);
        break;
    case ACS_EVENT_REQUEST_COMPLETED:
        atomic_store(&seen->status, event->status);
        atomic_fetch_add(&seen->routes, strcmp(event->route, "/healthz") == 0);
        break;
    case ACS_EVENT_DROPPED:
        CHECK(event->count > 0);
        break;
    default:
        CHECK(event->route == NULL && event->error == 0 && event->status == 0 && event->rejected == 0);
        break;
    }
    CHECK(event->kind == ACS_EVENT_DROPPED || event->count == 0);
    atomic_fetch_add(&seen->counts[event->kind], 1);
}

static void release(void *user_data)
{
    atomic_fetch_add(&((struct seen *)user_data)->released, 1);
}

static acs_observer observer_of(struct seen *seen)
{
    acs_observer observer;
    memset((void *)seen, 0, sizeof *seen);
    acs_observer_init(&observer, sizeof observer);
    observer.on_event = on_event;
    observer.user_data = seen;
    observer.release = release;
    return observer;
}

static int seen_of(struct seen *seen, int32_t kind)
{
    return atomic_load(&seen->counts[kind]);
}

/* Waits, because events arrive on a thread of their own. If one never arrives, the test times out. */
static void expect_seen(struct seen *seen, int32_t kind, int count)
{
    while (seen_of(seen, kind) < count) {
        sleep_ms(1);
    }
    CHECK_INT(seen_of(seen, kind), count);
}

static acs_client *client;
static char *teams;

static acs_exchanger *made(acs_exchanger_options *options, struct seen *seen)
{
    acs_observer observer = observer_of(seen);
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    emulator_reset();
    options->observer = &observer;
    CHECK_OK(acs_exchanger_new(client, options, &exchanger, &error), error);
    memset((void *)&observer, 0x55, sizeof observer);
    return exchanger;
}

static void expect_released(struct seen *seen)
{
    while (atomic_load(&seen->released) == 0) {
        sleep_ms(1);
    }
    sleep_ms(20);
    CHECK_INT(atomic_load(&seen->released), 1);
}

static acs_status exchange(const acs_exchanger *exchanger, const char *token)
{
    acs_token *exchanged = NULL;
    acs_status status =
        acs_exchanger_exchange(exchanger, token, emulator_text("spa.client_id"),
                               emulator_text("users.0.object_id"), ACS_DEFAULT, &exchanged, NULL);
    acs_token_free(exchanged);
    return status;
}

static void is_told_of_exchanges_hits_refusals_and_sign_outs(void)
{
    struct seen seen;
    acs_exchanger_options options;
    acs_error *error = NULL;
    acs_exchanger_options_init(&options, sizeof options);
    options.token_check = ACS_TOKEN_CHECK_WARN;
    acs_exchanger *exchanger = made(&options, &seen);
    char *expired = emulator_mint("kind=teams&attack=expired");
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
    expect_seen(&seen, ACS_EVENT_EXCHANGED, 1);
    CHECK_INT(atomic_load(&seen.error), ACS_STATUS_OK);
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
    expect_seen(&seen, ACS_EVENT_CACHE_HIT, 1);
    CHECK_INT(exchange(exchanger, expired), ACS_STATUS_ENTRA_TOKEN_REJECTED);
    expect_seen(&seen, ACS_EVENT_EXCHANGED, 2);
    CHECK_INT(atomic_load(&seen.error), ACS_STATUS_ENTRA_TOKEN_REJECTED);
    CHECK_INT(exchange(exchanger, expired), ACS_STATUS_ENTRA_TOKEN_REJECTED);
    expect_seen(&seen, ACS_EVENT_NEGATIVE_CACHE_HIT, 1);
    CHECK_OK(acs_exchanger_sign_out(exchanger, emulator_text("tenant_id"), emulator_text("users.0.object_id"),
                                    &error),
             error);
    expect_seen(&seen, ACS_EVENT_SIGNED_OUT, 1);
    expect_seen(&seen, ACS_EVENT_EXCHANGED, 2);
    CHECK_INT(atomic_load(&seen.released), 0);
    acs_exchanger_free(exchanger);
    expect_released(&seen);
    free(expired);
}

static void is_told_of_callers_who_share_an_exchange(void)
{
    struct seen seen;
    acs_exchanger_options options;
    arrivals these;
    acs_exchanger_options_init(&options, sizeof options);
    acs_exchanger *exchanger = made(&options, &seen);
    arrivals_init(&these);
    /* Long enough for a busy machine to submit others meanwhile. */
    emulator_fault(json_pack("{s:s,s:i}", "operation", "exchange_teams_user", "latency_ms", 2500));
    for (int i = 0; i < 10; i++) {
        acs_delivery delivery = arrivals_delivery(&these);
        acs_error *error = NULL;
        CHECK_OK(acs_exchanger_exchange_submit(exchanger, teams, emulator_text("spa.client_id"),
                                               emulator_text("users.0.object_id"), PATIENCE_MS, &delivery,
                                               NULL, &error),
                 error);
    }
    for (int i = 0; i < 10; i++) {
        arrivals_expect(&these, ACS_STATUS_OK);
    }
    expect_seen(&seen, ACS_EVENT_EXCHANGED, 1);
    while (seen_of(&seen, ACS_EVENT_COALESCED) + seen_of(&seen, ACS_EVENT_CACHE_HIT) < 9) {
        sleep_ms(1);
    }
    CHECK_INT(seen_of(&seen, ACS_EVENT_COALESCED) + seen_of(&seen, ACS_EVENT_CACHE_HIT), 9);
    CHECK(seen_of(&seen, ACS_EVENT_COALESCED) > 0);
    arrivals_destroy(&these);
    acs_exchanger_free(exchanger);
    expect_released(&seen);
}

static void is_told_of_limits_and_pauses(void)
{
    struct seen seen;
    acs_exchanger_options options;
    acs_exchanger_options_init(&options, sizeof options);
    options.cache_bytes = 0;
    options.limit = 2;
    options.limit_burst = 1;
    options.limit_window_ms = 60000;
    acs_exchanger *exchanger = made(&options, &seen);
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_THROTTLED);
    expect_seen(&seen, ACS_EVENT_LIMITED, 1);
    CHECK_INT(atomic_load(&seen.rejected), 1);
    CHECK(atomic_load(&seen.wait_us) > 1000000);
    acs_exchanger_free(exchanger);
    expect_released(&seen);

    acs_exchanger_options_init(&options, sizeof options);
    exchanger = made(&options, &seen);
    emulator_fault(json_pack("{s:s,s:i,s:i,s:{s:i}}", "operation", "exchange_teams_user", "status", 429,
                             "count", 9, "retry_after", "seconds", 30));
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_THROTTLED);
    while (seen_of(&seen, ACS_EVENT_PAUSED) == 0) {
        sleep_ms(1);
    }
    CHECK(atomic_load(&seen.wait_us) > 1000000);
    acs_exchanger_free(exchanger);
    expect_released(&seen);
    emulator_reset();
}

static void is_told_of_answers_of_a_handler(void)
{
    struct seen seen;
    acs_observer observer = observer_of(&seen);
    acs_handler_options options;
    acs_handler *handler = NULL;
    acs_cloud *cloud = make_cloud();
    acs_request request;
    acs_response *response = NULL;
    acs_error *error = NULL;
    make_handler_options(&options);
    options.observer = &observer;
    options.cloud = cloud;
    CHECK_OK(acs_handler_new(&options, &handler, &error), error);
    acs_cloud_free(cloud);
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/healthz";
    CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
    expect_seen(&seen, ACS_EVENT_REQUEST_COMPLETED, 1);
    CHECK_INT(atomic_load(&seen.status), acs_response_status(response));
    CHECK_INT(atomic_load(&seen.routes), 1);
    acs_response_free(response);
    acs_handler_free(handler);
    expect_released(&seen);
}

/* An observer that blocks in its first call until it may go on. */
struct slow {
    struct seen seen;
    atomic_int started;
    atomic_int may_go_on;
    atomic_llong dropped;
};

static void on_event_slowly(void *user_data, const acs_event *event)
{
    struct slow *slow = (struct slow *)user_data;
    atomic_store(&slow->started, 1);
    while (atomic_load(&slow->may_go_on) == 0) {
        sleep_ms(1);
    }
    if (event->kind == ACS_EVENT_DROPPED) {
        atomic_fetch_add(&slow->dropped, event->count);
    } else {
        CHECK_INT(event->count, 0);
    }
    atomic_fetch_add(&slow->seen.counts[event->kind], 1);
}

static void a_slow_one_delays_no_call_and_is_told_what_was_dropped(void)
{
    static struct slow slow;
    acs_exchanger_options options;
    acs_exchanger *exchanger = NULL;
    acs_error *error = NULL;
    acs_observer observer = observer_of(&slow.seen);
    observer.on_event = on_event_slowly;
    observer.user_data = &slow;
    observer.release = NULL;
    acs_exchanger_options_init(&options, sizeof options);
    options.observer = &observer;
    CHECK_OK(acs_exchanger_new(client, &options, &exchanger, &error), error);
    CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
    while (atomic_load(&slow.started) == 0) {
        sleep_ms(1);
    }
    for (int i = 0; i < 5000; i++) {
        CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
    }
    CHECK_INT(seen_of(&slow.seen, ACS_EVENT_CACHE_HIT), 0);
    atomic_store(&slow.may_go_on, 1);
    while (atomic_load(&slow.dropped) == 0) {
        sleep_ms(1);
    }
    CHECK_INT(seen_of(&slow.seen, ACS_EVENT_EXCHANGED), 1);
    CHECK_INT(seen_of(&slow.seen, ACS_EVENT_CACHE_HIT) + atomic_load(&slow.dropped), 5000);
    acs_exchanger_free(exchanger);
}

/* Counts its events, and those that arrived after its release. */
struct closed {
    struct seen seen;
    atomic_int started;
    atomic_int may_go_on;
    atomic_int late;
};

static void on_event_of_closed(void *user_data, const acs_event *event)
{
    struct closed *closed = (struct closed *)user_data;
    atomic_store(&closed->started, 1);
    while (atomic_load(&closed->may_go_on) == 0) {
        sleep_ms(1);
    }
    atomic_fetch_add(&closed->late, atomic_load(&closed->seen.released));
    atomic_fetch_add(&closed->seen.counts[event->kind], 1);
}

/* Queued events outlive the exchanger: the observer is released after the last one, at the latest by
 * acs_shutdown. */
static void is_released_after_the_last_event_of_what_was_freed(void)
{
    static struct closed closed;
    for (int round = 0; round < 20; round++) {
        acs_exchanger_options options;
        acs_exchanger *exchanger = NULL;
        acs_error *error = NULL;
        acs_observer observer = observer_of(&closed.seen);
        observer.on_event = on_event_of_closed;
        observer.user_data = &closed;
        atomic_store(&closed.started, 0);
        atomic_store(&closed.may_go_on, 0);
        acs_exchanger_options_init(&options, sizeof options);
        options.observer = &observer;
        CHECK_OK(acs_exchanger_new(client, &options, &exchanger, &error), error);
        for (int i = 0; i < 10; i++) {
            CHECK_INT(exchange(exchanger, teams), ACS_STATUS_OK);
        }
        acs_exchanger_free(exchanger);
        while (atomic_load(&closed.started) == 0) {
            sleep_ms(1);
        }
        CHECK_INT(atomic_load(&closed.seen.released), 0);
        CHECK_INT(seen_of(&closed.seen, ACS_EVENT_CACHE_HIT), 0);
        /* acs_shutdown waits for a running observer, as for any callback. */
        CHECK_FAILS(acs_shutdown(1, &error), error, ACS_STATUS_TIMEOUT);
        atomic_store(&closed.may_go_on, 1);
        CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
        CHECK_INT(atomic_load(&closed.seen.released), 1);
        CHECK_INT(atomic_load(&closed.late), 0);
        CHECK_INT(seen_of(&closed.seen, ACS_EVENT_EXCHANGED), 1);
        CHECK_INT(seen_of(&closed.seen, ACS_EVENT_CACHE_HIT), 9);
    }
}

int main(void)
{
    client = make_client();
    teams = make_teams_token();
    RUN(is_told_of_exchanges_hits_refusals_and_sign_outs);
    RUN(is_told_of_callers_who_share_an_exchange);
    RUN(is_told_of_limits_and_pauses);
    RUN(is_told_of_answers_of_a_handler);
    RUN(a_slow_one_delays_no_call_and_is_told_what_was_dropped);
    RUN(is_released_after_the_last_event_of_what_was_freed);
    free(teams);
    acs_client_free(client);
    return check_done();
}
