/* Submissions and their completions: each that was taken is completed exactly once. */
#ifndef SUBMISSIONS_H
#define SUBMISSIONS_H

#include "acs_auth.h"
#include "input.h"

/* Where a submission's completion is to go; often what no submission can use. Call submitted or refused next. */
const acs_delivery *submissions_delivery(struct input *input);
/* What became of the submission whose delivery was the last one. */
void submissions_made(acs_status status);
/* A completion of a queue: counts it. */
void submissions_arrived(const acs_completion *completion);
/* The queue is about to be freed: what it still holds will not be seen. */
void submissions_queue_ends(acs_queue *queue);
/* A credential for clients: it answers at once, later, with nonsense, or never. */
const acs_token_credential *submissions_credential(struct input *input);
/* Answers the requests for tokens that were put off. */
void submissions_answer(struct input *input);
/* After acs_shutdown: checks the counts and forgets the run. */
void submissions_settle(void);
/* How many submissions were completed since the start. */
size_t submissions_total(void);
/* In a forked child: what the parent submitted is none of its business. */
void submissions_in_child(void);

#endif
