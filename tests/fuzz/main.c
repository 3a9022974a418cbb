/* Runs programs that are generated from seeds or read from files.
 *
 *     abi_fuzz [--fork] [--seed FIRST] [--seconds N | --programs N] [--every-function] [FILE …]
 *
 * --every-function continues until every function has succeeded and failed, for ten times as many programs
 * at most, and fails if one has not: how often a function is called depends on the threads too.
 *
 * A failure prints the seed: `--seed N --programs 1` runs that program again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "run.h"

enum { MOST_BYTES = 8000, MOST_ROUNDS = 10 };

static const char header[] = ACS_ROOT "/include/acs_auth.h";

static void run_file(const char *path, bool forks)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    HOLDS(file != NULL, path);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    snprintf(judge_input, sizeof judge_input, "%.100s", path);
    run(bytes, len, forks);
}

static void run_seed(uint64_t seed, bool forks)
{
    /* On the heap, in a block of its own size, so that a read beyond its end is detected. */
    size_t len = (size_t)MOST_BYTES / (1 + seed % 4);
    uint8_t *bytes = (uint8_t *)malloc(len);
    HOLDS(bytes != NULL, "no memory");
    input_fill(seed, bytes, len);
    snprintf(judge_input, sizeof judge_input, "--seed %llu%s", (unsigned long long)seed,
             forks ? " --fork" : "");
    run(bytes, len, forks);
    free(bytes);
}

int main(int argc, char **argv)
{
    bool forks = false;
    bool every_function = false;
    unsigned long long seed = 1;
    unsigned long long most = 0;
    time_t seconds = 20;
    size_t programs = 0;
    run_prepare();
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--fork") == 0) {
            forks = true;
        } else if (strcmp(argv[i], "--every-function") == 0) {
            every_function = true;
        } else if (strcmp(argv[i], "--seconds") == 0) {
            seconds = (time_t)strtoll(next, NULL, 10);
            i++;
        } else if (strcmp(argv[i], "--programs") == 0) {
            most = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(next, NULL, 10);
            i++;
        } else {
            run_file(argv[i], forks);
            programs++;
        }
    }
    time_t end = time(NULL) + seconds;
    for (bool has_files = programs > 0; !has_files && (most > 0 ? programs < most : time(NULL) < end);
         programs++) {
        run_seed(seed++, forks);
    }
    while (every_function && programs < MOST_ROUNDS * most && !judge_has_seen_all(header, TELL_NOTHING)) {
        run_seed(seed++, forks);
        programs++;
    }
    snprintf(judge_input, sizeof judge_input, "the end");
    run_forget();
    printf("%zu runs, the next seed is %llu\n", programs, seed);
    bool all = judge_has_seen_all(header, every_function ? TELL_EACH : TELL_COUNTS);
    return check_done() != 0 || (every_function && !all);
}
