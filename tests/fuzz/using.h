/* Calls on handles that there are, or are not. */
#ifndef USING_H
#define USING_H

#include "input.h"

/* Signs, prepares, parses or inspects something. */
void use_without_io(struct input *input);
/* Waits for an operation, briefly. */
void use_waiting(struct input *input);
/* Submits an operation. */
void use_submitting(struct input *input);
/* Takes completions, cancels, answers, frees, ends threads. */
void use_otherwise(struct input *input);

#endif
