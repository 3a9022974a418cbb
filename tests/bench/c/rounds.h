/* CPU time of the whole process, with all threads, in short rounds that alternate between the contenders, so
 * that other load of the machine affects all of them. */
#ifndef ROUNDS_H
#define ROUNDS_H

#include "contender.h"

#define ROUNDS_MAX_CONTENDERS 6
#define ROUNDS_MAX 1000

struct figures {
    double cpu_us;    /* median CPU time an exchange */
    double ratio;     /* median over the rounds of this contender's time to the first one's */
    double ratio_low; /* quartiles of it */
    double ratio_high;
    const double *times; /* of each round; valid until the next call of rounds_run */
};

/* The others are compared with the first contender. */
void rounds_run(const struct contender *const *contenders, size_t contender_count,
                const struct target *target, size_t in_flight, size_t rounds, size_t exchanges,
                struct figures *figures);

#endif
