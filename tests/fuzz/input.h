/* A string of bytes that is read as decisions. After its end, everything reads as 0. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *data;
    size_t len;
    size_t at;
    /* How often an invalid argument is chosen, out of 256. */
    unsigned oddness;
};

bool input_is_over(const struct input *input);
uint8_t input_byte(struct input *input);
/* From 0 to `bound` - 1. */
size_t input_below(struct input *input, size_t bound);
/* Whether to choose an invalid argument. */
bool input_is_odd(struct input *input);
/* Once in so many times. */
bool input_once_in(struct input *input, size_t times);
/* A number: small, at an edge of its type, or any. */
int64_t input_number(struct input *input);
int32_t input_small_number(struct input *input);
/* An index: mostly a valid one of a short list. */
size_t input_index(struct input *input);
/* A size for an option struct of this size: mostly the right one, and never more than SIZE_ODD_MORE bytes
 * above it, unless it is so large that nothing is read. */
#define SIZE_ODD_MORE 64
size_t input_struct_size(struct input *input, size_t right);

/* The bytes of a program by the number of its seed, the same on every machine. */
void input_fill(uint64_t seed, uint8_t *data, size_t len);

#endif
