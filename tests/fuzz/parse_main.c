/* Changes valid texts, and lets the library parse them.
 *
 *     parse_fuzz [--seed FIRST] [--seconds N | --texts N] [FILE …]
 *
 * A failure prints the seed: `--seed N --texts 1` parses that text again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "input.h"
#include "judge.h"
#include "parsing.h"

enum { ROOM = 65536 };

extern const char *const parse_good[PARSERS][10];
static const char *const pieces[] = {
    "%2F",     "%",          "%zz",      "\xc3\xa9", "\xff",  "99999999999999999999",
    "\\u0000", "\\ud800",    "{",        "[",        "\"",    ";",
    "=",       "://",        "@",        "#",        "?",     "..",
    "/",       "+00:00",     "-1",       "e999",     "\n",    "\r\n",
    " ",       "accesskey=", "\"exp\":", "null",     "[::1]", ":65536",
    "."};

/* Replaces `old` bytes at `at` by others. */
static size_t splice(uint8_t *text, size_t len, size_t at, size_t old, const char *piece, size_t piece_len)
{
    if (old > len - at || len - old + piece_len > ROOM) {
        return len;
    }
    memmove(text + at + piece_len, text + at + old, len - at - old);
    memcpy(text + at, piece, piece_len);
    return len - old + piece_len;
}

static size_t changed(struct input *input, uint8_t *text, size_t len)
{
    size_t at = len == 0 ? 0 : (input_byte(input) * 256u + input_byte(input)) % len;
    size_t some = input_below(input, 9);
    const char *piece = pieces[input_below(input, sizeof pieces / sizeof *pieces)];
    char byte = (char)input_byte(input);
    switch (input_below(input, 6)) {
    case 0:
        return splice(text, len, at, len == 0 ? 0 : 1, &byte, 1);
    case 1:
        return splice(text, len, at, some, "", 0);
    case 2:
        return splice(text, len, at, some, piece, strlen(piece));
    case 3:
        return at;
    case 4: {
        char copy[8] = {0};
        size_t copied = some > len - at ? len - at : some > 8 ? 8 : some;
        memcpy(copy, text + at, copied);
        return splice(text, len, at, 0, copy, copied);
    }
    default:
        return splice(text, len, at, 0, piece, strlen(piece));
    }
}

static void run_seed(unsigned long long seed)
{
    static uint8_t data[1 + ROOM];
    uint8_t choices[64];
    struct input input = {choices, sizeof choices, 0, 0};
    input_fill(seed, choices, sizeof choices);
    size_t parser = input_below(&input, PARSERS);
    const char *const *good = parse_good[parser];
    size_t count = 0;
    while (count < 8 && good[count] != NULL) {
        count++;
    }
    const char *text = good[input_below(&input, count)];
    size_t len = strlen(text);
    data[0] = (uint8_t)parser;
    memcpy(data + 1, text, len);
    for (size_t changes = input_below(&input, 5); changes > 0; changes--) {
        len = changed(&input, data + 1, len);
    }
    snprintf(judge_input, sizeof judge_input, "--seed %llu", seed);
    parsing_run(data, len + 1);
}

static void run_file(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    HOLDS(file != NULL, path);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    snprintf(judge_input, sizeof judge_input, "%.100s", path);
    parsing_run(bytes, len);
}

int main(int argc, char **argv)
{
    unsigned long long seed = 1;
    unsigned long long most = 0;
    time_t seconds = 10;
    size_t texts = 0;
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(argv[i], "--texts") == 0) {
            most = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(argv[i], "--seconds") == 0) {
            seconds = (time_t)strtoll(next, NULL, 10);
            i++;
        } else {
            run_file(argv[i]);
            texts++;
        }
    }
    time_t end = time(NULL) + seconds;
    for (bool has_files = texts > 0; !has_files && (most > 0 ? texts < most : time(NULL) < end); texts++) {
        if (texts % 1024 == 0) {
            judge_alarm(240);
        }
        run_seed(seed++);
    }
    printf("%zu texts read, the next seed is %llu\n", texts, seed);
    return 0;
}
