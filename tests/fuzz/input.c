#include "input.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TEXTS 512
#define LONG_TEXT 20000

static char *made[MOST_TEXTS];
static size_t made_count;

uint8_t input_byte(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->bytes++;
}

size_t input_below(struct input *input, size_t bound)
{
    size_t number = input_byte(input);
    if (bound > 256) {
        number = number << 8 | input_byte(input);
    }
    return number % bound;
}

bool input_once_in(struct input *input, size_t times)
{
    return input_below(input, times) == times - 1;
}

int64_t input_number(struct input *input, int64_t usual)
{
    switch (input_below(input, 24)) {
    case 0:
        return 0;
    case 1:
        return -2;
    case 2:
        return INT32_MAX;
    case 3:
        return (int8_t)input_byte(input);
    case 4:
    case 5:
        return usual;
    default:
        return -1;
    }
}

static const char *keep(char *text)
{
    if (made_count == MOST_TEXTS) {
        free(text);
        return "too many";
    }
    made[made_count++] = text;
    return text;
}

static char *copy(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    if (text == NULL) {
        abort();
    }
    memcpy(text, bytes, length);
    text[length] = '\0';
    return text;
}

const char *input_text(struct input *input, const char *usual)
{
    switch (input_below(input, 40)) {
    case 0:
        return NULL;
    case 1:
        return "";
    case 2:
        return "\xff\xfe not UTF-8 \xc3";
    case 3: {
        char *text = malloc(LONG_TEXT + 1);
        if (text == NULL) {
            abort();
        }
        memset(text, 'a' + input_byte(input) % 26, LONG_TEXT);
        text[LONG_TEXT] = '\0';
        return keep(text);
    }
    case 4: {
        size_t length = input_below(input, 48);
        if (length > input->left) {
            length = input->left;
        }
        char *text = copy(input->bytes, length);
        input->bytes += length;
        input->left -= length;
        return keep(text);
    }
    case 5:
        return "line\r\nbreak: \t %41 ü \"quoted\" {}";
    default:
        return usual;
    }
}

void input_forget(void)
{
    while (made_count > 0) {
        free(made[--made_count]);
    }
}

/* SplitMix64. */
void input_generate(uint64_t seed, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        seed += 0x9e3779b97f4a7c15U;
        uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        bytes[i] = (uint8_t)(mixed ^ (mixed >> 31));
    }
}
