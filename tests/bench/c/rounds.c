#include "rounds.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Waits for the work that follows the last response, such as returning a connection to the pool, so that it
 * counts for the right round. */
static void settle(void)
{
    struct timespec pause = {0, 3000000};
    nanosleep(&pause, NULL);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double quantile(const double *values, size_t count, double part)
{
    static double sorted[ROUNDS_MAX];
    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, compare);
    return sorted[(size_t)((double)(count - 1) * part + 0.5)];
}

void rounds_run(const struct contender *const *contenders, size_t contender_count,
                const struct target *target, size_t in_flight, size_t rounds, size_t exchanges,
                struct figures *figures)
{
    static double times[ROUNDS_MAX_CONTENDERS][ROUNDS_MAX];
    static double ratios[ROUNDS_MAX];
    void *states[ROUNDS_MAX_CONTENDERS];

    for (size_t c = 0; c < contender_count; c++) {
        states[c] = contenders[c]->start(target, in_flight);
        /* Opens the connections. */
        contenders[c]->exchange(states[c], 4 * in_flight + exchanges / 2);
    }
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < contender_count; i++) {
            /* In alternating order, so that none always runs after the same one. */
            size_t c = round % 2 == 0 ? i : contender_count - 1 - i;
            settle();
            double start = cpu_us();
            contenders[c]->exchange(states[c], exchanges);
            settle();
            times[c][round] = (cpu_us() - start) / (double)exchanges;
        }
    }
    for (size_t c = 0; c < contender_count; c++) {
        for (size_t round = 0; round < rounds; round++) {
            ratios[round] = times[c][round] / times[0][round];
        }
        figures[c].ratio = quantile(ratios, rounds, 0.5);
        figures[c].ratio_low = quantile(ratios, rounds, 0.25);
        figures[c].ratio_high = quantile(ratios, rounds, 0.75);
    }
    for (size_t c = 0; c < contender_count; c++) {
        figures[c].cpu_us = quantile(times[c], rounds, 0.5);
        figures[c].times = times[c];
        contenders[c]->stop(states[c]);
    }
}
