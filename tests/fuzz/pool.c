#include "pool.h"

#include <stddef.h>
#include <string.h>

void pool_put(struct pool *pool, struct input *input, enum handle_type type, struct handle handle)
{
    struct handle *slots = pool->handles[type];
    if (handle.pointer == NULL) {
        return;
    }
    for (size_t i = 0; i < POOL_ROOM; i++) {
        if (slots[i].pointer == NULL) {
            slots[i] = handle;
            return;
        }
    }
    size_t at = input_below(input, POOL_ROOM);
    free_handle(type, slots[at].pointer);
    slots[at] = handle;
}

static size_t chosen(const struct pool *pool, struct input *input, enum handle_type type)
{
    size_t start = input_below(input, POOL_ROOM);
    for (size_t i = 0; i < POOL_ROOM; i++) {
        size_t at = (start + i) % POOL_ROOM;
        if (pool->handles[type][at].pointer != NULL) {
            return at;
        }
    }
    return POOL_ROOM;
}

struct handle pool_pick(const struct pool *pool, struct input *input, enum handle_type type)
{
    size_t at = chosen(pool, input, type);
    struct handle none = {NULL, false, false};
    return at == POOL_ROOM || input_once_in(input, 24) ? none : pool->handles[type][at];
}

struct handle pool_take(struct pool *pool, struct input *input, enum handle_type type)
{
    size_t at = chosen(pool, input, type);
    struct handle taken = {NULL, false, false};
    if (at < POOL_ROOM) {
        taken = pool->handles[type][at];
        pool->handles[type][at].pointer = NULL;
    }
    return taken;
}

void pool_drop(struct pool *pool, struct input *input, enum handle_type type)
{
    free_handle(type, pool_take(pool, input, type).pointer);
}

void pool_free(struct pool *pool)
{
    for (int type = 0; type < HANDLE_TYPES; type++) {
        for (size_t i = 0; i < POOL_ROOM; i++) {
            free_handle((enum handle_type)type, pool->handles[type][i].pointer);
        }
    }
    memset(pool, 0, sizeof *pool);
}
