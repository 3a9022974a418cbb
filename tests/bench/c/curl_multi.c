/* libcurl's multi interface: one thread, with handles and connections reused. The variants differ in how they
 * wait: by curl_multi_poll, or by an epoll of ours, for which libcurl reports its sockets and its timer. A
 * third one does without a JSON library. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "curl_exchange.h"

struct state {
    struct resource resource;
    CURLM *multi;
    int epoll;             /* -1: curl_multi_poll */
    long long timer_at_ms; /* -1: none */
    size_t in_flight;
    struct exchange *exchanges;
};

static void must(CURLMcode code)
{
    if (code != CURLM_OK) {
        die("libcurl", curl_multi_strerror(code));
    }
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user_data, void *known)
{
    struct state *state = user_data;
    struct epoll_event event = {.events = 0, .data.fd = socket};
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(state->epoll, EPOLL_CTL_DEL, socket, NULL);
        curl_multi_assign(state->multi, socket, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    epoll_ctl(state->epoll, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
    if (known == NULL) {
        curl_multi_assign(state->multi, socket, state);
    }
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user_data)
{
    struct state *state = user_data;
    (void)multi;
    state->timer_at_ms = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
    return 0;
}

static struct state *start(const struct target *target, size_t in_flight)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL || (state->exchanges = calloc(in_flight, sizeof *state->exchanges)) == NULL) {
        die("libcurl", "no memory");
    }
    state->multi = curl_multi_init();
    state->epoll = -1;
    state->timer_at_ms = -1;
    state->in_flight = in_flight;
    resource_init(&state->resource, target);
    for (size_t i = 0; i < in_flight; i++) {
        exchange_init(&state->exchanges[i], &state->resource);
    }
    return state;
}

static void *start_poll(const struct target *target, size_t in_flight)
{
    return start(target, in_flight);
}

static void *start_lean(const struct target *target, size_t in_flight)
{
    struct state *state = start(target, in_flight);
    state->resource.has_no_json_library = 1;
    return state;
}

static void *start_epoll(const struct target *target, size_t in_flight)
{
    struct state *state = start(target, in_flight);
    state->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(curl_multi_setopt(state->multi, CURLMOPT_SOCKETFUNCTION, on_socket));
    must(curl_multi_setopt(state->multi, CURLMOPT_SOCKETDATA, state));
    must(curl_multi_setopt(state->multi, CURLMOPT_TIMERFUNCTION, on_timer));
    must(curl_multi_setopt(state->multi, CURLMOPT_TIMERDATA, state));
    return state;
}

static void begin(struct state *state, struct exchange *exchange)
{
    exchange_prepare(exchange, &state->resource);
    must(curl_multi_add_handle(state->multi, exchange->easy));
}

static void wait_and_perform(struct state *state)
{
    int running = 0;
    if (state->epoll < 0) {
        must(curl_multi_poll(state->multi, NULL, 0, 1000, NULL));
        must(curl_multi_perform(state->multi, &running));
        return;
    }
    struct epoll_event events[64];
    long long left = state->timer_at_ms < 0 ? 1000 : state->timer_at_ms - now_ms();
    /* If something is due now, don't wait, and make no system call. */
    int count = left <= 0 ? 0 : epoll_wait(state->epoll, events, 64, (int)left);
    if (count < 0 && errno != EINTR) {
        die("epoll", "it cannot wait");
    }
    for (int i = 0; i < count; i++) {
        int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        must(curl_multi_socket_action(state->multi, events[i].data.fd, what, &running));
    }
    if (state->timer_at_ms >= 0 && state->timer_at_ms <= now_ms()) {
        state->timer_at_ms = -1;
        must(curl_multi_socket_action(state->multi, CURL_SOCKET_TIMEOUT, 0, &running));
    }
}

static void exchange(void *data, size_t count)
{
    struct state *state = data;
    size_t begun = 0;
    size_t done = 0;
    for (; begun < state->in_flight && begun < count; begun++) {
        begin(state, &state->exchanges[begun]);
    }
    while (done < count) {
        int left = 0;
        CURLMsg *message;
        wait_and_perform(state);
        while ((message = curl_multi_info_read(state->multi, &left)) != NULL) {
            struct exchange *finished = NULL;
            CURLcode code = message->data.result;
            CURL *easy = message->easy_handle;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &finished);
            must(curl_multi_remove_handle(state->multi, easy));
            exchange_finish(finished, &state->resource, code);
            done++;
            if (begun < count) {
                begin(state, finished);
                begun++;
            }
        }
    }
}

static void stop(void *data)
{
    struct state *state = data;
    for (size_t i = 0; i < state->in_flight; i++) {
        exchange_destroy(&state->exchanges[i]);
    }
    curl_multi_cleanup(state->multi);
    if (state->epoll >= 0) {
        close(state->epoll);
    }
    resource_destroy(&state->resource);
    free(state->exchanges);
    free(state);
}

const struct contender curl_multi_by_epoll = {"curl-multi, epoll", start_epoll, exchange, stop};
const struct contender curl_multi_lean = {"curl-multi, no JSON", start_lean, exchange, stop};
const struct contender curl_multi_by_poll = {"curl-multi, poll", start_poll, exchange, stop};
