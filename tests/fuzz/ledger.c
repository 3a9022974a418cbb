#include "ledger.h"

#include <pthread.h>
#include <stdlib.h>

#include "judge.h"

enum { ROOM = 4096 };

static struct ticket *_Atomic tickets;
static struct lease *_Atomic leases;
static unsigned process;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static acs_token_request *requests[ROOM];
static size_t request_count;
static acs_completion *completions[ROOM];
static size_t completion_count;

struct ticket *ticket_new(void)
{
    struct ticket *ticket = (struct ticket *)calloc(1, sizeof *ticket);
    HOLDS(ticket != NULL, "no memory");
    ticket->process = process;
    ticket->next = atomic_load(&tickets);
    while (!atomic_compare_exchange_weak(&tickets, &ticket->next, ticket)) {
    }
    return ticket;
}

struct lease *lease_new(void)
{
    struct lease *lease = (struct lease *)calloc(1, sizeof *lease);
    HOLDS(lease != NULL, "no memory");
    lease->process = process;
    lease->next = atomic_load(&leases);
    while (!atomic_compare_exchange_weak(&leases, &lease->next, lease)) {
    }
    return lease;
}

void ticket_completed(struct ticket *ticket)
{
    HOLDS(ticket->process == process, "a completion in a process that did not submit");
    HOLDS(atomic_fetch_add(&ticket->completions, 1) == 0, "a submission was completed twice");
}

void lease_release(void *user_data)
{
    struct lease *lease = (struct lease *)user_data;
    HOLDS(lease->process == process || lease->is_inherited, "a release in a process that did not lend");
    HOLDS(atomic_fetch_add(&lease->releases, 1) == 0, "something was released twice");
}

void ledger_drop_queue(acs_queue *queue)
{
    for (struct ticket *ticket = atomic_load(&tickets); ticket != NULL; ticket = ticket->next) {
        if (queue != NULL && atomic_load(&ticket->own_queue) == queue) {
            atomic_store(&ticket->own_queue, NULL);
            atomic_store(&ticket->is_dropped, true);
        }
    }
}

void ledger_hold_request(acs_token_request *request)
{
    pthread_mutex_lock(&lock);
    HOLDS(request_count < ROOM, "too many requests for tokens");
    requests[request_count++] = request;
    pthread_mutex_unlock(&lock);
}

acs_token_request *ledger_held_request(void)
{
    pthread_mutex_lock(&lock);
    acs_token_request *request = request_count > 0 ? requests[--request_count] : NULL;
    pthread_mutex_unlock(&lock);
    return request;
}

void ledger_keep_completion(acs_completion *completion)
{
    pthread_mutex_lock(&lock);
    HOLDS(completion_count < ROOM, "too many completions");
    completions[completion_count++] = completion;
    pthread_mutex_unlock(&lock);
}

acs_completion *ledger_kept_completion(void)
{
    pthread_mutex_lock(&lock);
    acs_completion *completion = completion_count > 0 ? completions[--completion_count] : NULL;
    pthread_mutex_unlock(&lock);
    return completion;
}

void ledger_forked(void)
{
    /* Another thread may have held it at the fork. */
    pthread_mutex_init(&lock, NULL);
    process++;
    for (struct ticket *ticket = atomic_load(&tickets); ticket != NULL; ticket = ticket->next) {
        ticket->completions_at_fork = atomic_load(&ticket->completions);
    }
}

unsigned ledger_process(void)
{
    return process;
}

static bool is_settled(const struct ticket *ticket)
{
    int count = atomic_load(&ticket->completions);
    if (ticket->process != process) {
        return count == ticket->completions_at_fork;
    }
    if (!atomic_load(&ticket->is_accepted)) {
        HOLDS(count == 0, "a submission that was refused was completed");
        return true;
    }
    return count == 1 || atomic_load(&ticket->is_dropped);
}

static bool is_released(const struct lease *lease)
{
    int count = atomic_load(&lease->releases);
    bool is_ours = lease->process == process;
    bool is_given = atomic_load(&lease->is_given);
    HOLDS(is_given || !is_ours || count == 0, "something was released that was not taken");
    return !is_ours || !is_given || count == 1;
}

const char *ledger_what_is_out(void)
{
    for (struct ticket *ticket = atomic_load(&tickets); ticket != NULL; ticket = ticket->next) {
        if (!is_settled(ticket)) {
            return "a submission was never completed";
        }
    }
    for (struct lease *lease = atomic_load(&leases); lease != NULL; lease = lease->next) {
        if (!is_released(lease)) {
            return "something was never released";
        }
    }
    return NULL;
}

void ledger_close(void)
{
    HOLDS(request_count == 0 && completion_count == 0, "what was held was not given back");
    struct ticket *ticket = atomic_exchange(&tickets, NULL);
    while (ticket != NULL) {
        struct ticket *next = ticket->next;
        free(ticket);
        ticket = next;
    }
    struct lease *lease = atomic_exchange(&leases, NULL);
    while (lease != NULL) {
        struct lease *next = lease->next;
        free(lease);
        lease = next;
    }
}
