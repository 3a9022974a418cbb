/* What a run has passed to the library and must get back: the completion of each submission once, and each
 * release once. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs_auth.h"

enum { SCRIPT_LEN = 6 };

/* A submission; its user_data. */
struct ticket {
    struct ticket *next;
    unsigned process;
    atomic_int completions;
    int completions_at_fork;
    atomic_bool is_accepted;
    /* The program's own queue that it goes to; NULL for a callback or the shared queue. */
    _Atomic(acs_queue *) own_queue;
    /* That queue was freed, with the completions in it. */
    atomic_bool is_dropped;
    /* What its callback does. */
    uint8_t script[SCRIPT_LEN];
    /* For its callback to free, or NULL. */
    acs_client *client;
};

/* What a callback is called with, until it is released; its user_data. */
struct lease {
    struct lease *next;
    unsigned process;
    atomic_bool is_given;
    /* The log continues in a child, so it may be released there too. */
    bool is_inherited;
    atomic_int releases;
    atomic_uint calls;
    uint8_t script[SCRIPT_LEN];
};

struct ticket *ticket_new(void);
struct lease *lease_new(void);
void ticket_completed(struct ticket *ticket);
/* The release function of all leases. */
void lease_release(void *lease);
/* The queue is being freed. */
void ledger_drop_queue(acs_queue *queue);

/* Requests of the library for a token that are answered later. */
void ledger_hold_request(acs_token_request *request);
acs_token_request *ledger_held_request(void);
/* Completions that a callback has stored for the programs. */
void ledger_keep_completion(acs_completion *completion);
acs_completion *ledger_kept_completion(void);

/* Call in a child that was just forked: what was passed before belongs to the parent. */
void ledger_forked(void);
unsigned ledger_process(void);
/* Names what has not come back, or NULL if everything has. Nothing may come back twice, or in a child. */
const char *ledger_what_is_out(void);
/* Forgets it all. */
void ledger_close(void);

#endif
