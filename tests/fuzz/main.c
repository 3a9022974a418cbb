/* Runs programs that follow from seeds, or that stand in files.
 *
 *     abi_fuzz [--fork] [--seconds N] [--seed FIRST] [FILE …]
 *
 * A failure names the seed: `--seed N --seconds 0` runs that one program again. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "input.h"
#include "pool.h"
#include "program.h"
#include "submissions.h"

#define MOST_BYTES 1600
/* No program takes as long, whatever it runs under. */
#define HANG_SECONDS 200

static char running[64] = "nothing";

static void say_what_ran(int signal_number)
{
    static const char text[] = "abi_fuzz: ended by a signal or a check in ";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0 || write(STDERR_FILENO, running, strlen(running)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0) {
        _exit(2);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void say_at_exit(void)
{
    if (running[0] != '\0') {
        fprintf(stderr, "abi_fuzz: ended in %s\n", running);
    }
}

static void run(const uint8_t *bytes, size_t length, bool forks)
{
    alarm(HANG_SECONDS);
    program_run(bytes, length, forks);
    alarm(0);
}

static void run_file(const char *path, bool forks)
{
    static uint8_t bytes[65536];
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    snprintf(running, sizeof running, "%.60s", path);
    run(bytes, length, forks);
}

static void run_seed(uint64_t seed, bool forks)
{
    static uint8_t bytes[MOST_BYTES];
    input_generate(seed, bytes, sizeof bytes);
    snprintf(running, sizeof running, "--seed %llu%s", (unsigned long long)seed, forks ? " --fork" : "");
    run(bytes, sizeof bytes / (1 + seed % 4), forks);
}

int main(int argc, char **argv)
{
    bool forks = false;
    double seconds = 20;
    uint64_t seed = 1;
    size_t programs = 0;
    signal(SIGALRM, say_what_ran);
    atexit(say_at_exit);
    program_prepare();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--fork") == 0) {
            forks = true;
        } else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
            seconds = strtod(argv[++i], NULL);
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = strtoull(argv[++i], NULL, 10);
        } else {
            run_file(argv[i], forks);
            programs++;
        }
    }
    if (programs == 0) {
        time_t end = time(NULL) + (time_t)seconds;
        do {
            run_seed(seed++, forks);
            programs++;
        } while (time(NULL) < end);
    }
    running[0] = '\0';
    program_forget();
    printf("%zu programs, the last of seed %llu: %zu calls that gave something, %zu that were refused or failed, "
           "%zu submissions completed\n",
           programs, (unsigned long long)seed - 1, pool_successes(), pool_failures(), submissions_total());
    return check_done();
}
