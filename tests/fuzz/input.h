/* A program of the fuzzer: bytes that are read as choices. Where they end, zeros follow. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *bytes;
    size_t left;
};

uint8_t input_byte(struct input *input);
/* A number below `bound`. */
size_t input_below(struct input *input, size_t bound);
/* True once in so many times. */
bool input_once_in(struct input *input, size_t times);
/* What a caller may set an int32_t or int64_t option to: a default, a usual value, or nonsense. */
int64_t input_number(struct input *input, int64_t usual);
/* A text: NULL, usual, empty, not UTF-8, long, or a piece of the input. It lives until the next run. */
const char *input_text(struct input *input, const char *usual);
/* Forgets the texts of the run. */
void input_forget(void);

/* Fills a program with bytes that follow from the seed. */
void input_generate(uint64_t seed, uint8_t *bytes, size_t length);

#endif
