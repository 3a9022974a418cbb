/* The handles of a program, by type. */
#ifndef POOL_H
#define POOL_H

#include "input.h"

enum handle_type {
    HANDLE_CLOUD,
    HANDLE_ENDPOINT,
    HANDLE_ACCESS_KEY,
    HANDLE_CONNECTION_STRING,
    HANDLE_SIGNED_HEADERS,
    HANDLE_PREPARED_REQUEST,
    HANDLE_USER,
    HANDLE_TOKEN,
    HANDLE_USER_TOKEN,
    HANDLE_USER_DETAIL,
    HANDLE_ASSIGNMENT,
    HANDLE_INSPECTION,
    HANDLE_IDENTIFIER,
    HANDLE_ERROR,
    HANDLE_CLIENT,
    HANDLE_EXCHANGER,
    HANDLE_USER_CREDENTIAL,
    HANDLE_VERIFIER,
    HANDLE_VERIFIED_TOKEN,
    HANDLE_SETTINGS,
    HANDLE_HANDLER,
    HANDLE_RESPONSE,
    HANDLE_CALL,
    HANDLE_COMPLETION,
    HANDLE_TYPES
};

enum { POOL_ROOM = 5 };

struct handle {
    void *pointer;
    /* A call on it may take longer than a test should, so it always gets a deadline. */
    bool may_wait;
    /* It connects only to this machine, whatever its proxy is. */
    bool is_local;
};

struct pool {
    struct handle handles[HANDLE_TYPES][POOL_ROOM];
};

/* Takes ownership of a handle; if the pool is full, another one is freed. */
void pool_put(struct pool *pool, struct input *input, enum handle_type type, struct handle handle);
/* A handle; now and then, or if there is none, NULL. */
struct handle pool_pick(const struct pool *pool, struct input *input, enum handle_type type);
/* A handle whose ownership passes to the caller; NULL if there is none. */
struct handle pool_take(struct pool *pool, struct input *input, enum handle_type type);
/* Frees one of them. */
void pool_drop(struct pool *pool, struct input *input, enum handle_type type);
void pool_free(struct pool *pool);

/* Calls all getters of a handle, NULL too. */
void look_at(enum handle_type type, void *handle, struct input *input);
void free_handle(enum handle_type type, void *handle);

#endif
