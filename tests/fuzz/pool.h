/* The handles that a program holds, by their type. A pick may be NULL: that, too, is something a caller can do. */
#ifndef POOL_H
#define POOL_H

#include "acs_auth.h"
#include "input.h"

enum kind {
    CLIENT,
    EXCHANGER,
    VERIFIER,
    HANDLER,
    SETTINGS,
    QUEUE,
    CALL,
    COMPLETION,
    CLOUD,
    ENDPOINT,
    KEY,
    CONNECTION_STRING,
    PREPARED,
    SIGNED,
    INSPECTION,
    USER,
    TOKEN,
    USER_TOKEN,
    VERIFIED,
    RESPONSE,
    ERROR,
    KINDS
};

/* Puts a handle in; frees it if there are many of its kind. NULL is nothing. */
void pool_put(enum kind kind, void *handle);
/* A handle that stays in the pool, or NULL. */
void *pool_pick(struct input *input, enum kind kind);
/* Takes a handle out, or NULL. */
void *pool_take(struct input *input, enum kind kind);
void pool_free_one(enum kind kind, void *handle);
void pool_free_all(void);

/* Whether a call behaved as the header says: its result is written if it succeeded, and only then; its error if it
 * failed, and only then. `result` began as POOL_UNSET, `error` as NULL. Keeps both. */
#define POOL_UNSET ((void *)(uintptr_t)1)
void pool_keep(acs_status status, enum kind kind, void *result, acs_error *error, bool wants_error);

/* How many such calls have succeeded and failed since the start. */
size_t pool_successes(void);
size_t pool_failures(void);

/* Runs `call` with places for its result and its error, RESULT(its type) and `error`, and holds it to these rules. */
#define MAKE(kind, call)                                                                                           \
    do {                                                                                                           \
        void *made = POOL_UNSET;                                                                                   \
        acs_error *failure = NULL;                                                                                 \
        bool wants_error = !input_once_in(input, 4);                                                               \
        acs_error **error = wants_error ? &failure : NULL;                                                         \
        acs_status status = call;                                                                                  \
        pool_keep(status, kind, made, failure, wants_error);                                                       \
    } while (0)
#define RESULT(type) ((type **)(void *)&made)

#endif
