/* A program: a sequence of calls in any order, legal or refused. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Gets to know the emulator. Once, before the first program. */
void program_prepare(void);
/* Runs a program and ends with nothing left: no handle, no thread, no submission without its completion. `forks`: it is
 * gone on with in children, too, which inherit all of its handles. */
void program_run(const uint8_t *bytes, size_t length, bool forks);
void program_forget(void);

#endif
