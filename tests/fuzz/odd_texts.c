#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "texts.h"

void *arena_take(struct arena *arena, size_t size)
{
    if (arena->count == arena->room) {
        size_t room = arena->room == 0 ? 64 : arena->room * 2;
        void **blocks = (void **)realloc(arena->blocks, room * sizeof *blocks);
        HOLDS(blocks != NULL, "no memory");
        arena->blocks = blocks;
        arena->room = room;
    }
    void *block = calloc(1, size == 0 ? 1 : size);
    HOLDS(block != NULL, "no memory");
    return arena->blocks[arena->count++] = block;
}

void arena_free(struct arena *arena)
{
    for (size_t i = 0; i < arena->count; i++) {
        free(arena->blocks[i]);
    }
    free(arena->blocks);
    memset(arena, 0, sizeof *arena);
}

/* A copy in a block of its own size, so that a read beyond its end is detected. */
static char *copy_of(struct arena *arena, const char *text, size_t len)
{
    char *copy = (char *)arena_take(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

static const char *changed(struct input *input, struct arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = copy_of(arena, text, len);
    if (len == 0) {
        return copy;
    }
    size_t at = (input_byte(input) * 256u + input_byte(input)) % len;
    switch (input_below(input, 3)) {
    case 0:
        copy[at] = (char)input_byte(input);
        return copy;
    case 1:
        copy[at] = '\0';
        return copy;
    default:
        memmove(copy + at, copy + at + 1, len - at);
        return copy;
    }
}

static const char *of_bytes(struct input *input, struct arena *arena)
{
    size_t len = input_below(input, 24);
    char *text = (char *)arena_take(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        text[i] = (char)input_byte(input);
    }
    return text;
}

static const char *very_long(struct input *input, struct arena *arena)
{
    size_t len = (size_t)1 << (10 + input_below(input, 5));
    char *text = (char *)arena_take(arena, len + 1);
    memset(text, "a/.{=\x80"[input_below(input, 6)], len);
    return text;
}

const char *text_of(struct input *input, struct arena *arena, enum text_kind kind)
{
    const char *text = good_text_of(input, kind);
    if (!input_is_odd(input)) {
        return copy_of(arena, text, strlen(text));
    }
    switch (input_below(input, 8)) {
    case 0:
        return NULL;
    case 1:
        return "";
    case 2:
        return "\xff\xfe not UTF-8 \xc3";
    case 3:
        return of_bytes(input, arena);
    case 4:
        return very_long(input, arena);
    default:
        return changed(input, arena, text);
    }
}

const char *sound_text_of(struct input *input, enum text_kind kind)
{
    const char *odd[] = {NULL, "", "\xff"};
    const char *text = good_text_of(input, kind);
    return input_is_odd(input) ? odd[input_below(input, 3)] : text;
}

const char *optional_text_of(struct input *input, struct arena *arena, enum text_kind kind)
{
    return input_once_in(input, 6) ? text_of(input, arena, kind) : NULL;
}

/* Counts that no list has, so that nothing of it is read. */
static size_t impossible_count(struct input *input)
{
    return input_once_in(input, 2) ? SIZE_MAX : (size_t)1 << 40;
}

struct list list_of(struct input *input, struct arena *arena, enum text_kind kind)
{
    if (input_is_odd(input)) {
        return (struct list){NULL, input_once_in(input, 2) ? impossible_count(input) : 1};
    }
    size_t choice = input_below(input, 16);
    if (choice < 2) {
        return (struct list){NULL, 0};
    }
    size_t count = choice < 14 ? 1 + choice % 2 : choice % 9;
    const char **items = (const char **)arena_take(arena, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = text_of(input, arena, kind);
    }
    return (struct list){items, input_is_odd(input) ? impossible_count(input) : count};
}

acs_bytes bytes_of(struct input *input, struct arena *arena, enum text_kind kind)
{
    if (input_is_odd(input)) {
        return (acs_bytes){NULL, input_once_in(input, 2) ? SIZE_MAX : 1};
    }
    const char *text = text_of(input, arena, kind);
    if (text == NULL) {
        return (acs_bytes){NULL, 0};
    }
    size_t len = strlen(text);
    /* Without a NUL at the end, so that nothing can rely on one. */
    uint8_t *data = (uint8_t *)arena_take(arena, len);
    memcpy(data, text, len);
    return (acs_bytes){data, input_is_odd(input) ? SIZE_MAX : len};
}

struct headers headers_of(struct input *input, struct arena *arena)
{
    if (input_is_odd(input)) {
        return (struct headers){NULL, input_once_in(input, 2) ? impossible_count(input) : 1};
    }
    size_t count = input_below(input, 6);
    acs_header *items = (acs_header *)arena_take(arena, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i].name = text_of(input, arena, TEXT_HEADER_NAME);
        items[i].value = text_of(input, arena, TEXT_HEADER_VALUE);
    }
    return (struct headers){items, input_is_odd(input) ? impossible_count(input) : count};
}
