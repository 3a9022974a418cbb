/* CPU time of the whole process, all threads, in short rounds that alternate between the contenders: what
 * else the machine does falls on all of them. */
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
};

/* The first contender is the one that the others are compared with. */
void rounds_run(const struct contender *const *contenders, size_t contender_count,
                const struct target *target, size_t in_flight, size_t rounds, size_t exchanges,
                struct figures *figures);

#endif
